"""Small SEG-Y files for tests, written byte by byte, so that they share no code with the reader."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_STORED = {1: "u4", 2: "i4", 3: "i2", 5: "f4", 8: "i1"}
_LARGEST = {1: 30_000, 2: 100_000, 3: 30_000, 5: 30_000, 8: 127}


@dataclass(frozen=True)
class SegySpec:
    """A file to be written.

    ``trace_fields`` and ``binary_fields`` are patched in at the end: byte from 1
    (or 3201) -> (struct code, value). ``missing`` and ``dead`` hold (row, column).
    """

    inlines: tuple[int, ...] = (100, 102, 104)
    crosslines: tuple[int, ...] = (7, 8, 9, 10)
    n_samples: int = 12
    code: int = 5
    order: str = ">"
    sorting: str = "inline"
    missing: frozenset[tuple[int, int]] = frozenset()
    dead: frozenset[tuple[int, int]] = frozenset()
    revision: int = 1
    interval_us: int = 4000
    delay_ms: int = 0
    iline: int = 189
    xline: int = 193
    coordinates: bool = True
    ebcdic: bool = True
    text: str = "C 1 SYNTHETIC"
    extended: tuple[str, ...] = ()
    extended_count: int | None = None
    extra_trace_headers: int = 0
    gap_bytes: int = 0
    n_trailers: int = 0
    seed: int = 0
    trace_fields: dict[int, tuple[str, int]] = field(default_factory=dict)
    binary_fields: dict[int, tuple[str, float]] = field(default_factory=dict)

    def values(self) -> NDArray[np.float32]:
        """Return whole numbers that every sample format holds exactly."""
        rng = np.random.default_rng(self.seed)
        top = _LARGEST[self.code]
        shape = (len(self.inlines), len(self.crosslines), self.n_samples)
        values = rng.integers(-top, top, shape).astype(np.float32)
        # Never all zero, which would be a trace without data.
        values[..., 0] = 1.0
        return values

    def expected(self) -> NDArray[np.float32]:
        """Return what a reader should give: NaN where there is no data."""
        values = self.values()
        for row, col in self.missing | self.dead:
            values[row, col] = np.nan
        return values

    def places(self) -> list[tuple[int, int]]:
        """Return the (row, column) of each trace in the order of the file."""
        rows, cols = range(len(self.inlines)), range(len(self.crosslines))
        if self.sorting == "inline":
            every = [(r, c) for r in rows for c in cols]
        else:
            every = [(r, c) for c in cols for r in rows]
        return [place for place in every if place not in self.missing]


def write_segy(path: Path, spec: SegySpec | None = None, **changes: Any) -> SegySpec:
    """Write a file and return what was written."""
    spec = replace(spec or SegySpec(), **changes)
    values = spec.values()
    body = [_text(spec.text, spec), _binary_header(spec)]
    body += [_text(text, spec) for text in spec.extended]
    body.append(b"\0" * spec.gap_bytes)
    for number, (row, col) in enumerate(spec.places(), start=1):
        body.append(_trace_header(spec, number, row, col))
        body.append(encode(values[row, col], spec.code, spec.order))
    body += [_text("TRAILER", spec)] * spec.n_trailers
    path.write_bytes(b"".join(body))
    return spec


def write_array(path: Path) -> None:
    """Write an array of 3 x 4 x 12 samples as npy."""
    np.save(path, SegySpec().values())


def encode(values: NDArray[np.float32], code: int, order: str) -> bytes:
    """Encode samples in a sample format."""
    if code == 1:
        words = [_ibm(float(v)) for v in values]
        return struct.pack(f"{order}{len(words)}I", *words)
    return values.astype(np.dtype(order + _STORED[code])).tobytes()


def _ibm(value: float) -> int:
    """Encode one number by the definition: sign, excess-64 base-16 exponent, 24-bit fraction."""
    if value == 0:
        return 0
    sign, fraction, exponent = (1 << 31 if value < 0 else 0), abs(value), 64
    while fraction >= 1:
        fraction, exponent = fraction / 16, exponent + 1
    while fraction < 1 / 16:
        fraction, exponent = fraction * 16, exponent - 1
    return sign | exponent << 24 | round(fraction * 2**24)


def _text(text: str, spec: SegySpec) -> bytes:
    lines = [line.ljust(80)[:80] for line in text.split("\n")]
    return "".join(lines).ljust(3200).encode("cp037" if spec.ebcdic else "ascii")


def _binary_header(spec: SegySpec) -> bytes:
    header = bytearray(400)
    fields: dict[int, tuple[str, float]] = {
        3213: ("H", 1),
        3217: ("h", spec.interval_us),
        3221: ("H", spec.n_samples),
        3225: ("h", spec.code),
        3255: ("h", 1),
    }
    if spec.revision >= 1:
        fields[3501], fields[3502] = ("B", spec.revision), ("B", 0)
        fields[3503] = ("h", 1)
    count = len(spec.extended) if spec.extended_count is None else spec.extended_count
    fields[3505] = ("h", count)
    if spec.revision >= 2:
        first = 3600 + 3200 * len(spec.extended) + spec.gap_bytes
        fields |= {
            3269: ("i", spec.n_samples),
            3273: ("d", float(spec.interval_us)),
            3297: ("i", 16909060),
            3507: ("i", spec.extra_trace_headers),
            3513: ("Q", len(spec.places())),
            3521: ("Q", first if spec.gap_bytes else 0),
            3529: ("i", spec.n_trailers),
        }
    for byte, (kind, value) in (fields | spec.binary_fields).items():
        struct.pack_into(spec.order + kind, header, byte - 3201, value)
    return bytes(header)


def _trace_header(spec: SegySpec, number: int, row: int, col: int) -> bytes:
    header = bytearray(240 * (1 + spec.extra_trace_headers))
    fields: dict[int, tuple[str, int]] = {
        1: ("i", number),
        29: ("h", 2 if (row, col) in spec.dead else 1),
        71: ("h", -10),
        109: ("h", spec.delay_ms),
        115: ("H", spec.n_samples),
        117: ("h", spec.interval_us),
        spec.iline: ("i", spec.inlines[row]),
        spec.xline: ("i", spec.crosslines[col]),
    }
    if spec.coordinates:
        x, y = ground(spec.inlines[row], spec.crosslines[col])
        fields |= {181: ("i", round(10 * x)), 185: ("i", round(10 * y))}
    for byte, (kind, value) in (fields | spec.trace_fields).items():
        struct.pack_into(spec.order + kind, header, byte - 1, value)
    return bytes(header)


def ground(inline: float, crossline: float) -> tuple[float, float]:
    """Return the CDP coordinates of a bin, metres."""
    return 5000.0 + 20.0 * crossline - 15.0 * inline, 9000.0 + 15.0 * crossline + 20.0 * inline
