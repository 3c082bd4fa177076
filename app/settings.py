"""What the window remembers from one start to the next."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from platformdirs import user_config_dir
from PySide6.QtCore import QByteArray, QDir, QLockFile, QSettings

from engine.core.prediction_options import MOST_SAMPLES
from engine.preprocessing.das_chain import DasChain
from engine.session.display_settings import (
    COLOR_MAP_KEYS,
    DRAWINGS,
    EXAGGERATIONS,
    PERCENTILE_RANGE,
    POLARITIES,
    VELOCITY_RANGE_M_S,
)
from engine.session.edits import PICK_KINDS
from engine.session.labelling import (
    BRUSH_RANGE,
    LINE_WIDTH_RANGE,
    SMOOTHING_RANGE,
    TOLERANCE_RANGE,
)
from engine.session.session import MOST_VIEWS

_log = logging.getLogger(__name__)

N_RECENT = 10
WIDTH_RANGE_PX = (50, 4000)
COPIES_GB_RANGE = (0.1, 100_000.0)


def _choice(*allowed: str) -> Callable[[Any], Any]:
    def convert(value: Any) -> str:
        if value not in allowed:
            raise ValueError(f"none of {', '.join(allowed)}")
        return str(value)

    return convert


def _number(low: float, high: float) -> Callable[[Any], Any]:
    def convert(value: Any) -> float:
        number = float(value)
        if not low <= number <= high:
            raise ValueError(f"outside {low:g} to {high:g}")
        return number

    return convert


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _paths(value: Any) -> tuple[str, ...]:
    items = [value] if isinstance(value, str) else list(value or ())
    return tuple(_text(item) for item in items if item)[:N_RECENT]


def _switch(value: Any) -> bool:
    return {"true": True, "false": False}[str(value).lower()]


def _processing(value: Any) -> str:
    DasChain.from_json(json.loads(_text(value)))
    return _text(value)


@dataclass(frozen=True, slots=True)
class Settings:
    """Remembered values; each falls back to its default when what is stored is invalid.

    Parameters
    ----------
    scheme : {"system", "light", "dark"}
        Light or dark.
    color_map, image_color_map : str
        Keys of the colour maps of amplitudes and of images.
    percentile : float
        Clip, 90 to 99.9.
    polarity : {"unstated", "normal", "reverse"}
        As the user stated it.
    drawing : {"density", "wiggles", "both"}
        How traces are drawn.
    flipped : bool
        Whether peaks are drawn as troughs.
    exaggeration : float
        Vertical exaggeration; 0 fills the window.
    velocity_m_s : float
        For the exaggeration of times.
    n_views : int
        Sections side by side.
    opacity : float
        Of the classes, 0 to 1.
    outline : bool
        Borders only.
    model : str
        Folder of the model used last.
    device : str
        Device for models.
    mirror : bool
        Whether predictions are averaged with those of mirror images.
    smallest_region : int
        Samples of the smallest region of a class that stays.
    copies_gb : float
        Room that display copies may take, GB.
    last_folder : str
        Where a file was chosen last.
    written_folder : str
        Where a figure, labels or a result were written last.
    recent : tuple of str
        Files opened last, the newest first.
    model_folders : tuple of str
        Folders in which models are looked for, the newest first.
    output_folder : str
        Where a model was trained last.
    left_width, right_width : int
        Of the panels at both sides of a wide window, pixels.
    swapped : bool
        Whether records are drawn with time to the right.
    processing : str
        Steps before a DAS record is shown, as JSON.
    brush, tolerance, smoothing, line_width : float
        Of the tools; see `engine.session.labelling.ToolSettings`.
    fills_labelled : bool
        Whether fill and threshold also change what is labelled.
    pick_kind : {"stick", "polyline"}
        What is picked.
    label_opacity : float
        Of labels, 0 to 1.
    label_others, label_disagreement : bool
        Whether labels of others, and places of disagreement, are drawn.
    author : str
        In whose name one labels; the name of the user when empty.
    """

    scheme: str = "system"
    color_map: str = "blue-white-orange"
    image_color_map: str = "grey"
    percentile: float = 99.0
    polarity: str = "unstated"
    drawing: str = "density"
    flipped: bool = False
    exaggeration: float = 0.0
    velocity_m_s: float = 2000.0
    n_views: int = 1
    opacity: float = 0.6
    outline: bool = False
    model: str = ""
    device: str = "auto"
    mirror: bool = False
    smallest_region: int = 0
    copies_gb: float = 20.0
    last_folder: str = ""
    written_folder: str = ""
    recent: tuple[str, ...] = ()
    model_folders: tuple[str, ...] = ()
    output_folder: str = ""
    left_width: int = 290
    right_width: int = 310
    swapped: bool = False
    processing: str = "{}"
    brush: float = 15.0
    tolerance: float = 0.15
    smoothing: float = 1.0
    line_width: float = 3.0
    fills_labelled: bool = False
    pick_kind: str = "stick"
    label_opacity: float = 0.6
    label_others: bool = False
    label_disagreement: bool = False
    author: str = ""


_CONVERT: dict[str, Callable[[Any], Any]] = {
    "scheme": _choice("system", "light", "dark"),
    "color_map": _choice(*COLOR_MAP_KEYS),
    "image_color_map": _choice(*COLOR_MAP_KEYS),
    "percentile": _number(*PERCENTILE_RANGE),
    "polarity": _choice(*POLARITIES),
    "drawing": _choice(*DRAWINGS),
    "flipped": _switch,
    "exaggeration": _number(min(EXAGGERATIONS), max(EXAGGERATIONS)),
    "velocity_m_s": _number(*VELOCITY_RANGE_M_S),
    "n_views": lambda value: int(_number(1, MOST_VIEWS)(value)),
    "opacity": _number(0.0, 1.0),
    "outline": _switch,
    "model": _text,
    "device": _choice("auto", "cuda", "mps", "cpu"),
    "mirror": _switch,
    "smallest_region": lambda value: int(_number(0, MOST_SAMPLES)(value)),
    "copies_gb": _number(*COPIES_GB_RANGE),
    "last_folder": _text,
    "written_folder": _text,
    "recent": _paths,
    "model_folders": _paths,
    "output_folder": _text,
    "left_width": lambda value: int(_number(*WIDTH_RANGE_PX)(value)),
    "right_width": lambda value: int(_number(*WIDTH_RANGE_PX)(value)),
    "swapped": _switch,
    "processing": _processing,
    "brush": _number(*BRUSH_RANGE),
    "tolerance": _number(*TOLERANCE_RANGE),
    "smoothing": _number(*SMOOTHING_RANGE),
    "line_width": _number(*LINE_WIDTH_RANGE),
    "fills_labelled": _switch,
    "pick_kind": _choice(*PICK_KINDS),
    "label_opacity": _number(0.0, 1.0),
    "label_others": _switch,
    "label_disagreement": _switch,
    "author": _text,
}


_SHARED = ("recent", "model_folders")
"""Lists that every window adds to."""
_LOCK_MS = 200


class SettingsFile:
    """Settings in an INI file; of several windows each adds to the same lists.

    Parameters
    ----------
    folder : pathlib.Path, optional
        Where ``outcrop.ini`` lies; OUTCROP_CONFIG or the platform's folder for
        settings when left out.
    """

    def __init__(self, folder: Path | None = None) -> None:
        chosen = folder or Path(os.environ.get("OUTCROP_CONFIG") or user_config_dir("outcrop"))
        self._path = chosen / "outcrop.ini"
        self._store = QSettings(str(self._path), QSettings.Format.IniFormat)

    def read(self) -> Settings:
        """Return what is stored, with defaults for what is missing or invalid."""
        return Settings(**self._values(*(item.name for item in fields(Settings))))

    def _values(self, *names: str) -> dict[str, Any]:
        """Return what is stored and valid."""
        values: dict[str, Any] = {}
        for name in names:
            stored = self._store.value(f"settings/{name}")
            if stored is None:
                continue
            try:
                values[name] = _CONVERT[name](stored)
            except (KeyError, TypeError, ValueError) as error:
                _log.warning("setting %s: %r is not valid (%s)", name, stored, error)
        return values

    def write(self, settings: Settings) -> None:
        """Store all values but the lists, which `put_first` and `drop` change at once."""
        for item in fields(Settings):
            if item.name not in _SHARED:
                self._store.setValue(f"settings/{item.name}", getattr(settings, item.name))
        self._store.sync()

    def put_first(self, name: str, path: Path) -> tuple[str, ...]:
        """Put a path first in a list that other windows may have changed meanwhile.

        Parameters
        ----------
        name : {"recent", "model_folders"}
            Field of `Settings`.
        path : pathlib.Path
            What is listed.

        Returns
        -------
        tuple of str
            The list that is stored now, `N_RECENT` long at most.
        """
        return self._change(name, lambda listed: with_recent(listed, path))

    def drop(self, name: str, path: Path) -> tuple[str, ...]:
        """Take a path out of a list; see `put_first`."""
        wanted = str(path)
        return self._change(name, lambda listed: tuple(p for p in listed if p != wanted))

    def _change(
        self, name: str, change: Callable[[tuple[str, ...]], tuple[str, ...]]
    ) -> tuple[str, ...]:
        # QSettings locks a read and a write each, but not what is between them.
        lock = QLockFile(f"{self._path}.lists")
        QDir().mkpath(str(self._path.parent))
        # Without the lock, as in a folder that cannot be written, one change may be lost.
        lock.tryLock(_LOCK_MS)
        try:
            self._store.sync()
            changed = change(self._values(name).get(name, ()))
            self._store.setValue(f"settings/{name}", list(changed))
            self._store.sync()
        finally:
            lock.unlock()
        return changed

    def read_bytes(self, name: str) -> QByteArray:
        """Return stored bytes, such as a window's geometry; empty when there are none."""
        value = self._store.value(f"window/{name}")
        return value if isinstance(value, QByteArray) else QByteArray()

    def write_bytes(self, name: str, value: QByteArray) -> None:
        """Store bytes."""
        self._store.setValue(f"window/{name}", value)


def with_recent(recent: tuple[str, ...], path: Path) -> tuple[str, ...]:
    """Return the list of recent files with one put first."""
    newest = str(path)
    return (newest, *(item for item in recent if item != newest))[:N_RECENT]
