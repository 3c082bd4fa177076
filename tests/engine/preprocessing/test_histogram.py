import numpy as np
import pytest

from engine.core.levels import Levels
from engine.preprocessing.histogram import histogram


def test_every_finite_sample_is_counted_once_and_what_is_clipped_is_told():
    data = np.random.default_rng(1).normal(size=(300, 40)).astype(np.float32)
    data[0, :5] = np.nan
    data[1, 0] = np.inf
    found = histogram(data, Levels(-2.0, 2.0))
    finite = data[np.isfinite(data)]
    assert found.counts.sum() == finite.size
    assert found.n_missing == 6
    assert found.beyond == pytest.approx((abs(finite) > 2).mean())
    assert found.edges[0] == finite.min()
    assert found.edges[-1] == finite.max()


def test_huge_and_equal_amplitudes_are_counted_and_nothing_is_not():
    assert histogram(np.array([-3e38, 3e38], np.float32), Levels(-1.0, 1.0)).counts.sum() == 2
    assert histogram(np.full(9, 7, np.float32), Levels(-1.0, 1.0)).counts.sum() == 9
    assert histogram(np.full(9, np.nan, np.float32), Levels(-1.0, 1.0)) is None
