"""What one class everywhere scores, by hand and as the metrics score it."""

import numpy as np
import pytest

from engine.tasks.baseline import single_class_baseline
from engine.tasks.metrics import SegmentationMetrics


def test_each_way_takes_the_class_that_does_best_by_hand():
    # Rock everywhere, sample by sample: 1 (there is no body, and it is left out), (0.25 + 0) / 2,
    # 0 and 1. Body everywhere: 0, (0 + 0.75) / 2, 1 and 0.
    counts = np.array([[100, 0], [25, 75], [0, 1000], [8, 0]])
    found = single_class_baseline(counts)
    assert found.per_sample.class_id == 0
    assert found.per_sample.mean_iou == pytest.approx((1 + 0.125 + 0 + 1) / 4)
    assert found.overall.class_id == 1
    assert found.overall.mean_iou == pytest.approx((1075 / 1208 + 0) / 2)
    assert found.to_json(["rock", "body"]) == {
        "per_sample": {"class": "rock", "mean_iou": pytest.approx(0.53125)},
        "global": {"class": "body", "mean_iou": pytest.approx(1075 / 2416)},
    }


def test_a_class_that_no_label_has_and_a_sample_without_labels_count_nowhere():
    found = single_class_baseline(np.array([[30, 10, 0], [0, 0, 0]]))
    assert found.per_sample.mean_iou == found.overall.mean_iou == pytest.approx(0.75 / 2)
    assert found.per_sample.class_id == found.overall.class_id == 0


def test_it_is_what_the_metrics_give_a_model_that_predicts_one_class():
    rng = np.random.default_rng(1)
    labels = [rng.choice(4, (9, 11), p=rng.dirichlet([0.3] * 4)) for _ in range(7)]
    labels[2][:] = 255
    labels[3][:4] = 255
    ways = {"per_sample": [], "overall": []}
    for k in range(4):
        metrics = SegmentationMetrics(4)
        for label in labels:
            metrics.add(np.full(label.shape, k), label)
        ways["per_sample"].append(metrics.per_sample().mean_iou)
        ways["overall"].append(metrics.overall().mean_iou)
    found = single_class_baseline(metrics.label_counts)
    for way, scores in ways.items():
        assert getattr(found, way).class_id == int(np.argmax(scores))
        assert getattr(found, way).mean_iou == pytest.approx(max(scores))


def test_without_any_label_there_is_no_score():
    found = single_class_baseline(SegmentationMetrics(2).label_counts)
    assert np.isnan(found.per_sample.mean_iou)
    assert found.to_json(["a", "b"])["global"]["mean_iou"] is None
