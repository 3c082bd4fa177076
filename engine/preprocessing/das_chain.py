"""Which steps a DAS record goes through before it is looked at; what they do is elsewhere."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from engine.errors import SettingsError

BOTH, FORWARD, BACKWARD = RUNS = ("both", "forward", "backward")
"""Ways of waves: towards either end of the fibre, towards larger or towards smaller distances."""

SWITCHES = ("common_mode", "difference", "band", "velocity", "gain")
"""The steps, in the order in which they are applied."""
_PERIODS = 3.0
"""A Butterworth filter of order 4 run both ways has rung out to 0.1 % after so many periods."""


@dataclass(frozen=True, slots=True)
class DasChain:
    """What is done to windows of a record, in the order of the fields; at first nothing.

    Numbers stay while their step is off.

    Parameters
    ----------
    common_mode : bool
        Whether the median of all channels is subtracted at each time.
    difference : bool
        Whether amplitudes are differentiated along the fibre.
    difference_channels : int
        Over so many channels; even.
    band : bool
        Whether a band of frequencies is kept.
    low_hz, high_hz : float
        Its corners; 0 leaves that side open.
    velocity : bool
        Whether waves of some apparent velocities are kept, by an f-k filter.
    slowest, fastest : float
        In the unit of the columns per second; 0 leaves that side open.
    runs : {"both", "forward", "backward"}
        Which way they run along the fibre.
    gain : bool
        Whether amplitudes are divided by their running root mean square.
    gain_s : float
        Over so many seconds.

    Raises
    ------
    SettingsError
        If a number is not finite or below zero, or `runs` is unknown.
    """

    common_mode: bool = False
    difference: bool = False
    difference_channels: int = 2
    band: bool = False
    low_hz: float = 1.0
    high_hz: float = 0.0
    velocity: bool = False
    slowest: float = 300.0
    fastest: float = 0.0
    runs: str = BOTH
    gain: bool = False
    gain_s: float = 0.5

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            if not isinstance(value, str) and not 0 <= value < math.inf:
                raise SettingsError(f"processing: {item.name} {value:g} is not zero or above")
        if self.runs not in RUNS:
            raise SettingsError(
                f"processing: waves that run {self.runs!r}",
                hint=f"Choose one of {', '.join(RUNS)}.",
            )

    @property
    def active(self) -> bool:
        """Whether anything is done at all."""
        return any(getattr(self, name) for name in SWITCHES)

    def margin_s(self, extent: float) -> float:
        """Return how many seconds beyond a window its samples depend on.

        Parameters
        ----------
        extent : float
            From the first channel to the last, in the unit of the columns.

        Returns
        -------
        float
            Zero or above.
        """
        reach_s = 0.0
        if self.band:
            width_hz = self.high_hz - self.low_hz if self.low_hz and self.high_hz else math.inf
            given = (hz for hz in (self.low_hz, self.high_hz, width_hz) if hz > 0)
            reach_s += _PERIODS / min(given)
        if self.velocity and self.slowest:
            reach_s += abs(extent) / self.slowest
        if self.gain:
            reach_s += self.gain_s / 2
        return reach_s if math.isfinite(reach_s) else 0.0

    def text(self, unit: str = "m") -> str:
        """Return the steps in words, in their order; empty where there are none.

        Parameters
        ----------
        unit : str, default "m"
            Of the columns; ``1`` for channels.
        """
        speed = "channels/s" if unit == "1" else f"{unit}/s"
        words = {
            "common_mode": "common mode removed",
            "difference": f"difference over {self.difference_channels} channels",
            "band": f"band-pass {_range(self.low_hz, self.high_hz, 'Hz')}",
            "velocity": f"f-k {_range(self.slowest, self.fastest, speed)}{self._way()}",
            "gain": f"AGC {self.gain_s:g} s",
        }
        return ", ".join(words[name] for name in SWITCHES if getattr(self, name))

    def steps(self) -> tuple[dict[str, Any], ...]:
        """Return what is done as JSON values, in its order, for the record of a result."""
        numbers: dict[str, dict[str, Any]] = {
            "common_mode": {},
            "difference": {"channels": self.difference_channels},
            "band": {"low_hz": self.low_hz or None, "high_hz": self.high_hz or None},
            "velocity": {
                "slowest": self.slowest or None,
                "fastest": self.fastest or None,
                "runs": self.runs,
            },
            "gain": {"window_s": self.gain_s},
        }
        return tuple({"name": name, **numbers[name]} for name in SWITCHES if getattr(self, name))

    def to_json(self) -> dict[str, Any]:
        """Return all fields under their names."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> DasChain:
        """Build a chain from what `to_json` returned.

        Raises
        ------
        SettingsError
            If a field is unknown or no value for it.
        """
        kinds: dict[str, Any] = {name: type(part) for name, part in asdict(cls()).items()}
        try:
            return cls(**{name: kinds[name](part) for name, part in value.items()})
        except SettingsError:
            raise
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise SettingsError(f"processing: not as this version has it ({error})") from error

    def _way(self) -> str:
        if self.runs == BOTH:
            return ""
        return " forward" if self.runs == FORWARD else " backward"


def _range(low: float, high: float, unit: str) -> str:
    """Return a range of which one side may be open."""
    if low and high:
        return f"{low:g}–{high:g} {unit}"
    if low or high:
        return f"above {low:g} {unit}" if low else f"below {high:g} {unit}"
    return "all"
