"""Rectangles that cover where a stroke has been."""

from __future__ import annotations

import numpy as np
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from app.views.touched_tiles import TouchedTiles
from engine.core.painting import Stamp

spans = st.tuples(st.integers(0, 380), st.integers(1, 90)).map(lambda v: slice(v[0], v[0] + v[1]))


def filled(rows, cols):
    size = (rows.stop - rows.start, cols.stop - cols.start)
    return Stamp(rows.start, cols.start, np.ones(size, dtype=bool))


@seed(5)
@settings(max_examples=60)
@given(st.lists(st.tuples(spans, spans), min_size=1, max_size=8))
def test_all_is_covered_once_and_nothing_beyond(rectangles):
    touched, wanted, covered = TouchedTiles(), np.zeros((480, 480)), np.zeros((480, 480))
    for rows, cols in rectangles:
        touched.add(filled(rows, cols))
        wanted[rows, cols] = 1
    for rows, cols in touched.take():
        covered[rows, cols] += 1
    assert (covered[wanted > 0] == 1).all()
    assert covered.max() == 1
    hull_rows, hull_cols = (np.flatnonzero(wanted.any(axis=axis)) for axis in (1, 0))
    outside = np.ones_like(wanted, dtype=bool)
    outside[hull_rows[0] : hull_rows[-1] + 1, hull_cols[0] : hull_cols[-1] + 1] = False
    assert not covered[outside].any()
    assert touched.take() == []


def test_a_long_diagonal_is_covered_by_its_surroundings():
    touched = TouchedTiles()
    for place in range(0, 1900, 10):
        touched.add(filled(slice(place, place + 20), slice(place, place + 20)))
    area = sum((r.stop - r.start) * (c.stop - c.start) for r, c in touched.take())
    assert area < 0.12 * 1900**2


def test_a_thin_line_in_one_stamp_is_covered_by_its_surroundings():
    inside = np.eye(1900, dtype=bool)
    touched = TouchedTiles()
    touched.add(Stamp(37, 5, inside))
    covered = np.zeros((2000, 2000), dtype=bool)
    for rows, cols in touched.take():
        covered[rows, cols] = True
    assert covered[37:1937, 5:1905][inside].all()
    assert covered.mean() < 0.08
