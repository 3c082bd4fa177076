"""Round numbers for scales and grids."""

from __future__ import annotations

import math


def round_length(most: float) -> float:
    """Return the largest of 1, 2 or 5 times a power of ten that is not above a length.

    Parameters
    ----------
    most : float
        Above zero.

    Returns
    -------
    float
        In the same unit.
    """
    power = 10.0 ** math.floor(math.log10(most))
    # The logarithm of a power of ten may lie a hair below it.
    return max(step * power for step in (1.0, 2.0, 5.0, 10.0) if step * power <= most * (1 + 1e-9))
