"""What one looks at and how, as a value that can be stored and shown again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, TypeGuard, cast

from engine.core.arbitrary_line import ArbitraryLine
from engine.core.levels import Levels
from engine.errors import ShapeError
from engine.session.display_settings import (
    COLOR_MAP_KEYS,
    DRAWINGS,
    EXAGGERATIONS,
    GAIN_RANGE_DB,
    PERCENTILE_RANGE,
    POLARITIES,
    VELOCITY_RANGE_M_S,
    DisplaySettings,
    OverlaySettings,
)
from engine.session.open_volume import ViewRange
from engine.session.session import MOST_VIEWS, Session

_CHOICES: Mapping[str, tuple[str, ...]] = {
    "color_map": COLOR_MAP_KEYS,
    "image_color_map": COLOR_MAP_KEYS,
    "polarity": POLARITIES,
    "drawing": DRAWINGS,
}
_RANGES: Mapping[str, tuple[float, float]] = {
    "percentile": PERCENTILE_RANGE,
    "gain_db": GAIN_RANGE_DB,
    "exaggeration": (min(EXAGGERATIONS), max(EXAGGERATIONS)),
    "velocity_m_s": VELOCITY_RANGE_M_S,
    "opacity": (0.0, 1.0),
}
_LARGEST = 1e300
_SWITCHES = ("flipped", "visible", "outline")
_OVERLAY = ("visible", "opacity", "outline")
_DISPLAY = (*_CHOICES, *(name for name in _RANGES if name not in _OVERLAY), "flipped")


@dataclass(frozen=True, slots=True)
class ViewState:
    """Place, display, overlay and lines of an open volume; no tool and no model.

    Parameters
    ----------
    direction : str
        Direction of the current section; empty if not known.
    indices : mapping of str to int
        Position of each direction, from 0.
    ranges : mapping of str to pair of pairs of float
        What was seen last of each direction: ends of columns and of rows, in their
        units.
    display : DisplaySettings
        How amplitudes are drawn.
    overlay : OverlaySettings
        How classes are drawn.
    n_views : int
        Sections side by side.
    lines : tuple of ArbitraryLine
        Those drawn on the map.
    class_id : int
        The class one labelled with.
    """

    direction: str = ""
    indices: Mapping[str, int] = field(default_factory=dict)
    ranges: Mapping[str, ViewRange] = field(default_factory=dict)
    display: DisplaySettings = field(default_factory=DisplaySettings)
    overlay: OverlaySettings = field(default_factory=OverlaySettings)
    n_views: int = 1
    lines: tuple[ArbitraryLine, ...] = ()
    class_id: int = 1

    @classmethod
    def of(cls, session: Session) -> ViewState:
        """Return what a session shows."""
        opened = session.opened
        return cls(
            opened.direction if opened else "",
            dict(opened.indices) if opened else {},
            dict(opened.ranges) if opened else {},
            session.display,
            session.overlay,
            session.n_views,
            opened.lines if opened else (),
            session.class_id,
        )

    def to_json(self) -> dict[str, Any]:
        """Return all fields under their names, as JSON values."""
        return {
            "direction": self.direction,
            "indices": dict(self.indices),
            "ranges": {name: [list(ends) for ends in seen] for name, seen in self.ranges.items()},
            "display": asdict(self.display),
            "overlay": {**asdict(self.overlay), "hidden": sorted(self.overlay.hidden)},
            "n_views": self.n_views,
            "lines": [line.to_json() for line in self.lines],
            "class_id": self.class_id,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> ViewState:
        """Build a state from what `to_json` returned, of this or another version.

        Parameters
        ----------
        value : mapping of str to object
            Keys that are not known are passed over; what is missing or makes no
            sense has its default.

        Returns
        -------
        ViewState
            Not yet compared with a volume.
        """
        direction, n_views, class_id = (
            value.get(name) for name in ("direction", "n_views", "class_id")
        )
        indices, ranges = _mapping(value.get("indices")), _mapping(value.get("ranges"))
        lines = value.get("lines")
        return cls(
            direction if isinstance(direction, str) else "",
            {k: index for k, index in indices.items() if type(index) is int and index >= 0},
            {k: seen for k, told in ranges.items() if (seen := _range(told)) is not None},
            _display(_mapping(value.get("display"))),
            _overlay(_mapping(value.get("overlay"))),
            n_views if type(n_views) is int and 1 <= n_views <= MOST_VIEWS else 1,
            tuple(
                line
                for told in (lines if isinstance(lines, list) else ())
                if (line := _line(told)) is not None
            ),
            class_id if type(class_id) is int else 1,
        )


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _display(told: Mapping[str, Any]) -> DisplaySettings:
    known = {name: told[name] for name in _DISPLAY if name in told and _fits(name, told[name])}
    levels = _mapping(told.get("chosen_levels"))
    low, high = levels.get("low"), levels.get("high")
    chosen = None
    if _is_number(low) and _is_number(high) and low < high:
        chosen = Levels(float(low), float(high))
    return DisplaySettings(**known, chosen_levels=chosen)


def _overlay(told: Mapping[str, Any]) -> OverlaySettings:
    known = {name: told[name] for name in _OVERLAY if name in told and _fits(name, told[name])}
    hidden = told.get("hidden")
    classes = hidden if isinstance(hidden, list) else ()
    return OverlaySettings(**known, hidden=frozenset(n for n in classes if type(n) is int))


def _fits(name: str, value: Any) -> bool:
    if name in _CHOICES:
        return value in _CHOICES[name]
    if name in _SWITCHES:
        return isinstance(value, bool)
    low, high = _RANGES[name]
    return _is_number(value) and bool(low <= value <= high)


def _is_number(value: object) -> TypeGuard[int | float]:
    # Integers of JSON have any length; a comparison takes them, a conversion would not.
    return type(value) in {int, float} and bool(abs(cast("float", value)) <= _LARGEST)


def _range(told: object) -> ViewRange | None:
    pairs = [_pair(ends) for ends in told] if isinstance(told, list) else []
    if len(pairs) != 2 or pairs[0] is None or pairs[1] is None:
        return None
    return pairs[0], pairs[1]


def _pair(told: object) -> tuple[float, float] | None:
    if not isinstance(told, list) or len(told) != 2 or not all(map(_is_number, told)):
        return None
    low, high = float(told[0]), float(told[1])
    return (low, high) if low < high else None


def _line(told: object) -> ArbitraryLine | None:
    try:
        return ArbitraryLine.from_json(_mapping(told))
    except (KeyError, TypeError, ValueError, ShapeError):
        return None
