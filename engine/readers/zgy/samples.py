"""Samples of a ZGY file through OpenZGY."""

from __future__ import annotations

import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import EngineError, ReadError
from engine.readers.arrays.stored_array import Selection

_DTYPES = {"int8": np.int8, "int16": np.int16, "float": np.float32}
_DAMAGE = (
    OSError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    AssertionError,
    RuntimeError,
    MemoryError,
    NameError,
    struct.error,
)


@contextmanager
def telling_zgy_errors(path: Path) -> Iterator[None]:
    """Turn what OpenZGY raises into a `ReadError`.

    Parameters
    ----------
    path : pathlib.Path
        The file.

    Raises
    ------
    ReadError
        Instead of it.
    """
    try:
        yield
    except EngineError:
        raise
    except _DAMAGE as error:
        raise _damaged(path, error) from error
    except Exception as error:
        # Its own errors share no base but this, and its module is loaded late.
        if not type(error).__module__.startswith("openzgy"):
            raise
        raise _damaged(path, error) from error


class ZgySamples:
    """Samples as float32, read brick by brick; see `StoredArray`.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    file : openzgy.api.ZgyReader
        Opened; closed with the samples.
    """

    format = "zgy"
    name = ""

    def __init__(self, path: Path, file: Any) -> None:
        self._path = path
        self._file = file
        self._lock = threading.Lock()
        self.shape = tuple(int(n) for n in file.size)
        self.chunks: tuple[int, ...] | None = tuple(int(n) for n in file.bricksize)
        stored = str(getattr(file.datatype, "name", ""))
        if stored not in _DTYPES:
            raise ReadError(
                path, f"unknown samples {stored!r}", hint="Copy or download the file again."
            )
        self.dtype: np.dtype[Any] = np.dtype(_DTYPES[stored])

    def read(self, selection: Selection) -> NDArray[Any]:
        """Read samples; see `StoredArray.read`."""
        whole = (*selection, *[slice(None)] * (len(self.shape) - len(selection)))
        spans = [
            (part, part + 1) if isinstance(part, int) else part.indices(size)[:2]
            for part, size in zip(whole, self.shape, strict=True)
        ]
        data = np.zeros([stop - start for start, stop in spans], dtype=np.float32)
        with self._lock:
            if self._file is None:
                raise ValueError(f"{self._path}: the file is closed")
            with telling_zgy_errors(self._path):
                self._file.read(tuple(start for start, _ in spans), data)
        dropped = tuple(k for k, part in enumerate(whole) if isinstance(part, int))
        return data.squeeze(axis=dropped)

    def close(self) -> None:
        """Close the file, when a read under way has ended."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None


def _damaged(path: Path, error: Exception) -> ReadError:
    if "Compression algorithm" in str(error):
        return ReadError(
            path,
            "is compressed with ZFP, which is not read",
            hint="Write it without compression, for example with OpenZGY's zgycopy.",
        )
    words = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
    return ReadError(path, f"damaged ZGY file: {words}", hint="Copy or download the file again.")
