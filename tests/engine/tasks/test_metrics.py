"""Scores of sets, both ways of averaging."""

import json

import numpy as np
import pytest

from engine.errors import SettingsError
from engine.tasks.metrics import SegmentationMetrics


def _samples(n=6, n_classes=3):
    rng = np.random.default_rng(0)
    for _ in range(n):
        labelled = rng.integers(0, n_classes, (12, 10))
        predicted = np.where(rng.random((12, 10)) < 0.7, labelled, rng.integers(0, n_classes))
        yield predicted, labelled, rng.uniform(0.4, 1, (12, 10)).astype(np.float32)


def test_both_ways_of_averaging_differ_and_are_kept_apart():
    metrics = SegmentationMetrics(2)
    half = np.array([[0, 0], [1, 1]])
    metrics.add(half, half)  # mIoU 1
    large = np.zeros((10, 10), dtype=int)
    metrics.add(np.ones_like(large), large)  # mIoU 0: both classes occur, none overlaps
    assert metrics.per_sample().mean_iou == pytest.approx(0.5)
    assert metrics.overall().class_iou == pytest.approx((2 / 102, 2 / 102))
    assert metrics.overall().mean_iou == pytest.approx(2 / 102)
    assert metrics.per_sample().n_samples == metrics.overall().n_samples == 2


def test_every_score_of_a_sample_is_that_of_a_set_of_one():
    metrics = SegmentationMetrics(3, tolerance_px=2)
    for sample in _samples():
        metrics.add(*sample)
    for scores, sample in zip(metrics.each(), _samples(), strict=True):
        one = SegmentationMetrics(3, tolerance_px=2)
        one.add(*sample)
        assert one.overall().to_json() == scores.to_json()


def test_per_sample_is_the_mean_of_each_score():
    metrics = SegmentationMetrics(3, tolerance_px=2)
    for sample in _samples():
        metrics.add(*sample)
    mean = metrics.per_sample()
    for name in ("mean_iou", "mean_precision", "mean_f1", "mean_boundary_f1", "calibration_error"):
        values = [getattr(scores, name) for scores in metrics.each()]
        assert getattr(mean, name) == pytest.approx(np.mean(values)), name


def test_overall_is_the_score_of_one_large_image():
    metrics = SegmentationMetrics(3)
    for sample in _samples():
        metrics.add(*sample)
    large = SegmentationMetrics(3)
    large.add(*(np.concatenate(parts) for parts in zip(*_samples(), strict=True)))
    scores, reference = metrics.overall(), large.overall()
    assert scores.class_iou == pytest.approx(reference.class_iou)
    assert scores.class_precision == pytest.approx(reference.class_precision)
    assert scores.mean_f1 == pytest.approx(reference.mean_f1)
    assert scores.calibration_error == pytest.approx(reference.calibration_error)


def test_class_iou_per_sample_averages_the_samples_that_have_the_class():
    metrics = SegmentationMetrics(3)
    metrics.add(np.array([[0, 1]]), np.array([[0, 1]]))
    metrics.add(np.array([[0, 0]]), np.array([[0, 0]]))
    scores = metrics.per_sample()
    assert scores.class_iou[:2] == (1.0, 1.0)
    assert np.isnan(scores.class_iou[2])
    assert scores.to_json()["class_iou"] == [1.0, 1.0, None]


def test_an_unlabelled_sample_counts_nowhere():
    metrics = SegmentationMetrics(2, tolerance_px=1)
    nothing = np.full((3, 4), 255)
    assert np.isnan(metrics.add(np.zeros((3, 4), dtype=int), nothing, np.ones((3, 4))))
    assert metrics.per_sample().n_samples == metrics.overall().n_samples == 0
    assert np.isnan(metrics.per_sample().mean_iou)
    assert np.isnan(metrics.overall(intervals=True).mean_iou)
    assert metrics.each()[0].n_samples == 0
    right = np.array([[0, 1]])
    metrics.add(right, right, np.ones((1, 2)))
    assert metrics.per_sample(intervals=True).mean_iou == 1
    assert metrics.per_sample().n_samples == 1


def test_a_set_without_samples_has_no_scores():
    metrics = SegmentationMetrics(2)
    for scores in (metrics.per_sample(intervals=True), metrics.overall(intervals=True)):
        assert scores.n_samples == 0
        assert scores.to_json()["mean_iou"] is None
        assert scores.to_json()["mean_iou_interval"] == [None, None]
    assert metrics.each() == ()


def test_intervals_hold_the_scores_and_shrink_with_the_samples():
    widths = []
    for n in (10, 160):
        metrics = SegmentationMetrics(3)
        for sample in _samples(n):
            metrics.add(*sample)
        for scores in (metrics.per_sample(intervals=True), metrics.overall(intervals=True)):
            low, high = scores.mean_iou_interval
            assert low < scores.mean_iou < high
            low, high = scores.mean_accuracy_interval
            assert low < scores.mean_accuracy < high
        widths.append(high - low)
    assert widths[1] < widths[0] / 2


def test_what_was_not_asked_for_is_none_in_json():
    metrics = SegmentationMetrics(2)
    metrics.add(np.array([[0, 1]]), np.array([[0, 1]]))
    values = json.loads(json.dumps(metrics.overall().to_json(), allow_nan=False))
    assert values["mean_boundary_f1"] is None
    assert values["calibration_error"] is None
    assert values["class_boundary_f1"] == [None, None]


def test_the_memory_of_a_sample_does_not_grow_with_its_size():
    sizes = []
    for side in (8, 400):
        metrics = SegmentationMetrics(2, tolerance_px=3)
        mask = np.zeros((side, side), dtype=np.uint8)
        metrics.add(mask, mask, np.ones((side, side), dtype=np.float32))
        sizes.append(
            sum(a.nbytes for kept in vars(metrics).values() if isinstance(kept, list) for a in kept)
        )
    assert sizes[0] == sizes[1] < 1024


def test_an_impossible_tolerance_is_refused_at_once():
    with pytest.raises(SettingsError, match="-1 pixels"):
        SegmentationMetrics(2, tolerance_px=-1)
