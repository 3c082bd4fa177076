"""Labels between two labelled slices."""

from __future__ import annotations

import numpy as np
import pytest

from engine.core.labels import LEFT_OUT, UNLABELLED
from engine.core.slice_interpolation import interpolate, signed_distance
from engine.errors import ShapeError

SHAPE = (60, 80)


def disc(radius, centre=(30, 40), class_id=1):
    rows, cols = np.ogrid[: SHAPE[0], : SHAPE[1]]
    inside = (rows - centre[0]) ** 2 + (cols - centre[1]) ** 2 <= radius**2
    return np.where(inside, np.uint8(class_id), np.uint8(UNLABELLED))


def whole(item):
    result = np.full(SHAPE, UNLABELLED, dtype=np.uint8)
    n_rows, n_cols = item.classes.shape
    result[item.row : item.row + n_rows, item.col : item.col + n_cols] = item.classes
    return result


def test_a_disc_grows_evenly():
    (middle,) = interpolate(disc(8), disc(16), [0.5])
    area = np.count_nonzero(whole(middle) == 1)
    assert area == pytest.approx(np.pi * 12**2, rel=0.04)


def test_the_ends_are_the_labelled_slices():
    first = disc(8)
    first[20:24, 10:30] = 2
    first[50:, :] = LEFT_OUT
    second = disc(14, (28, 44))
    start, end = interpolate(first, second, [0.0, 1.0])
    assert np.array_equal(whole(start), first)
    assert np.array_equal(whole(end), second)


def test_partial_labels_stay_partial():
    first, second = disc(6), disc(6, (30, 46))
    for item in interpolate(first, second, [0.25, 0.5, 0.75]):
        classes = whole(item)
        assert (classes[:, :30] == UNLABELLED).all()
        assert np.count_nonzero(classes == 1) < 2 * np.count_nonzero(first == 1)
        assert set(np.unique(classes)) == {1, UNLABELLED}


def test_layers_move_together_without_gaps():
    first, second = (np.zeros(SHAPE, dtype=np.uint8) for _ in range(2))
    first[20:], second[40:] = 1, 1
    (middle,) = interpolate(first, second, [0.5])
    classes = whole(middle)
    assert (classes[:30] == 0).all()
    assert (classes[30:] == 1).all()


def test_a_body_in_one_slice_only_ends_halfway():
    empty = np.full(SHAPE, UNLABELLED, dtype=np.uint8)
    areas = [
        np.count_nonzero(whole(item) == 1)
        for item in interpolate(disc(12), empty, [0.1, 0.3, 0.45, 0.55, 0.9])
    ]
    assert areas == sorted(areas, reverse=True)
    assert areas[2] > 0
    assert areas[3:] == [0, 0]


def test_signed_distance_against_the_nearest_sample_of_the_other_side():
    rng = np.random.default_rng(3)
    inside = rng.random((12, 15)) < 0.4
    cells = np.argwhere(np.ones_like(inside))
    for row, col in cells:
        others = cells[inside[tuple(cells.T)] != inside[row, col]]
        nearest = np.sqrt(((others - (row, col)) ** 2).sum(axis=1)).min() - 0.5
        sign = -1 if inside[row, col] else 1
        assert signed_distance(inside)[row, col] == pytest.approx(sign * nearest, abs=1e-5)


def test_nothing_labelled_gives_nothing_and_shapes_must_match():
    empty = np.full(SHAPE, UNLABELLED, dtype=np.uint8)
    assert list(interpolate(empty, empty, [0.5])) == []
    with pytest.raises(ShapeError, match="do not match"):
        list(interpolate(empty, empty[:5], [0.5]))


def test_slices_that_one_class_fills_change_halfway():
    first, second = (np.full(SHAPE, number, dtype=np.uint8) for number in (0, 1))
    early, late = interpolate(first, second, [0.4, 0.6])
    assert (whole(early) == 0).all()
    assert (whole(late) == 1).all()
