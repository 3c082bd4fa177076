"""Labels between two labelled slices."""

from __future__ import annotations

import numpy as np
import pytest
import scipy

from engine.core import slice_interpolation
from engine.core.labels import CERTAIN, LEFT_OUT, POSSIBLE, PROBABLE, UNLABELLED
from engine.core.slice_interpolation import interpolate, signed_distance
from engine.errors import ShapeError

SHAPE = (60, 80)


def sure(classes, certainty=CERTAIN):
    return classes, np.where(classes == UNLABELLED, 0, certainty).astype(np.uint8)


def between(first, second, positions):
    """Interpolate between slices of certain labels."""
    return interpolate(sure(first), sure(second), positions)


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
    (middle,) = between(disc(8), disc(16), [0.5])
    area = np.count_nonzero(whole(middle) == 1)
    assert area == pytest.approx(np.pi * 12**2, rel=0.04)


def test_the_ends_are_the_labelled_slices():
    first = disc(8)
    first[20:24, 10:30] = 2
    first[50:, :] = LEFT_OUT
    second = disc(14, (28, 44))
    start, end = between(first, second, [0.0, 1.0])
    assert np.array_equal(whole(start), first)
    assert np.array_equal(whole(end), second)


def test_partial_labels_stay_partial():
    first, second = disc(6), disc(6, (30, 46))
    for item in between(first, second, [0.25, 0.5, 0.75]):
        classes = whole(item)
        assert (classes[:, :30] == UNLABELLED).all()
        assert np.count_nonzero(classes == 1) < 2 * np.count_nonzero(first == 1)
        assert set(np.unique(classes)) == {1, UNLABELLED}


def test_layers_move_together_without_gaps():
    first, second = (np.zeros(SHAPE, dtype=np.uint8) for _ in range(2))
    first[20:], second[40:] = 1, 1
    (middle,) = between(first, second, [0.5])
    classes = whole(middle)
    assert (classes[:30] == 0).all()
    assert (classes[30:] == 1).all()


def test_a_body_in_one_slice_only_ends_halfway():
    empty = np.full(SHAPE, UNLABELLED, dtype=np.uint8)
    areas = [
        np.count_nonzero(whole(item) == 1)
        for item in between(disc(12), empty, [0.1, 0.3, 0.45, 0.55, 0.9])
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
    assert list(between(empty, empty, [0.5])) == []
    with pytest.raises(ShapeError, match="do not match"):
        list(between(empty, empty[:5], [0.5]))


def test_slices_that_one_class_fills_change_halfway():
    first, second = (np.full(SHAPE, number, dtype=np.uint8) for number in (0, 1))
    early, late = between(first, second, [0.4, 0.6])
    assert (whole(early) == 0).all()
    assert (whole(late) == 1).all()


def test_labels_are_no_surer_than_the_less_certain_slice_at_that_class():
    first, second = disc(8), disc(14)
    first[50:], second[52:] = 2, 2
    surely, hardly = sure(first), sure(second, POSSIBLE)
    hardly[1][second == 2] = CERTAIN
    for ends in ((surely, hardly), (hardly, surely)):
        (middle,) = interpolate(*ends, [0.5])
        found = middle.classes, middle.certainty
        assert {k: set(found[1][found[0] == k].tolist()) for k in (1, 2, UNLABELLED)} == {
            1: {POSSIBLE},
            2: {PROBABLE},
            UNLABELLED: {0},
        }


def test_doubt_about_a_part_of_a_class_stays_with_that_part():
    first, certainty = sure(np.ones(SHAPE, dtype=np.uint8))
    certainty[:, 50:] = POSSIBLE
    (middle,) = interpolate((first, certainty), sure(first), [0.5])
    assert (middle.certainty[:, :50] == PROBABLE).all()
    assert (middle.certainty[:, 50:] == POSSIBLE).all()


def test_a_class_of_one_slice_is_as_certain_as_there():
    empty = np.full(SHAPE, UNLABELLED, dtype=np.uint8)
    (early,) = interpolate(sure(disc(12), POSSIBLE), sure(empty), [0.2])
    assert set(early.certainty[early.classes == 1].tolist()) == {POSSIBLE}


def specks(classes, first, second):
    """Count regions of one or two samples that neither slice has, one by one."""
    n_specks = 0
    for number in np.unique(classes):
        regions, n_regions = scipy.ndimage.label(classes == number, np.ones((3, 3)))
        for region in range(1, n_regions + 1):
            inside = regions == region
            there = (first[inside] == number) | (second[inside] == number)
            n_specks += inside.sum() <= 2 and not there.any()
    return n_specks


@pytest.mark.parametrize("seed", range(4))
def test_no_specks_are_left_where_borders_cross(seed, monkeypatch):
    rng = np.random.default_rng(seed)
    rough = scipy.ndimage.gaussian_filter(rng.normal(size=(2, 5, *SHAPE)), (0, 0, 3, 3))
    first, second = rough.argmax(axis=1).astype(np.uint8)
    positions = [0.2, 0.4, 0.5, 0.6, 0.8]
    cleaned = [whole(item) for item in between(first, second, positions)]
    assert sum(specks(item, first, second) for item in cleaned) == 0
    monkeypatch.setattr(slice_interpolation, "_LARGEST_SPECK", 0)
    raw = [whole(item) for item in between(first, second, positions)]
    assert sum(specks(item, first, second) for item in raw) > 0
    changed = sum(np.count_nonzero(a != b) for a, b in zip(raw, cleaned, strict=True))
    assert 0 < changed < 0.02 * first.size * len(positions)


def test_thin_faults_stay_as_they_are_drawn():
    first, second = (np.zeros(SHAPE, dtype=np.uint8) for _ in range(2))
    rows = np.arange(SHAPE[0])
    for fault in (first, second):
        fault[rows, 10 + rows] = 1
    first[30:33, 5] = second[30:33, 5] = 1
    first[5, 70] = second[5, 70] = 1  # a single sample that both slices have
    for item in between(first, second, [0.3, 0.5, 0.7]):
        assert np.array_equal(whole(item), first)
