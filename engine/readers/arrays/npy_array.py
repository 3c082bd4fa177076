"""Arrays in the format of NumPy, through a memory map."""

from __future__ import annotations

import tokenize
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import ReadError
from engine.readers.arrays.stored_array import check_array


class NpyArray:
    """A memory-mapped ``.npy`` file; nothing is unpickled.

    Parameters
    ----------
    path : pathlib.Path
        The file.

    Raises
    ------
    ReadError
        If it is damaged, cut short, or holds objects.
    """

    format = "npy"
    name = ""
    chunks = None

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            mapped = np.lib.format.open_memmap(path, mode="r")
        except OSError as error:
            raise ReadError(
                path, f"cannot be read ({error.strerror or error})", hint="Check the disk."
            ) from error
        except (
            ValueError,
            TypeError,
            SyntaxError,
            OverflowError,
            MemoryError,
            RecursionError,
            tokenize.TokenError,
        ) as error:
            raise ReadError(
                path,
                f"is no array that can be read ({str(error).splitlines()[0][:200]})",
                hint="Write it with numpy.save, without objects, and copy it whole.",
            ) from error
        self._size = path.stat().st_size
        self._mapped: NDArray[Any] | None = mapped
        self.shape = tuple(int(n) for n in mapped.shape)
        self.dtype: np.dtype[Any] = mapped.dtype
        check_array(path, self.shape, self.dtype)

    def read(self, selection: tuple[int | slice, ...]) -> NDArray[Any]:
        """Copy samples; see `StoredArray.read`."""
        mapped = self._mapped
        if mapped is None:
            raise ValueError(f"{self._path}: the array is closed")
        # A map beyond the end of the file would end the program.
        if self._path.stat().st_size < self._size:
            raise ReadError(
                self._path,
                "has become shorter since it was opened",
                hint="Wait until it is copied, then open it again.",
            )
        return np.array(mapped[selection])

    def close(self) -> None:
        """Give up the map."""
        self._mapped = None
