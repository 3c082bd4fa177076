"""The encodings of samples in SEG-Y."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.readers.segy.ibm_float import ibm_to_ieee

_IBM = 1


@dataclass(frozen=True, slots=True)
class SampleFormat:
    """One sample format code.

    Parameters
    ----------
    code : int
        Bytes 3225-3226 of the file.
    name : str
        For people.
    kind : str
        NumPy kind and size of the stored word, such as ``i2``.
    """

    code: int
    name: str
    kind: str

    @property
    def n_bytes(self) -> int:
        """Size of a sample."""
        return int(self.kind[1:])

    @property
    def may_be_not_finite(self) -> bool:
        """Whether decoding can give NaN or infinity."""
        return self.code == _IBM or self.kind[0] == "f"

    def dtype(self, byte_order: str) -> np.dtype[Any]:
        """Return the stored type.

        Parameters
        ----------
        byte_order : {">", "<"}
            Big or little endian.

        Returns
        -------
        numpy.dtype
            Of one stored sample.
        """
        return np.dtype(byte_order + self.kind)

    def decode(self, raw: NDArray[Any]) -> NDArray[np.float32]:
        """Convert stored samples to amplitudes.

        Parameters
        ----------
        raw : ndarray
            Stored samples, of `dtype`.

        Returns
        -------
        ndarray of float32
            A new array of the same shape; integers beyond 2**24 are rounded.
        """
        if self.code == _IBM:
            return ibm_to_ieee(raw)
        with np.errstate(over="ignore", invalid="ignore"):
            return raw.astype(np.float32)


FORMATS = {
    f.code: f
    for f in (
        SampleFormat(_IBM, "4-byte IBM float", "u4"),
        SampleFormat(2, "4-byte signed integer", "i4"),
        SampleFormat(3, "2-byte signed integer", "i2"),
        SampleFormat(5, "4-byte IEEE float", "f4"),
        SampleFormat(6, "8-byte IEEE float", "f8"),
        SampleFormat(8, "1-byte signed integer", "i1"),
        SampleFormat(9, "8-byte signed integer", "i8"),
        SampleFormat(10, "4-byte unsigned integer", "u4"),
        SampleFormat(11, "2-byte unsigned integer", "u2"),
        SampleFormat(12, "8-byte unsigned integer", "u8"),
        SampleFormat(16, "1-byte unsigned integer", "u1"),
    )
}
"""Code -> format, for all that are read."""
