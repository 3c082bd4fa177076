"""Ways in which files get damaged: cut, bits flipped, large numbers in headers, wrong sizes."""

from __future__ import annotations

EXTREMES = (b"\xff\xff\xff\x7f", b"\x7f\xff\xff\xff", b"\0\0\0\0", b"\xff\xff", b"\x7f\xff")
_HEADER = 500


def cut(raw, rng, _heads=((0, _HEADER),)):
    """Keep the beginning."""
    return raw[: rng.integers(1, len(raw))]


def flip(raw, rng, heads=((0, _HEADER),)):
    """Flip some bits, mostly of headers."""
    harmed = bytearray(raw)
    start, end = (0, len(raw)) if rng.random() < 0.3 else _head(raw, rng, heads)
    for _ in range(rng.integers(1, 9)):
        harmed[rng.integers(start, end)] ^= 1 << rng.integers(0, 8)
    return bytes(harmed)


def enlarge(raw, rng, heads=((0, _HEADER),)):
    """Put a large number into the header, as text or in some bytes."""
    harmed = bytearray(raw)
    start, end = _head(raw, rng, heads)
    digits = [
        k for k in range(start, min(start + 4 * (end - start), len(raw))) if 48 <= raw[k] < 58
    ]
    if digits and rng.random() < 0.6:
        for place in rng.choice(digits, 3):
            harmed[place] = 57
    else:
        number = EXTREMES[rng.integers(0, len(EXTREMES))]
        place = int(rng.integers(start, max(end - len(number), start + 1)))
        harmed[place : place + len(number)] = number
    return bytes(harmed)


def insert(raw, rng, _heads=((0, _HEADER),)):
    """Put bytes in between, so that everything behind them is shifted."""
    place = rng.integers(0, len(raw))
    return raw[:place] + rng.bytes(int(rng.integers(1, 200))) + raw[place:]


HARMS = (cut, flip, enlarge, insert)


def _head(raw, rng, heads):
    start, end = heads[rng.integers(0, len(heads))]
    start = min(start, len(raw) - 1)
    return start, max(min(end, len(raw)), start + 1)
