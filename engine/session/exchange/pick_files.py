"""Fault sticks and polylines in the plain text that other programs read and write.

Charisma fault sticks, as Petrel writes them, have one node a line: ``INLINE-``,
inline, crossline, x, y, z, name of the fault, number of the stick. IRAP and RMS
polylines have x, y and z, and a line of three times 999 behind each of them, which
is what xtgeo's ``xyz`` polygons are.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from engine.core.volume import Volume
from engine.core.writable import write_bytes
from engine.errors import DataError, ReadError
from engine.session.edits import Pick
from engine.session.exchange.base import ImportedLabels, LabelSource, WrittenLabels
from engine.session.exchange.places import Place, SurveyPlaces
from engine.session.label_scheme import LabelScheme

_LARGEST_BYTES = 1 << 28
_END = 999.0
_MARK = re.compile(r"^\s*(?:INLINE|XLINE|CROSSLINE)\s*[-:]?\s*", re.IGNORECASE)


def write_fault_sticks(source: LabelSource, path: Path) -> WrittenLabels:
    """Write all fault sticks as Charisma fault sticks.

    Parameters
    ----------
    source : LabelSource
        With the picks; a stick without a name gets that of its class.
    path : pathlib.Path
        The file; replaced if it is there.

    Returns
    -------
    WrittenLabels
        The file.

    Raises
    ------
    DataError
        If the data are no survey of inlines and crosslines, or there is no stick.
    WriteError
        If it cannot be written.
    """
    survey = SurveyPlaces(source.volume)
    sticks = [pick for pick in source.picks if pick.kind == "stick"]
    if not sticks:
        raise _nothing(source, "fault stick")
    lines = []
    for number, pick in enumerate(sticks, start=1):
        name = re.sub(r"\s+", "_", pick.name.strip() or source.scheme.names[pick.class_id])
        lines += [
            f"INLINE- {at.inline:12.4f} {at.crossline:12.4f} {at.x:16.4f} {at.y:16.4f}"
            f" {at.z:14.5f} {name} {number}\n"
            for at in survey.places(pick)
        ]
    write_bytes(path, "".join(lines).encode())
    return WrittenLabels((path,))


def read_fault_sticks(path: Path, volume: Volume, scheme: LabelScheme) -> ImportedLabels:
    """Read Charisma fault sticks.

    Parameters
    ----------
    path : pathlib.Path
        The file. Where inline and crossline are 0, x and y tell the place.
    volume : Volume
        The survey they lie in.
    scheme : LabelScheme
        A fault named like a class belongs to it, any other to the last class.

    Returns
    -------
    ImportedLabels
        Sticks; those that lie on no single section are told in its notes.

    Raises
    ------
    ReadError
        If a line is none of a fault stick.
    DataError
        If the data are no survey of inlines and crosslines.
    """
    survey = SurveyPlaces(volume)
    sticks: dict[tuple[str, str], list[Place]] = {}
    for number, line in _lines(path):
        words = _MARK.sub("", line).split()
        try:
            inline, crossline, x, y, z = (_number(word) for word in words[:5])
            *name, stick = words[5:]
        except ValueError as error:
            raise ReadError(
                path,
                f"line {number} is none of a fault stick",
                hint="Charisma fault sticks have inline, crossline, x, y, z, name and number.",
            ) from error
        place = Place(inline, crossline, x, y, z)
        if inline == crossline == 0:
            place = survey.from_xy(x, y, z)
        sticks.setdefault((" ".join(name), stick), []).append(place)
    named = ((name, stick, places) for (name, stick), places in sticks.items())
    return _picked(path, "stick", named, survey, scheme)


def write_polylines(source: LabelSource, path: Path) -> WrittenLabels:
    """Write all picks as polylines of IRAP; see `write_fault_sticks`."""
    survey = SurveyPlaces(source.volume)
    if not source.picks:
        raise _nothing(source, "pick")
    lines = []
    for pick in source.picks:
        lines += [f"{at.x:.4f} {at.y:.4f} {at.z:.5f}\n" for at in survey.places(pick)]
        lines.append(f"{_END:.4f} {_END:.4f} {_END:.5f}\n")
    write_bytes(path, "".join(lines).encode())
    return WrittenLabels((path,))


def read_polylines(path: Path, volume: Volume, scheme: LabelScheme) -> ImportedLabels:
    """Read polylines of IRAP; they belong to the last class. See `read_fault_sticks`."""
    survey = SurveyPlaces(volume)
    parts: list[list[Place]] = [[]]
    for number, line in _lines(path):
        try:
            x, y, z = (_number(word) for word in line.split()[:3])
        except ValueError as error:
            raise ReadError(
                path, f"line {number} is not x, y and z", hint="Give one point a line."
            ) from error
        if x == y == _END:
            parts.append([])
        else:
            parts[-1].append(survey.from_xy(x, y, z))
    named = (("", str(number), places) for number, places in enumerate(parts, 1) if places)
    return _picked(path, "polyline", named, survey, scheme)


def _nothing(source: LabelSource, what: str) -> DataError:
    return DataError(
        f"{source.volume.path.name}: there is no {what} to export",
        hint="Pick some first, or export areas in another format.",
    )


def _picked(
    path: Path,
    kind: str,
    named: Iterable[tuple[str, str, list[Place]]],
    survey: SurveyPlaces,
    scheme: LabelScheme,
) -> ImportedLabels:
    picks, notes = [], []
    classes = {re.sub(r"\s+", "_", name).lower(): n for n, name in enumerate(scheme.names)}
    for name, number, places in named:
        found = survey.on_section(places)
        if found is None:
            what = f"{name} {number}".strip()
            notes.append(f"{kind} {what} lies on no single section of the volume")
            continue
        direction, index, nodes = found
        class_id = classes.get(name.lower(), len(scheme) - 1)
        # The same file gives the same ids, so that it is not imported twice.
        digest = hashlib.sha256(repr((path.name, kind, name, number, nodes)).encode()).hexdigest()
        picks.append(Pick(digest[:32], kind, direction, index, nodes, class_id, name=name))
    return ImportedLabels(picks=tuple(picks), notes=tuple(notes))


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield number and text of the lines that are neither blank nor comments."""
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise DataError(f"{path}: too large for a file of picks")
        text = path.read_text("utf-8", errors="replace")
    except OSError as error:
        raise ReadError(path, f"cannot be read ({error.strerror})", hint="Check it.") from error
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and line.lstrip()[0] not in "#!":
            yield number, line


def _number(word: str) -> float:
    number = float(word)
    if not math.isfinite(number):
        raise ValueError(word)
    return number
