"""The amplitudes between which colours change."""

from __future__ import annotations

import math
from dataclasses import dataclass

from engine.core.amplitudes import AmplitudeStatistics


@dataclass(frozen=True, slots=True)
class Levels:
    """Where colours begin and where they end.

    Parameters
    ----------
    low, high : float
        Amplitudes of the first and the last colour; `high` is above `low`.
    """

    low: float
    high: float

    @classmethod
    def symmetric(cls, limit: float) -> Levels:
        """Return levels from minus a limit to the limit."""
        return cls(-limit, limit)

    @classmethod
    def automatic(cls, statistics: AmplitudeStatistics, percentile: float) -> Levels:
        """Choose levels from a survey's amplitudes.

        Parameters
        ----------
        statistics : AmplitudeStatistics
            Of the survey.
        percentile : float
            Share that is not clipped, 50 to 100.

        Returns
        -------
        Levels
            Symmetric about zero where amplitudes lie on both sides of it; else
            from the lowest to the highest, the same share left out at both ends.
        """
        if statistics.minimum < 0 < statistics.maximum:
            return cls.symmetric(statistics.clip(percentile))
        low, high = statistics.quantile(100.0 - percentile), statistics.quantile(percentile)
        if low < high:
            return cls(low, high)
        if statistics.minimum < statistics.maximum:
            return cls(statistics.minimum, statistics.maximum)
        return cls.symmetric(statistics.clip(percentile))

    @property
    def centre(self) -> float:
        """The amplitude of the middle colour."""
        return self.low / 2 + self.high / 2

    @property
    def half(self) -> float:
        """Half the distance between both; above zero."""
        return self.high / 2 - self.low / 2

    @property
    def limit(self) -> float:
        """The larger magnitude of both; above zero."""
        return max(abs(self.low), abs(self.high))

    @property
    def is_symmetric(self) -> bool:
        """Whether zero has the middle colour."""
        return math.isclose(self.low, -self.high)

    def with_gain(self, gain_db: float) -> Levels:
        """Return levels closer together by a gain in decibels; the middle stays."""
        half = self.half * 10.0 ** (-gain_db / 20.0)
        return Levels(self.centre - half, self.centre + half)
