"""How much a score would vary with other samples."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

LEVEL = 0.95
"""Share of the resamples inside an interval."""

N_RESAMPLES = 2000
"""Resamples that an interval rests on."""

SEED = 0
"""Seed of the resamples, so that an evaluation run twice says the same."""

_CHUNK_VALUES = 1 << 20


def bootstrap_interval(
    n_samples: int,
    statistic: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    *,
    n_resamples: int = N_RESAMPLES,
    seed: int = SEED,
) -> tuple[float, float]:
    """Compute the 95 % confidence interval of a score by resampling the samples.

    Parameters
    ----------
    n_samples : int
        Samples N that the score rests on.
    statistic : callable
        From weights of shape ``(B, N)``, how often each sample was drawn in each
        of B resamples, to the B scores.
    n_resamples : int, default 2000
        Resamples.
    seed : int, default 0
        Of the draws.

    Returns
    -------
    low, high : float
        Percentiles 2.5 and 97.5 of the scores; NaN for fewer than two samples.

    Notes
    -----
    Samples count as independent. Neighbouring slices of a volume are not, and
    the true interval is then wider.

    References
    ----------
    .. [1] Efron, Tibshirani, "An Introduction to the Bootstrap", 1993,
       section 13.3 (percentile interval).
    """
    if n_samples < 2:
        return float("nan"), float("nan")
    rng = np.random.default_rng([seed, n_samples])
    chunk = max(1, _CHUNK_VALUES // n_samples)
    scores: list[NDArray[np.float64]] = []
    for start in range(0, n_resamples, chunk):
        size = min(chunk, n_resamples - start)
        drawn = rng.integers(0, n_samples, (size, n_samples))
        drawn += n_samples * np.arange(size)[:, None]
        weights = np.bincount(drawn.ravel(), minlength=drawn.size).reshape(drawn.shape)
        scores.append(statistic(weights.astype(np.float64)))
    edge = (1 - LEVEL) / 2
    low, high = np.nanquantile(np.concatenate(scores), [edge, 1 - edge])
    return float(low), float(high)
