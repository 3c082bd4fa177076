import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.axes import Axis
from engine.core.image_window import ImageWindow
from engine.errors import ShapeError

SHAPE = (30_000, 20_000)


def spans(n):
    return st.tuples(st.integers(0, n - 1), st.integers(1, n)).map(
        lambda pair: slice(pair[0], min(pair[0] + pair[1], n))
    )


@settings(derandomize=True)
@given(spans(SHAPE[0]), spans(SHAPE[1]), st.integers(50, 3000), st.integers(50, 3000))
def test_what_is_read_holds_what_is_seen_finely_enough_and_never_much_more(rows, cols, high, wide):
    seen = ImageWindow(rows, cols)
    drawn = seen.to_draw(SHAPE, (high, wide))
    assert drawn.holds(seen)
    assert drawn.rows.start >= 0
    assert drawn.rows.stop <= SHAPE[0]
    coarsest = min(n / px for n, px in zip(seen.shape, (high, wide), strict=True))
    assert drawn.step == 1 or coarsest / 2 < drawn.step <= coarsest
    for length, part in zip(drawn.shape, seen.shape, strict=True):
        assert length <= 1.5 * part + 2 + 2 * 64 * drawn.step


def test_small_moves_need_no_other_window():
    seen = ImageWindow(slice(8000, 9000), slice(8000, 9500))
    drawn = seen.to_draw(SHAPE, (800, 1200))
    moved = ImageWindow(slice(8200, 9200), slice(7700, 9200))
    assert drawn.step == 1
    assert drawn.holds(moved)
    assert not drawn.holds(ImageWindow(slice(9000, 10_000), slice(8000, 9500)))


def test_a_window_that_is_too_large_is_cut_to_its_middle():
    window = ImageWindow(slice(1000, 11_000), slice(0, 20_000), step=8)
    assert window.cut(4096) == ImageWindow(slice(3952, 8048), slice(7952, 12_048))
    small = ImageWindow(slice(10, 20), slice(5, 4000), step=2)
    assert small.cut(4096) == ImageWindow(small.rows, small.cols)


def test_the_axes_of_a_window_are_parts_of_those_of_the_image():
    northing, easting = Axis("northing", "m", 100.0, -2.0, 50), Axis("easting", "m", 7.0, 2.0, 30)
    rows, cols = ImageWindow(slice(10, 14), slice(3, 30)).axes(northing, easting)
    np.testing.assert_array_equal(rows.values(), northing.values()[10:14])
    np.testing.assert_array_equal(cols.values(), easting.values()[3:30])


@pytest.mark.parametrize("rows", [slice(5, 5), slice(6, 5), slice(-1, 5)])
def test_a_window_without_pixels_is_refused(rows):
    with pytest.raises(ShapeError, match="no window of an image"):
        ImageWindow(rows, slice(0, 5))
