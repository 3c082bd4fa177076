"""What generators share: sizes, ranges and enlarging."""

import numpy as np
import pytest

from engine.errors import SettingsError
from engine.synthetic.sample import check_shape, log_uniform, resized, resized_labels


def test_enlarging_keeps_a_plane_and_the_mean():
    row, col = np.mgrid[:20, :30].astype(np.float32)
    plane = 2 * row - 3 * col
    large = resized(plane, (40, 90))

    assert large.shape == (40, 90)
    assert large.dtype == np.float32
    assert large.mean() == pytest.approx(plane.mean(), abs=1e-3)
    # Pixel (r, c) of the large image lies at ((r + 1/2) / 2 - 1/2, (c + 1/2) / 3 - 1/2).
    assert large[21, 40] == pytest.approx(2 * (21.5 / 2 - 0.5) - 3 * (40.5 / 3 - 0.5), abs=1e-3)


def test_labels_take_the_nearest_value():
    labels = np.array([[0, 1], [2, 3]], dtype=np.uint8)

    assert np.array_equal(resized_labels(labels, (4, 6)), labels.repeat(2, 0).repeat(3, 1))


def test_the_same_size_is_left_alone():
    image = np.random.default_rng(0).standard_normal((17, 16)).astype(np.float32)

    assert np.array_equal(resized(image, image.shape), image)


def test_log_uniform_numbers_have_a_uniform_logarithm():
    rng = np.random.default_rng(0)
    values = np.log([log_uniform(rng, (1.0, np.e**2)) for _ in range(2000)])

    assert 0 <= values.min() < 0.05
    assert 1.95 < values.max() <= 2
    assert values.mean() == pytest.approx(1, abs=0.05)


def test_a_small_shape_is_refused_with_what_it_is_for():
    check_shape((16, 16), "a picture")
    with pytest.raises(SettingsError, match="a picture of 15 x 16 samples"):
        check_shape((15, 16), "a picture")
