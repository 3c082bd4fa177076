"""IBM System/360 single-precision floats."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_FRACTION = np.uint32(0x00FFFFFF)


def _scales() -> NDArray[np.float64]:
    """Return the signed weight of the last fraction bit for each sign and exponent byte."""
    byte = np.arange(256)
    sign = np.where(byte & 0x80, -1.0, 1.0)
    return np.asarray(sign * 16.0 ** ((byte & 0x7F) - 64.0) * 2.0**-24)


_SCALES = _scales()


def ibm_to_ieee(raw: NDArray[Any]) -> NDArray[np.float32]:
    """Convert IBM floats to IEEE floats.

    The fraction times its weight is exact in double precision, so that one
    rounding remains, which is exact too within the range of single precision.
    IBM floats reach to 7e75; what lies beyond 3.4e38 becomes infinite.

    Parameters
    ----------
    raw : ndarray of uint32
        Bit patterns in any byte order.

    Returns
    -------
    ndarray of float32
        Values, native byte order, shape of `raw`.
    """
    bits = raw.astype(np.uint32)
    values: NDArray[np.float64] = _SCALES[bits >> np.uint32(24)]
    bits &= _FRACTION
    values *= bits
    with np.errstate(over="ignore"):
        return values.astype(np.float32)
