"""The text at the head of ISIS, PDS and VICAR files."""

from __future__ import annotations

import re
from pathlib import Path

from engine.errors import ReadError

LABELLED = ("ISIS3", "PDS", "PDS4", "VICAR")
"""GDAL drivers of formats that begin with a label."""

_LONGEST = 1 << 20
_END = re.compile(rb"\0|\n[Ee][Nn][Dd][ \t\r]*\n")


def check_label(path: Path) -> None:
    """Refuse a label that is no text, before anything is made of what it says.

    PDS3, ISIS and VICAR labels are ASCII, PDS4 labels UTF-8 by their standards.

    Parameters
    ----------
    path : pathlib.Path
        A file that begins with a label.

    Raises
    ------
    ReadError
        If a byte of it belongs to no UTF-8 text.
    """
    with path.open("rb") as file:
        head = file.read(_LONGEST)
    end = _END.search(head)
    label = head[: end.start()] if end else head
    try:
        label.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start >= _LONGEST - 4:
            return  # a character that the limit has cut
        raise ReadError(
            path,
            f"byte {error.start} of its label is no text",
            hint="Copy or download the file again, or mend the label in a text editor.",
        ) from error
