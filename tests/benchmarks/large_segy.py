"""Large SEG-Y files: a full one, and one whose headers are written where they are looked for."""

from __future__ import annotations

import os
import shutil
import struct
from pathlib import Path

import numpy as np
import pytest

from engine.readers.detect import open_at_once
from engine.readers.segy.header_sample import HeaderSample

_HEADERS = 3600


def square(n_bytes: int, n_samples: int) -> int:
    """Return the lines, and traces of each, of a square survey of about so many bytes."""
    return max(int((n_bytes / (240 + 4 * n_samples)) ** 0.5), 2)


def write_full_segy(path: Path, *, n_bytes: int, n_samples: int) -> None:
    """Write a square survey, sorted by inline, every block of it on the disk."""
    n_lines = square(n_bytes, n_samples)
    if shutil.disk_usage(path.parent).free < 1.2 * n_bytes:
        pytest.skip(f"the disk has no room for {n_bytes / 1e9:.1f} GB")
    kinds = {
        "names": ["iline", "xline", "samples"],
        "formats": [">i4", ">i4", (">f4", (n_samples,))],
        "offsets": [188, 192, 240],
        "itemsize": 240 + 4 * n_samples,
    }
    line = np.zeros(n_lines, dtype=np.dtype(kinds))
    line["xline"] = np.arange(1, n_lines + 1)
    line["samples"] = np.random.default_rng(0).normal(0, 1000, (n_lines, n_samples))
    with path.open("wb") as file:
        file.write(_file_headers(n_samples))
        for number in range(1, n_lines + 1):
            line["iline"] = number
            file.write(line.tobytes())


def write_hollow_segy(path: Path, *, n_bytes: int, n_samples: int) -> None:
    """Lay out a square survey in a file of holes, with those trace headers that opening reads.

    Only some hundred blocks lie on the disk, so that a file of 100 GB is made, and removed,
    within a second; to open it costs what it costs with all headers.
    """
    n_lines = square(n_bytes, n_samples)
    trace_bytes = 240 + 4 * n_samples
    path.write_bytes(_file_headers(n_samples))
    os.truncate(path, _HEADERS + n_lines * n_lines * trace_bytes)

    def write_then_read(sample: HeaderSample, numbers: np.ndarray) -> np.ndarray:
        with path.open("r+b") as file:
            for number in numbers.tolist():
                line, place = divmod(number, n_lines)
                file.seek(_HEADERS + number * trace_bytes + 188)
                file.write(struct.pack(">ii", line + 1, place + 1))
        return read(sample, numbers)

    read = HeaderSample._read
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(HeaderSample, "_read", write_then_read)
        open_at_once(path).close()


def _file_headers(n_samples: int) -> bytes:
    head = bytearray(_HEADERS)
    head[:3200] = b"C 1 BENCHMARK".ljust(3200)
    for byte, value in ((3217, 4000), (3221, n_samples), (3225, 5), (3255, 1), (3503, 1)):
        struct.pack_into(">H", head, byte - 1, value)
    head[3500] = 1
    return bytes(head)
