import numpy as np
import pytest

from engine.core.amplitudes import AmplitudeStatistics
from engine.core.levels import Levels


def automatic(samples, percentile=99.0):
    statistics = AmplitudeStatistics.from_samples(np.asarray(samples, dtype=np.float32))
    return Levels.automatic(statistics, percentile)


def test_amplitudes_on_both_sides_of_zero_get_symmetric_levels():
    samples = np.random.default_rng(1).normal(5, 10, size=20_000)
    levels = automatic(samples)
    assert levels.is_symmetric
    assert levels.high == pytest.approx(np.percentile(abs(samples), 99), rel=1e-2)
    assert levels.centre == 0


@pytest.mark.parametrize("offset", [50.0, -5000.0])
def test_amplitudes_on_one_side_get_levels_from_the_lowest_to_the_highest(offset):
    samples = offset + np.random.default_rng(2).uniform(0, 40, size=20_000)
    levels = automatic(samples, 98.0)
    assert (levels.low, levels.high) == pytest.approx(np.percentile(samples, [2, 98]), rel=1e-2)
    assert not levels.is_symmetric


@pytest.mark.parametrize("samples", [[0.0] * 9, [7.0] * 9, [], [0.0] * 999 + [5.0]])
def test_levels_are_never_equal(samples):
    levels = automatic(samples)
    assert levels.high > levels.low
    assert levels.half > 0


def test_gain_brings_levels_together_about_their_middle():
    levels = Levels(10.0, 50.0).with_gain(20.0)
    assert (levels.low, levels.high) == pytest.approx((28.0, 32.0))


def test_halving_does_not_overflow():
    assert Levels(-1.5e308, 1.5e308).half == 1.5e308
