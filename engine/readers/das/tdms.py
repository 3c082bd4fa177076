"""Checks of a TDMS file before DASCore reads it."""

from __future__ import annotations

import struct
from pathlib import Path

from engine.errors import ReadError
from engine.readers.das.signatures import TDMS

_LEAD_IN = struct.Struct("<4siiQQ")
_MOST_SEGMENTS = 100_000
_UNFINISHED = 2**64 - 1


def check_segments(path: Path) -> None:
    """Follow the segments to the end of the file.

    DASCore follows them without looking: offsets that lead nowhere would keep
    it for ever.

    Parameters
    ----------
    path : pathlib.Path
        The file.

    Raises
    ------
    ReadError
        If a segment does not begin where the one before it ends, or the file ends
        inside one.
    """
    size, position = path.stat().st_size, 0
    with path.open("rb") as file:
        for number in range(_MOST_SEGMENTS):
            file.seek(position)
            lead_in = file.read(_LEAD_IN.size)
            if len(lead_in) < _LEAD_IN.size or lead_in[:4] != TDMS:
                raise _damaged(path, f"segment {number + 1} does not begin at byte {position}")
            _, _, _, length, raw = _LEAD_IN.unpack(lead_in)
            if length == _UNFINISHED:
                return  # written until the power went; the rest of the file is data
            if raw > length or position + _LEAD_IN.size + length > size:
                raise _damaged(path, f"ends inside segment {number + 1}")
            position += _LEAD_IN.size + length
            if position == size:
                return
    raise _damaged(path, f"has more than {_MOST_SEGMENTS} segments")


def _damaged(path: Path, what: str) -> ReadError:
    return ReadError(path, what, hint="Copy or download the file again.")
