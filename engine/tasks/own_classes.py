"""Classes that a user names."""

from __future__ import annotations

import json
import re
from pathlib import Path

from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.errors import DataError, SettingsError

_ENTRY = re.compile(r"\s*([^:#]+?)\s*(?::\s*(#[0-9a-fA-F]{6}))?\s*")
_NOTHING = frozenset({"background", "none", "nothing", "no", "noise"})
_LARGEST_FILE = 1 << 20

# Twelve hues told apart at a glance, also by most people who see colours differently.
_COLORS = (
    "#3e96ff",
    "#e07a2f",
    "#5cb85c",
    "#f2d43d",
    "#d64550",
    "#6b4c9a",
    "#2fb7b0",
    "#ff5d8f",
    "#8c6d46",
    "#a6d854",
    "#1f3a93",
    "#bdbdbd",
)


def parse_classes(text: str) -> ClassScheme:
    """Read classes from the command line or a JSON file.

    Parameters
    ----------
    text : str
        ``NAME[:#rrggbb],...`` in the order of the ids, or the path of a JSON file:
        a list of names, or of objects with ``name`` and, if wanted, ``color`` and
        ``background``.

    Returns
    -------
    ClassScheme
        Colours that are not given are chosen; a first class called background
        (none, nothing, noise) is drawn transparent.

    Raises
    ------
    SettingsError
        If the text is neither.
    DataError
        If the file is damaged, or classes are too few, too many or repeat.
    """
    if text.lower().endswith(".json"):
        return _from_file(Path(text))
    entries = [_ENTRY.fullmatch(part) for part in text.split(",")]
    if not all(entries):
        raise SettingsError(
            f"{text!r} names no classes", hint="Write NAME:#rrggbb,NAME:#rrggbb or NAME,NAME."
        )
    return _scheme([(entry[1], entry[2], None) for entry in entries if entry])


def _from_file(path: Path) -> ClassScheme:
    hint = 'Write a list such as [{"name": "Rock", "color": "#3e96ff"}, {"name": "Salt"}].'
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise DataError(f"{path}: too large for a list of classes", hint=hint)
        items = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(
            f"{path}: cannot be read ({error.strerror})", hint="Check the path."
        ) from error
    except (ValueError, RecursionError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(f"{path}: no JSON ({error})", hint=hint) from error
    if isinstance(items, dict):
        items = items.get("classes")
    if not isinstance(items, list):
        raise DataError(f"{path}: no list of classes", hint=hint)
    entries: list[tuple[str, str | None, bool | None]] = []
    for item in items:
        entry = {"name": item} if isinstance(item, str) else item
        if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
            raise DataError(f"{path}: a class without a name", hint=hint)
        color, background = entry.get("color"), entry.get("background")
        if not isinstance(color, str | None) or not isinstance(background, bool | None):
            raise DataError(f"{path}: class {entry['name']} is not as it should be", hint=hint)
        entries.append((entry["name"], color, background))
    return _scheme(entries)


def _scheme(entries: list[tuple[str, str | None, bool | None]]) -> ClassScheme:
    """Fill in what was left out."""
    classes = []
    for number, (name, color, background) in enumerate(entries):
        empty = background
        if empty is None:
            empty = number == 0 and name.lower() in _NOTHING
        chosen = "#000000" if empty else _COLORS[number % len(_COLORS)]
        classes.append(SegmentationClass(name, color or chosen, empty))
    return ClassScheme(tuple(classes))
