"""What an array on disk offers, whatever its format, and what is refused before it is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.errors import ReadError

LARGEST_SECTION = 1 << 31
LARGEST_CHUNK = 1 << 29
"""Bytes, decompressed: as much is held in memory to read a single sample."""
_MOST_CHUNKS = 1_000_000
_DIMENSIONS = (2, 3)

Selection = tuple[int | slice, ...]
"""An index or slice of each axis."""


class StoredArray(Protocol):
    """An opened array; any thread may read."""

    @property
    def format(self) -> str:
        """Such as ``npy``."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Positions along each axis."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the samples."""

    @property
    def chunks(self) -> tuple[int, ...] | None:
        """Size of the blocks it is stored in, if it is."""

    @property
    def name(self) -> str:
        """Path inside the file; empty where the file is the array."""

    def read(self, selection: Selection) -> NDArray[Any]:
        """Return a copy of the samples at an index or slice of each axis, in memory.

        Raises
        ------
        ReadError
            If they cannot be read.
        """

    def close(self) -> None:
        """Give up the file."""


def check_array(
    path: Path,
    shape: tuple[int, ...],
    dtype: np.dtype[Any],
    chunks: tuple[int, ...] | None = None,
) -> None:
    """Refuse what is no volume or section of numbers, or cannot be read section by section.

    Parameters
    ----------
    path : pathlib.Path
        Named in errors.
    shape : tuple of int
        Of the array.
    dtype : numpy.dtype
        Of its samples.
    chunks : tuple of int, optional
        Of its blocks.

    Raises
    ------
    ReadError
        If it has not two or three axes, an axis without positions, samples that are
        no real numbers, or sections or blocks that are too large.
    """
    size = " x ".join(str(n) for n in shape)
    if len(shape) not in _DIMENSIONS:
        raise ReadError(
            path, f"an array of shape {size or '()'}", hint="Name an array of two or three axes."
        )
    if min(shape) < 1:
        raise ReadError(path, f"an array of shape {size} has no samples", hint="Name another one.")
    if dtype.kind not in "buif":
        raise ReadError(
            path, f"samples of type {dtype} are no amplitudes", hint="Store real numbers."
        )
    total = int(np.prod([int(n) for n in shape], dtype=object))
    smallest = min(shape) if len(shape) == _DIMENSIONS[1] else 1
    if total // smallest * max(dtype.itemsize, 4) > LARGEST_SECTION:
        raise ReadError(
            path,
            f"an array of shape {size} has sections of more than {LARGEST_SECTION >> 30} GiB",
            hint="Cut it into smaller ones.",
        )
    if chunks is not None:
        _check_chunks(path, shape, dtype, chunks)


def _check_chunks(
    path: Path, shape: tuple[int, ...], dtype: np.dtype[Any], chunks: tuple[int, ...]
) -> None:
    n_bytes = int(np.prod([int(n) for n in chunks], dtype=object)) * dtype.itemsize
    counts = [-(-n // max(c, 1)) for n, c in zip(shape, chunks, strict=True)]
    total = int(np.prod(counts, dtype=object))
    in_section = total // min(counts) if len(counts) == _DIMENSIONS[1] else total
    if n_bytes > LARGEST_CHUNK or in_section > _MOST_CHUNKS:
        raise ReadError(
            path,
            f"is stored in blocks of {' x '.join(str(c) for c in chunks)}, {in_section} of them "
            "in a section",
            hint="Store it anew in blocks of about a megabyte.",
        )
