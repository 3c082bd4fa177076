import numpy as np

from app.workers.segmenting import outline
from app.workers.slices import NO_DATA_LEVEL, ZERO_LEVEL, quantise
from engine.core.levels import Levels


def test_levels_are_symmetric_about_zero_and_nan_has_its_own():
    data = np.array([-5.0, -1.0, 0.0, 1.0, 5.0, np.nan, np.inf, -np.inf], dtype=np.float32)
    levels = quantise(data, Levels.symmetric(1.0))
    assert levels.tolist() == [1, 1, ZERO_LEVEL, 255, 255, NO_DATA_LEVEL, 255, 1]


def test_quantising_rounds_to_the_nearest_of_255_levels():
    data = np.linspace(-2, 2, 10001, dtype=np.float32)
    levels = quantise(data, Levels.symmetric(2.0)).astype(float)
    restored = (levels - ZERO_LEVEL) / 127 * 2.0
    assert np.abs(restored - data).max() <= 2.0 / 127 / 2 + 1e-6


def test_levels_need_not_lie_about_zero():
    data = np.array([10.0, 20.0, 30.0, 0.0, 99.0], dtype=np.float32)
    assert quantise(data, Levels(10.0, 30.0)).tolist() == [1, ZERO_LEVEL, 255, 1, 255]


def test_quantising_leaves_the_amplitudes_alone():
    data = np.array([1.0, np.nan], dtype=np.float32)
    quantise(data, Levels.symmetric(0.5))
    assert data[0] == 1.0
    assert np.isnan(data[1])


def test_an_outline_keeps_the_samples_that_touch_another_class():
    mask = np.zeros((5, 5), dtype=np.uint8)
    mask[1:4, 1:4] = 1
    expected = np.full((5, 5), 255)
    for row in range(5):
        for col in range(5):
            near = [
                mask[r, c]
                for r, c in ((row - 1, col), (row + 1, col), (row, col - 1), (row, col + 1))
                if 0 <= r < 5 and 0 <= c < 5
            ]
            if any(other != mask[row, col] for other in near):
                expected[row, col] = mask[row, col]
    assert outline(mask).tolist() == expected.tolist()
