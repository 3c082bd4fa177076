"""What the traces of a pre-stack file are gathered by."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.errors import SettingsError
from engine.readers.segy.binary_header import TRACE_HEADER_BYTES

SORT_KEYS: dict[str, tuple[int, ...]] = {
    "ffid": (9,),
    "shot": (17,),
    "cdp": (21,),
    "receiver": (81, 85),
    "offset": (37,),
    "channel": (13,),
    "inline": (189,),
    "crossline": (193,),
}
"""Name -> bytes of the trace header; receivers have no number, only X and Y."""

_WRITTEN = re.compile(r"(?P<name>[a-z]+|[0-9]{1,3})(?:/(?P<width>[1-9][0-9]{0,8}))?")


@dataclass(frozen=True, slots=True)
class SortKey:
    """A number of the trace headers, or a pair of them.

    Parameters
    ----------
    name : str
        For people, and the name of the direction of the sections.
    bytes_ : tuple of int
        Positions in the trace header, from 1.
    width : int, default 1
        Numbers are gathered in bins this wide, from zero on.
    """

    name: str
    bytes_: tuple[int, ...]
    width: int = 1

    @classmethod
    def parse(cls, text: str) -> SortKey:
        """Read a key as users write it.

        Parameters
        ----------
        text : str
            A name of `SORT_KEYS`, or a byte position; with ``/50`` behind it for
            bins of 50, such as ``offset/50``.

        Returns
        -------
        SortKey
            The key.

        Raises
        ------
        SettingsError
            If it is none of these.
        """
        last = TRACE_HEADER_BYTES - 3
        match = _WRITTEN.fullmatch(str(text))
        if match is not None:
            name, width = match["name"], int(match["width"] or 1)
            if name in SORT_KEYS and (width == 1 or len(SORT_KEYS[name]) == 1):
                return cls(name, SORT_KEYS[name], width)
            if name.isdigit() and 1 <= int(name) <= last:
                return cls(f"byte {int(name)}", (int(name),), width)
        raise SettingsError(
            f"unknown sort key {str(text)!r}",
            hint=f"Use one of {', '.join(SORT_KEYS)}, or a byte position from 1 to {last}; "
            "offset/50 gathers offsets in bins of 50.",
        )
