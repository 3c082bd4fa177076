"""What a brush, a line and an outline cover, against the plain definition."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from engine.core.labels import CERTAIN, LEFT_OUT, POSSIBLE, PROBABLE, UNLABELLED
from engine.core.painting import Stamp, brush_radii, capsule, painted, polygon, polyline

SHAPE = (23, 31)
places = st.tuples(
    st.floats(-10, 45, allow_nan=False).map(lambda v: round(v, 2)),
    st.floats(-10, 35, allow_nan=False).map(lambda v: round(v, 2)),
)
radii = st.tuples(st.floats(0.5, 12), st.floats(0.5, 12))


def whole(stamp, shape=SHAPE):
    """Put a stamp on an empty section."""
    result = np.zeros(shape, dtype=bool)
    if stamp is not None:
        result[stamp.rows, stamp.cols] = stamp.inside
        assert stamp.inside.shape == result[stamp.rows, stamp.cols].shape
    return result


def plain_capsule(start, end, radii, shape=SHAPE):
    """Test each sample: how near does the line come to it?"""
    result = np.zeros(shape, dtype=bool)
    for row in range(shape[0]):
        for col in range(shape[1]):
            px, py = (col - start[0]) / radii[0], (row - start[1]) / radii[1]
            vx, vy = (end[0] - start[0]) / radii[0], (end[1] - start[1]) / radii[1]
            length = vx * vx + vy * vy
            t = 0.0 if length == 0 else min(max((px * vx + py * vy) / length, 0.0), 1.0)
            result[row, col] = math.hypot(px - t * vx, py - t * vy) <= 1 + 1e-9
    return result


@seed(11)
@settings(max_examples=60)
@given(places, places, radii)
def test_a_stroke_covers_what_comes_within_the_brush(start, end, radii):
    stamp = capsule(start, end, radii, SHAPE)
    assert np.array_equal(whole(stamp), plain_capsule(start, end, radii))


@seed(12)
@settings(max_examples=40)
@given(st.lists(places, min_size=1, max_size=6), radii)
def test_a_line_covers_the_union_of_its_strokes(nodes, radii):
    pairs = list(pairwise(nodes)) or [(nodes[0], nodes[0])]
    expected = np.any([plain_capsule(*pair, radii) for pair in pairs], axis=0)
    assert np.array_equal(whole(polyline(nodes, radii, SHAPE)), expected)


def plain_polygon(nodes, shape=SHAPE):
    """Count for each sample the edges that a ray to the left crosses."""
    result = np.zeros(shape, dtype=bool)
    for row in range(shape[0]):
        for col in range(shape[1]):
            crossings = 0
            for (x0, y0), (x1, y1) in zip(nodes, [*nodes[1:], nodes[0]], strict=True):
                if (y0 <= row) != (y1 <= row):
                    crossings += x0 + (row - y0) * ((x1 - x0) / (y1 - y0)) <= col
            result[row, col] = crossings % 2 == 1
    return result


@seed(13)
@settings(max_examples=80)
@given(st.lists(places, min_size=3, max_size=9))
def test_an_outline_covers_what_it_encloses_even_where_it_crosses_itself(nodes):
    assert np.array_equal(whole(polygon(nodes, SHAPE)), plain_polygon(nodes))


def test_outlines_that_share_an_edge_share_no_sample():
    left = whole(polygon([(2, 2), (10, 2), (10, 9), (2, 9)], SHAPE))
    right = whole(polygon([(10, 2), (20, 2), (20, 9), (10, 9)], SHAPE))
    assert not (left & right).any()
    assert (left | right).sum() == 18 * 7


def test_a_thin_diagonal_line_has_no_gaps():
    line = whole(polyline([(1, 1), (29, 20)], (0.5, 0.5), SHAPE))
    assert (line.sum(axis=0)[1:30] > 0).all()


def test_the_cost_is_that_of_the_touched_rectangle():
    stamp = capsule((20000.0, 20000.0), (20010.0, 20003.0), (5.0, 5.0), (30000, 30000))
    assert stamp is not None
    assert stamp.inside.shape == (13, 20) or stamp.inside.size < 400
    assert (stamp.row, stamp.col) == (19995, 19995)


def test_nothing_outside_the_section_is_covered():
    assert capsule((-20, -20), (-10, -12), (3, 3), SHAPE) is None
    assert polygon([(-5, -5), (-1, -5), (-1, -1)], SHAPE) is None
    assert polygon([(1, 1), (5, 5)], SHAPE) is None
    assert polyline([], (1, 1), SHAPE) is None


@pytest.mark.parametrize(("px_per_col", "px_per_row"), [(1, 1), (4, 1), (0.5, 3)])
def test_the_brush_is_round_on_the_screen_and_covers_the_same_number(px_per_col, px_per_row):
    across, down = brush_radii(40, px_per_col, px_per_row)
    assert across * px_per_col == pytest.approx(down * px_per_row)
    assert math.pi * across * down == pytest.approx(math.pi * 20**2)


def test_the_thinnest_brush_still_covers_a_sample():
    assert brush_radii(1, 100, 1)[0] == 0.5
    stamp = capsule((4.5, 6.5), (4.5, 6.5), (0.5, 0.5), SHAPE)
    assert stamp is None or stamp.n_samples >= 0
    assert capsule((4.2, 6.4), (4.2, 6.4), (0.5, 0.5), SHAPE).n_samples == 1


def test_painting_leaves_locked_classes_alone():
    classes = np.array([[0, 1, 2, UNLABELLED]], dtype=np.uint8)
    sure = np.array([[3, 2, 1, 0]], dtype=np.uint8)
    everywhere = np.ones((1, 4), dtype=bool)
    after = painted((classes, sure), everywhere, 2, PROBABLE, locked=frozenset({1}))
    assert after[0].tolist() == [[2, 1, 2, 2]]
    assert after[1].tolist() == [[2, 2, 2, 2]]
    after = painted((classes, sure), everywhere, 1, PROBABLE, locked=frozenset({1}))
    assert np.array_equal(after[0], classes)
    new = np.array([[1, 0, 0, 1]], dtype=np.uint8)
    after = painted((classes, sure), everywhere, new, POSSIBLE, locked=frozenset({1}))
    assert after[0].tolist() == [[0, 1, 0, UNLABELLED]]


def test_erasing_and_leaving_out_have_their_own_certainty():
    classes = np.array([[0, 1]], dtype=np.uint8)
    sure = np.array([[3, 3]], dtype=np.uint8)
    inside = np.array([[True, False]])
    erased = painted((classes, sure), inside, UNLABELLED, CERTAIN)
    assert erased[0].tolist() == [[UNLABELLED, 1]]
    assert erased[1].tolist() == [[0, 3]]
    left_out = painted((classes, sure), inside, LEFT_OUT, CERTAIN)
    assert left_out[0].tolist() == [[LEFT_OUT, 1]]
    assert left_out[1].tolist() == [[3, 3]]


def test_a_stamp_is_cut_to_its_samples():
    inside = np.zeros((6, 7), dtype=bool)
    inside[2, 3] = inside[4, 5] = True
    stamp = Stamp.trimmed(10, 20, inside)
    assert (stamp.row, stamp.col, stamp.inside.shape) == (12, 23, (3, 3))
    assert stamp.n_samples == 2
    assert Stamp.trimmed(0, 0, np.zeros((3, 3), dtype=bool)) is None
