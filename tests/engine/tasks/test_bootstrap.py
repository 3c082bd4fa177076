"""Intervals against scipy's bootstrap and the normal approximation."""

import numpy as np
import pytest
from scipy import stats

from engine.tasks.bootstrap import bootstrap_interval


def _mean_of(values):
    return lambda weights: weights @ values / weights.sum(axis=1)


def test_the_interval_of_a_mean_agrees_with_scipy():
    values = np.random.default_rng(0).beta(5, 2, 80)
    low, high = bootstrap_interval(80, _mean_of(values), n_resamples=20_000)
    reference = stats.bootstrap(
        (values,), np.mean, method="percentile", n_resamples=20_000, rng=np.random.default_rng(1)
    ).confidence_interval
    assert low == pytest.approx(reference.low, abs=2e-3)
    assert high == pytest.approx(reference.high, abs=2e-3)
    assert (high - low) / 2 == pytest.approx(1.96 * values.std() / np.sqrt(80), rel=0.03)


def test_the_same_seed_gives_the_same_interval():
    values = np.random.default_rng(0).random(30)
    one = bootstrap_interval(30, _mean_of(values))
    assert one == bootstrap_interval(30, _mean_of(values))
    assert one != bootstrap_interval(30, _mean_of(values), seed=1)


def test_equal_samples_leave_no_doubt():
    assert bootstrap_interval(10, _mean_of(np.full(10, 0.5))) == (0.5, 0.5)


@pytest.mark.parametrize("n_samples", [0, 1])
def test_fewer_than_two_samples_have_no_interval(n_samples):
    low, high = bootstrap_interval(n_samples, _mean_of(np.ones(n_samples)))
    assert np.isnan(low)
    assert np.isnan(high)


def test_many_samples_are_drawn_in_parts_of_bounded_size():
    sizes = []

    def statistic(weights):
        sizes.append(weights.size)
        return weights[:, 0]

    bootstrap_interval(400_000, statistic, n_resamples=6)
    assert max(sizes) <= 1 << 20
    assert len(sizes) == 3
