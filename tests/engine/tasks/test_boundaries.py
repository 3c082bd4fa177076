"""Boundary F1 against scipy's distance transform and by hand."""

import numpy as np
import pytest
from scipy import ndimage

from engine.errors import SettingsError
from engine.tasks.boundaries import boundary_counts, boundary_f1, within


def _boundary_by_scipy(mask, k, ignored):
    """Pixels of a class from which an erosion takes; the surroundings are no other class."""
    other = (mask != k) & ~ignored
    beside = ndimage.binary_dilation(other, ndimage.generate_binary_structure(2, 1))
    return (mask == k) & ~ignored & beside


def _counts_by_scipy(predicted, labelled, k, tolerance):
    ignored = labelled == 255
    ours, theirs = (_boundary_by_scipy(mask, k, ignored) for mask in (predicted, labelled))
    to_theirs = ndimage.distance_transform_edt(~theirs) if theirs.any() else np.inf
    to_ours = ndimage.distance_transform_edt(~ours) if ours.any() else np.inf
    near = (ours & (to_theirs <= tolerance)).sum(), (theirs & (to_ours <= tolerance)).sum()
    return [ours.sum(), near[0], theirs.sum(), near[1]]


def _blobs(seed, n_classes, shape=(61, 47)):
    noise = ndimage.gaussian_filter(np.random.default_rng(seed).normal(size=shape), 4)
    ranks = noise.ravel().argsort().argsort().reshape(shape)
    return (ranks * n_classes // noise.size).astype(np.uint8)


@pytest.mark.parametrize("tolerance", [0, 1, 1.5, 2, 3, 5, 9.9])
@pytest.mark.parametrize("n_classes", [2, 4])
def test_counts_agree_with_a_distance_transform(tolerance, n_classes):
    predicted, labelled = _blobs(1, n_classes), _blobs(2, n_classes)
    labelled[20:30, 5:25] = 255
    counts = boundary_counts(predicted, labelled, n_classes, tolerance_px=tolerance)
    for k in range(n_classes):
        assert counts[:, k].tolist() == _counts_by_scipy(predicted, labelled, k, tolerance)


@pytest.mark.parametrize("distance", [0, 1, 1.4, 1.5, 5, 12, 100])
def test_discs_are_those_of_a_distance_transform(distance):
    points = np.random.default_rng(3).random((40, 31)) < 0.004
    assert points.any()
    reference = ndimage.distance_transform_edt(~points) <= distance
    assert np.array_equal(within(points, distance), reference)


def test_a_shifted_line_is_found_within_its_shift_and_not_nearer():
    label, moved = np.zeros((2, 30, 40), dtype=np.uint8)
    label[:, 20:] = 1
    moved[:, 23:] = 1
    far = boundary_f1(boundary_counts(moved, label, 2, tolerance_px=2))
    near = boundary_f1(boundary_counts(moved, label, 2, tolerance_px=3))
    assert far.tolist() == [0, 0]
    assert near.tolist() == [1, 1]


def test_a_hand_worked_f1():
    # Of 4 predicted boundary pixels 3 are near, of 6 labelled ones 2.
    counts = np.array([[4], [3], [6], [2]])
    assert boundary_f1(counts)[0] == pytest.approx(2 * 0.75 * (1 / 3) / (0.75 + 1 / 3))


def test_a_missed_body_scores_0_and_an_absent_one_has_no_score():
    label = np.zeros((20, 20), dtype=np.uint8)
    label[5:9, 5:9] = 1
    f1 = boundary_f1(boundary_counts(np.zeros_like(label), label, 3, tolerance_px=3))
    assert f1[:2].tolist() == [0, 0]
    assert np.isnan(f1[2])


def test_the_edge_of_the_image_and_of_the_labels_is_no_boundary():
    label = np.zeros((20, 20), dtype=np.uint8)
    label[:, 10:] = 255
    counts = boundary_counts(np.ones_like(label), label, 2, tolerance_px=3)
    assert counts.tolist() == np.zeros((4, 2)).tolist()


@pytest.mark.parametrize("tolerance", [-1, 257, float("nan"), float("inf")])
def test_an_impossible_tolerance_is_refused(tolerance):
    mask = np.zeros((4, 4), dtype=np.uint8)
    with pytest.raises(SettingsError, match="boundary tolerance"):
        boundary_counts(mask, mask, 2, tolerance_px=tolerance)
