"""Statistics of a survey's amplitudes, for display and for normalisation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import DataError

_N_QUANTILES = 201


@dataclass(frozen=True, slots=True)
class AmplitudeStatistics:
    """What a sample of the amplitudes looks like.

    Parameters
    ----------
    n : int
        Finite samples seen.
    n_bad : int
        NaN or infinite samples of live traces seen.
    minimum, maximum, mean, std : float
        Of the finite samples; `std` is the population's.
    magnitudes : tuple of float
        201 quantiles of the absolute amplitude, at 0, 0.5, ... 100 per cent.
    quantiles : tuple of float
        201 quantiles of the amplitude itself, at the same levels.
    """

    n: int
    n_bad: int
    minimum: float
    maximum: float
    mean: float
    std: float
    magnitudes: tuple[float, ...]
    quantiles: tuple[float, ...]

    @classmethod
    def from_samples(
        cls, samples: NDArray[np.floating[Any]], *, n_bad: int | None = None
    ) -> AmplitudeStatistics:
        """Measure a sample.

        Parameters
        ----------
        samples : ndarray of float
            Any shape; samples that are not finite are counted and left out.
        n_bad : int, optional
            Samples to report as not finite, where `samples` also holds NaN for
            "no data"; counted when left out.

        Returns
        -------
        AmplitudeStatistics
            All zero when no sample is finite.
        """
        flat = np.asarray(samples, dtype=np.float32).ravel()
        finite = flat[np.isfinite(flat)]
        bad = flat.size - finite.size if n_bad is None else n_bad
        if finite.size == 0:
            zeros = (0.0,) * _N_QUANTILES
            return cls(0, bad, 0.0, 0.0, 0.0, 0.0, zeros, zeros)
        levels = np.linspace(0.0, 1.0, _N_QUANTILES)
        # In float64: the difference of two large amplitudes overflows float32.
        wide = finite.astype(np.float64)
        quantiles = np.quantile(wide, levels)
        magnitudes = np.quantile(np.abs(wide), levels)
        return cls(
            int(finite.size),
            bad,
            float(finite.min()),
            float(finite.max()),
            float(finite.mean(dtype=np.float64)),
            float(finite.std(dtype=np.float64)),
            tuple(float(v) for v in magnitudes),
            tuple(float(v) for v in quantiles),
        )

    def clip(self, percentile: float = 99.0) -> float:
        """Return the symmetric clip: the percentile of the absolute amplitude.

        Parameters
        ----------
        percentile : float, default 99
            From 0 to 100.

        Returns
        -------
        float
            Above zero, so that it can be divided by.
        """
        levels = np.linspace(0.0, 100.0, len(self.magnitudes))
        value = float(np.interp(percentile, levels, self.magnitudes))
        if value > 0:
            return value
        return max(abs(self.minimum), abs(self.maximum)) or 1.0

    def quantile(self, percent: float) -> float:
        """Return the amplitude below which a share of the samples lies, 0 to 100 per cent."""
        percents = np.linspace(0.0, 100.0, len(self.quantiles))
        return float(np.interp(percent, percents, self.quantiles))

    def to_json(self) -> dict[str, Any]:
        """Return all fields under their names."""
        return {
            "n": self.n,
            "n_bad": self.n_bad,
            "minimum": self.minimum,
            "maximum": self.maximum,
            "mean": self.mean,
            "std": self.std,
            "magnitudes": list(self.magnitudes),
            "quantiles": list(self.quantiles),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> AmplitudeStatistics:
        """Build statistics from what `to_json` returned.

        Raises
        ------
        DataError
            If a field is missing or not a number.
        """
        try:
            return cls(
                int(value["n"]),
                int(value["n_bad"]),
                float(value["minimum"]),
                float(value["maximum"]),
                float(value["mean"]),
                float(value["std"]),
                tuple(float(v) for v in value["magnitudes"]),
                tuple(float(v) for v in value["quantiles"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise DataError(f"amplitude statistics are incomplete ({error})") from error
