"""Large SEG-Y files whose samples are holes: all headers are there, the disk is not filled."""

from __future__ import annotations

import shutil
import struct
from pathlib import Path

import numpy as np
import pytest

_HEADERS = 3600


def write_sparse_segy(path: Path, *, n_bytes: int, n_samples: int) -> tuple[int, int, int]:
    """Write a square survey of about so many bytes; return its shape.

    Each trace has its line numbers; its samples are zero, and take no room on file
    systems with holes but for the blocks that hold headers.
    """
    trace_bytes = 240 + 4 * n_samples
    n_lines = max(int((n_bytes / trace_bytes) ** 0.5), 2)
    n_traces = n_lines * n_lines
    on_disk = n_traces * 8192
    if shutil.disk_usage(path.parent).free < 2 * on_disk:
        pytest.skip(f"the disk has no room for {on_disk / 1e9:.1f} GB of headers")
    head = bytearray(_HEADERS)
    head[:3200] = b"C 1 SPARSE".ljust(3200)
    for byte, value in ((3217, 4000), (3221, n_samples), (3225, 5), (3255, 1), (3503, 1)):
        struct.pack_into(">H", head, byte - 1, value)
    head[3500] = 1
    path.write_bytes(head)
    with path.open("r+b") as file:
        file.truncate(_HEADERS + n_traces * trace_bytes)
    kinds = {"names": ["iline", "xline"], "formats": [">i4"] * 2, "offsets": [188, 192]}
    dtype = np.dtype(kinds | {"itemsize": trace_bytes})
    for line in range(n_lines):
        offset = _HEADERS + line * n_lines * trace_bytes
        headers = np.memmap(path, dtype=dtype, mode="r+", offset=offset, shape=(n_lines,))
        headers["iline"] = line + 1
        headers["xline"] = np.arange(1, n_lines + 1)
        headers.flush()
    return n_lines, n_lines, n_samples
