import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.preprocessing.wiggles import strongest_samples, trace_stride, wiggle_coverage

amplitudes = arrays(
    np.float32,
    st.tuples(st.integers(2, 40), st.integers(1, 4)),
    elements=st.floats(-100, 100, width=32),
)


@pytest.mark.parametrize(("spacing", "stride"), [(20.0, 1), (7.0, 1), (3.4, 4), (0.5, 16)])
def test_traces_are_left_out_by_powers_of_two_until_they_can_be_told_apart(spacing, stride):
    assert trace_stride(spacing) == stride


def test_a_lobe_covers_the_area_of_the_positive_part_of_the_trace():
    places = np.arange(200, dtype=float) * 2 + 1.3
    values = (8 * np.sin(places / 11)).astype(np.float32)[:, None]
    _, lobes = wiggle_coverage(places, values, np.array([30.0]), (400, 60))
    fine = np.linspace(2, 398, 20_000)
    expected = np.trapezoid(np.maximum(8 * np.sin(fine / 11), 0), fine)
    assert lobes[2:398].sum() == pytest.approx(expected, rel=0.01)
    assert lobes[:, :30].sum() == 0


def test_a_straight_curve_is_one_pixel_wide_and_lies_between_two_pixels_by_its_share():
    values = np.full((10, 1), 2.25, np.float32)
    curves, lobes = wiggle_coverage(np.arange(10.0), values, np.array([3.0]), (9, 12))
    expected = np.zeros(12)
    expected[4:6] = 0.25, 0.75
    assert curves[4] == pytest.approx(expected)
    assert lobes[4] == pytest.approx([0, 0, 0, 1, 1, 0.25, 0, 0, 0, 0, 0, 0])


def test_what_lies_outside_the_picture_is_left_out():
    values = np.array([[40.0, -40.0], [40.0, -40.0]], np.float32)
    curves, lobes = wiggle_coverage(np.array([-5.0, 30.0]), values, np.array([2.0, 8.0]), (6, 10))
    assert (curves == 0).all()
    assert (lobes[:, 2:] == 1).all()
    assert (lobes[:, :2] == 0).all()


def test_where_there_is_no_data_nothing_is_drawn():
    values = np.full((20, 2), 3, np.float32)
    values[5:15, 0] = np.nan
    curves, lobes = wiggle_coverage(np.arange(20.0), values, np.array([2.0, 12.0]), (20, 20))
    assert (curves[4:15, :10] == 0).all()
    assert (lobes[4:15, :10] == 0).all()
    assert (lobes[1:18, 12:15] == 1).all()


@given(data=amplitudes, n_rows=st.integers(1, 60))
@settings(max_examples=60, derandomize=True)
def test_thinning_keeps_the_strongest_amplitude_and_its_sign(data, n_rows):
    positions, values = strongest_samples(data, n_rows)
    assert len(positions) == len(values) <= max(2 * n_rows, len(data) if n_rows > len(data) else 0)
    strongest = np.abs(data).argmax(axis=0)
    for trace, row in enumerate(strongest):
        assert np.abs(values[:, trace]).max() == abs(data[row, trace])
    assert (np.diff(positions) > 0).all()


def test_thinning_leaves_no_data_where_there_is_none():
    data = np.full((40, 1), np.nan, np.float32)
    data[33] = -2
    positions, values = strongest_samples(data, 4)
    assert np.isnan(values[:3]).all()
    assert values[3, 0] == -2
    assert positions == pytest.approx([4.5, 14.5, 24.5, 34.5])
