"""Statistics of amplitudes."""

from __future__ import annotations

import json

import numpy as np
import pytest

from engine.core.amplitudes import AmplitudeStatistics
from engine.errors import DataError


@pytest.fixture
def samples():
    return np.random.default_rng(0).normal(5, 2, 20_000).astype(np.float32)


def test_the_measures_are_those_of_numpy(samples):
    found = AmplitudeStatistics.from_samples(samples)
    assert found.n == samples.size
    assert found.n_bad == 0
    assert (found.minimum, found.maximum) == (samples.min(), samples.max())
    assert found.mean == pytest.approx(samples.mean(dtype=np.float64))
    assert found.std == pytest.approx(samples.std(dtype=np.float64))
    assert found.quantiles[100] == pytest.approx(np.median(samples))
    assert found.clip(99) == pytest.approx(np.quantile(np.abs(samples), 0.99), rel=1e-3)


def test_samples_that_are_not_finite_are_counted_and_left_out(samples):
    spoilt = np.concatenate([samples, [np.nan, np.inf, -np.inf]]).astype(np.float32)
    clean, found = (AmplitudeStatistics.from_samples(a) for a in (samples, spoilt))
    assert found.n_bad == 3
    assert (found.mean, found.std, found.n) == (clean.mean, clean.std, clean.n)


def test_missing_samples_need_not_count_as_bad(samples):
    spoilt = np.append(samples, np.float32(np.nan))
    assert AmplitudeStatistics.from_samples(spoilt, n_bad=0).n_bad == 0


def test_nothing_finite_gives_zeros_and_a_usable_clip():
    found = AmplitudeStatistics.from_samples(np.full(7, np.nan, np.float32))
    assert (found.n, found.n_bad, found.std) == (0, 7, 0.0)
    assert found.clip() == 1.0


def test_the_clip_is_above_zero_when_nearly_all_samples_are_zero():
    samples = np.zeros(10_000, np.float32)
    samples[0] = -8
    assert AmplitudeStatistics.from_samples(samples).clip(99) > 0


def test_large_amplitudes_do_not_overflow():
    found = AmplitudeStatistics.from_samples(np.array([3e38, 3e38, -3e38], np.float32))
    assert np.isfinite([found.mean, found.std]).all()


def test_json_gives_the_same_statistics_back(samples):
    found = AmplitudeStatistics.from_samples(samples)
    assert AmplitudeStatistics.from_json(json.loads(json.dumps(found.to_json()))) == found


@pytest.mark.parametrize("damage", [{"mean": None}, {"quantiles": "x"}, {"n": "many"}])
def test_damaged_json_is_refused(damage, samples):
    value = AmplitudeStatistics.from_samples(samples).to_json() | damage
    with pytest.raises(DataError, match="incomplete"):
        AmplitudeStatistics.from_json(value)
