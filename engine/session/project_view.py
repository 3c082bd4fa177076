"""What a project remembers of the window: place, display and model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.session.display_settings import (
    COLOR_MAP_KEYS,
    DRAWINGS,
    EXAGGERATIONS,
    GAIN_RANGE_DB,
    PERCENTILE_RANGE,
    POLARITIES,
    VELOCITY_RANGE_M_S,
)
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
}


@dataclass(frozen=True, slots=True)
class ProjectView:
    """What can be shown again.

    Parameters
    ----------
    direction : str
        Direction of the current section; empty if not known.
    indices : mapping of str to int
        Position of each direction.
    display : mapping of str to object
        Fields of `DisplaySettings`.
    n_views : int
        Sections side by side.
    class_id : int
        The class one labelled with.
    """

    direction: str = ""
    indices: Mapping[str, int] = field(default_factory=dict)
    display: Mapping[str, Any] = field(default_factory=dict)
    n_views: int = 1
    class_id: int = 1

    @classmethod
    def of(cls, session: Session) -> ProjectView:
        """Return what a session shows."""
        opened, display = session.opened, session.display
        return cls(
            opened.direction if opened else "",
            dict(opened.indices) if opened else {},
            {name: getattr(display, name) for name in (*_CHOICES, *_RANGES, "flipped")},
            session.n_views,
            session.class_id,
        )

    def to_json(self) -> dict[str, Any]:
        """Return all fields under their names."""
        return {
            "direction": self.direction,
            "indices": dict(self.indices),
            "display": dict(self.display),
            "n_views": self.n_views,
            "class_id": self.class_id,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> ProjectView:
        """Build a view from what `to_json` returned; what makes no sense is left out."""
        display, indices = value.get("display"), value.get("indices")
        display = display if isinstance(display, Mapping) else {}
        indices = indices if isinstance(indices, Mapping) else {}
        known = {name: display.get(name) for name in (*_CHOICES, *_RANGES, "flipped")}
        direction, n_views, class_id = (
            value.get(name) for name in ("direction", "n_views", "class_id")
        )
        return cls(
            direction if isinstance(direction, str) else "",
            {name: index for name, index in indices.items() if type(index) is int},
            {name: chosen for name, chosen in known.items() if _fits(name, chosen)},
            n_views if type(n_views) is int and 1 <= n_views <= MOST_VIEWS else 1,
            class_id if type(class_id) is int else 1,
        )


def _fits(name: str, value: object) -> bool:
    if name in _CHOICES:
        return value in _CHOICES[name]
    if name in _RANGES:
        low, high = _RANGES[name]
        return type(value) in {int, float} and low <= value <= high  # type: ignore[operator]
    return isinstance(value, bool)
