"""The binary header.

References
----------
.. [1] SEG Technical Standards Committee, "SEG-Y_r2.0: SEG-Y revision 2.0 Data
   Exchange format", 2017, table 2.
"""

from __future__ import annotations

import struct

from engine.readers.segy.header_fields import BINARY_FIELDS, HeaderField
from engine.readers.segy.text_header import TEXT_BYTES, starts_with_card

BINARY_BYTES = 400
TRACE_HEADER_BYTES = 240
HEADER_BYTES = TEXT_BYTES + BINARY_BYTES
_ORDER_MARK = 0x01020304
_LARGEST_CODE = 16
_NEWEST_REVISION = 2
_REVISION_2 = frozenset({*range(3261, 3301), *range(3507, 3533)})
_HUGE = 1e300


class BinaryHeader:
    """Numbers of the binary header, found by their byte positions.

    Parameters
    ----------
    block : bytes
        The 400 bytes.
    byte_order : {">", "<"}, optional
        Found from the rev 2 mark or the sample format code when left out.
    """

    def __init__(self, block: bytes, byte_order: str | None = None) -> None:
        self._block = block
        self.byte_order = byte_order or _detect_byte_order(block)

    def get(self, byte: int, kind: str = "h") -> int:
        """Return an integer.

        Parameters
        ----------
        byte : int
            Position in the file as in the standard, from 3201.
        kind : str, default "h"
            Code of `struct`.

        Returns
        -------
        int
            The value.
        """
        (value,) = struct.unpack_from(self.byte_order + kind, self._block, byte - TEXT_BYTES - 1)
        return int(value)

    def values(self) -> tuple[tuple[HeaderField, int | float], ...]:
        """Return the fields of the revision with their values; a NaN becomes zero."""
        found: list[tuple[HeaderField, int | float]] = []
        for field in BINARY_FIELDS:
            if field.byte in _REVISION_2 and self.revision[0] < 2:
                continue
            value = self.get_float(field.byte) if field.kind == "d" else self.get(*_at(field))
            found.append((field, value if value == value and abs(value) < _HUGE else 0))
        return tuple(found)

    def get_float(self, byte: int) -> float:
        """Return an IEEE double."""
        (value,) = struct.unpack_from(self.byte_order + "d", self._block, byte - TEXT_BYTES - 1)
        return float(value)

    @property
    def revision(self) -> tuple[int, int]:
        """Major and minor revision, also where they were written as one swapped word.

        Revision 0 leaves these bytes free; what no revision has there means 0.
        """
        major, minor = self._block[300], self._block[301]
        if major == 0:
            major, minor = minor, 0
        return (major, minor) if major <= _NEWEST_REVISION else (0, 0)

    @property
    def n_samples(self) -> int:
        """Samples of a trace."""
        if self.revision[0] >= 2 and self.get(3269, "i") > 0:
            return self.get(3269, "i")
        return self.get(3221, "H")

    @property
    def interval(self) -> float:
        """Sample interval, thousandths of ms or of the depth unit."""
        if self.revision[0] >= 2:
            extended = self.get_float(3273)
            if extended == extended and 0 < abs(extended) < float("inf"):
                return extended
        return float(self.get(3217))

    @property
    def n_promised(self) -> int:
        """Traces that the file must hold at least."""
        if self.revision[0] >= 2:
            return max(self.get(3513, "Q"), self.get(3261, "i"), self.get(3213, "H"))
        return self.get(3213, "H")

    @property
    def trace_header_bytes(self) -> int:
        """Size of a trace header with its extensions."""
        if self.revision[0] < 2:
            return TRACE_HEADER_BYTES
        n_more = self.get(3507, "i") if self.revision == (2, 0) else self.get(3507)
        return TRACE_HEADER_BYTES * (1 + max(n_more, 0))


def _at(field: HeaderField) -> tuple[int, str]:
    return field.byte, field.kind


def _detect_byte_order(block: bytes) -> str:
    for order in (">", "<"):
        if struct.unpack_from(order + "I", block, 96)[0] == _ORDER_MARK:
            return order
    big, little = (struct.unpack_from(order + "H", block, 24)[0] for order in (">", "<"))
    return "<" if little < big else ">"


def looks_like_segy(head: bytes) -> bool:
    """Judge a file by its first 3600 bytes.

    Parameters
    ----------
    head : bytes
        The first bytes of the file, 3600 if it has so many.

    Returns
    -------
    bool
        Whether it begins with a ``C 1`` card, or its binary header has a
        sample format of the standard and a number of samples.
    """
    if len(head) < HEADER_BYTES:
        return False
    if starts_with_card(head):
        return True
    header = BinaryHeader(head[TEXT_BYTES:HEADER_BYTES])
    plausible_code = 1 <= header.get(3225, "H") <= _LARGEST_CODE
    return plausible_code and header.n_samples > 0 and header.interval >= 0
