"""Tables of boxes round craters, as text."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path

from engine.errors import ReadError

TABLE_SUFFIXES = frozenset({".txt", ".csv"})
_COLUMNS = ("x", "y", "w", "h")
_SEPARATOR = re.compile(r"[,;\t]")
_LARGEST_BYTES = 64 * 2**20
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on an image.

    Parameters
    ----------
    line : int
        Where it stands in the table, from 1.
    left, top : float
        Its first column and row, from 0 at the outer edge of the first pixel.
    width, height : float
        Pixels, above zero.
    """

    line: int
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class BoxTable:
    """What a table holds.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    boxes : tuple of Box
        Those that can be read.
    problems : tuple of str
        One line for each row that cannot, with its number.
    """

    path: Path
    boxes: tuple[Box, ...]
    problems: tuple[str, ...]


def read_box_table(path: Path) -> BoxTable:
    """Read a table whose first line names the columns X, Y, W and H.

    Columns are separated by commas, semicolons or tabs, also mixed; further
    columns, such as ``ID``, ``C_X``, ``CY``, are left alone.

    Parameters
    ----------
    path : pathlib.Path
        The file.

    Returns
    -------
    BoxTable
        Rows that are no boxes are told, not taken.

    Raises
    ------
    ReadError
        If the file is no such table.
    """
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise ReadError(path, "is too large for a table of boxes", hint="Name another file.")
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise ReadError(path, "is no text", hint="Save the table as UTF-8 text.") from error
    header = [name.strip().lower() for name in _SEPARATOR.split(lines[0])] if lines else []
    missing = [name.upper() for name in _COLUMNS if name not in header]
    if missing:
        raise ReadError(
            path,
            f"its first line does not name the column {missing[0]}",
            hint="Name the columns in the first line: X, Y (upper left), W, H, in pixels.",
        )
    places = [header.index(name) for name in _COLUMNS]
    boxes: list[Box] = []
    problems: list[str] = []
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        words = _SEPARATOR.split(line)
        try:
            left, top, width, height = (float(words[place]) for place in places)
        except (ValueError, IndexError):
            problems.append(f"line {number} is no box: {line[:_SHOWN]!r}")
            continue
        if not all(map(math.isfinite, (left, top, width, height))) or min(width, height) <= 0:
            problems.append(f"line {number} has no size: {line[:_SHOWN]!r}")
            continue
        boxes.append(Box(number, left, top, width, height))
    return BoxTable(path, tuple(boxes), tuple(problems))
