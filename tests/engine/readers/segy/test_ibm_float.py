"""IBM floats by their definition."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from engine.readers.segy.ibm_float import ibm_to_ieee


def _exact(word):
    fraction = Fraction(word & 0xFFFFFF, 1 << 24)
    value = fraction * Fraction(16) ** ((word >> 24 & 0x7F) - 64)
    return -value if word >> 31 else value


def test_random_words_within_range_are_exact():
    rng = np.random.default_rng(0)
    exponents = rng.integers(40, 90, 2000).astype(np.uint32)
    words = rng.integers(0, 1 << 24, 2000).astype(np.uint32)
    words |= exponents << np.uint32(24) | rng.integers(0, 2, 2000).astype(np.uint32) << np.uint32(
        31
    )
    values = ibm_to_ieee(words.astype(">u4"))
    assert values.dtype == np.float32
    assert all(Fraction(float(v)) == _exact(int(w)) for v, w in zip(values, words, strict=True))


@pytest.mark.parametrize(
    ("word", "value"),
    [
        (0x00000000, 0.0),
        (0x41100000, 1.0),
        (0xC276A000, -118.625),
        (0x7FFFFFFF, np.inf),
        (0x60100000, 2.0**124),
        (0x60FFFFFF, float(np.float32(2.0**128 - 2.0**104))),
        (0x7F000000, 0.0),
        (0x1B100000, 2.0**-152 if np.float32(2.0**-152) else 0.0),
        (0x1B800000, 2.0**-149),
    ],
)
def test_known_words(word, value):
    assert ibm_to_ieee(np.array([word], dtype=np.uint32))[0] == np.float32(value)
