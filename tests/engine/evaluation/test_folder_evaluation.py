"""Scores of a bundle, against masks computed here step by step."""

import json

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from PIL import Image

from engine.data.folder import scan_folder
from engine.errors import DataError, JobCancelledError
from engine.evaluation.folder_evaluation import EvaluationOptions, evaluate_bundle
from engine.jobs.context import ThrottledContext
from engine.store.loading import load_model

_CPU = torch.device("cpu")


def _by_hand(bundle, source):
    """Predicted and labelled masks at the labels' resolution, one image at a time."""
    model = load_model(bundle)
    folder = scan_folder(source, 2)
    values = np.concatenate([folder.image(i).ravel() for i in range(len(folder))])
    pairs = []
    for i in range(len(folder)):
        data = np.clip((folder.image(i) - values.mean()) / values.std(), -4, 4)
        x = torch.from_numpy(data.astype(np.float32))[None, None]
        large = x.shape[2] > 28 or x.shape[3] > 28
        x = F.interpolate(x, size=(28, 28), mode="bilinear", antialias=large)
        with torch.no_grad():
            logits = model(x.repeat(1, 3, 1, 1))
        logits = F.interpolate(logits, size=data.shape, mode="bilinear")
        pairs.append((logits.argmax(1)[0].numpy(), folder.labels(i)))
    return pairs


def _iou(predicted, labelled, k):
    valid = labelled != 255
    a, b = (predicted == k) & valid, (labelled == k) & valid
    return (a & b).sum() / (a | b).sum() if (a | b).any() else np.nan


def test_both_kinds_of_scores_agree_with_masks_made_by_hand(bundle, source):
    report = evaluate_bundle(bundle, source, device=_CPU, options=EvaluationOptions(batch=2))
    pairs = _by_hand(bundle, source)[:4]  # the last mask labels nothing
    by_sample = [np.nanmean([_iou(p, g, 0), _iou(p, g, 1)]) for p, g in pairs]
    assert report.per_sample.mean_iou == pytest.approx(np.mean(by_sample), abs=1e-3)
    every_p = np.concatenate([p.ravel() for p, _ in pairs])
    every_g = np.concatenate([g.ravel() for _, g in pairs])
    overall = [_iou(every_p, every_g, k) for k in (0, 1)]
    assert report.overall.class_iou == pytest.approx(overall, abs=1e-3)
    assert report.overall.mean_iou == pytest.approx(np.mean(overall), abs=1e-3)
    assert report.per_sample.n_samples == 4


def test_the_batch_size_changes_nothing(bundle, source):
    one = evaluate_bundle(bundle, source, device=_CPU, options=EvaluationOptions(batch=1))
    five = evaluate_bundle(bundle, source, device=_CPU, options=EvaluationOptions(batch=5))
    assert [name for name, _ in one.samples] == ["0", "1", "2", "3", "4"]
    assert dict(one.samples) == pytest.approx(dict(five.samples), nan_ok=True)
    assert one.overall.to_json() == five.overall.to_json()


def test_the_json_names_classes_and_ways(bundle, source):
    report = evaluate_bundle(bundle, source, device=_CPU)
    values = json.loads(json.dumps(report.to_json(), allow_nan=False))
    assert set(values["per_sample"]["class_iou"]) == {"rock", "body"}
    assert values["global"]["mean_iou"] == report.overall.mean_iou
    assert values["n_samples"] == 5
    assert values["samples"][4]["name"] == "4"
    assert values["samples"][4]["mean_iou"] is None
    assert values["global"]["class_boundary_f1"]["body"] == report.overall.class_boundary_f1[1]
    low, high = values["per_sample"]["mean_iou_interval"]
    assert low <= values["per_sample"]["mean_iou"] <= high
    assert values["conditions"]["boundary_tolerance_px"] == 3
    assert len(values["conditions"]["data"]["sha256"]) == 64
    assert values["conditions"]["machine"]["device"].startswith("cpu")
    assert values["conditions"]["precision"] == "float32"
    assert values["fit"] == "resize"


def test_one_class_everywhere_is_scored_beside_the_model(bundle, source):
    values = evaluate_bundle(bundle, source, device=_CPU).to_json()["one_class_everywhere"]
    folder = scan_folder(source, 2)
    labels = [folder.labels(i) for i in range(4)]  # the last mask labels nothing
    for way, parts in (
        ("per_sample", labels),
        ("global", [np.concatenate([*map(np.ravel, labels)])]),
    ):
        scores = [
            np.mean([np.nanmean([_iou(np.full_like(g, k), g, j) for j in (0, 1)]) for g in parts])
            for k in (0, 1)
        ]
        assert values[way]["mean_iou"] == pytest.approx(max(scores))
        assert values[way]["class"] == ("rock", "body")[int(np.argmax(scores))]


def test_crops_can_be_asked_for(bundle, source):
    report = evaluate_bundle(bundle, source, device=_CPU, options=EvaluationOptions(fit="crop"))
    assert report.to_json()["fit"] == "crop"


def test_masks_without_any_label_are_refused(make_bundle, source):
    for path in source.masks.iterdir():
        shape = np.asarray(Image.open(path)).shape
        Image.fromarray(np.full(shape, 255, dtype=np.uint8)).save(path)
    with pytest.raises(DataError, match="no pixel is labelled"):
        evaluate_bundle(make_bundle(3), source, device=_CPU)


def test_masks_of_a_class_the_model_lacks_are_refused(bundle, source):
    path = source.masks / "2.png"
    Image.fromarray(np.full((30, 41), 2, dtype=np.uint8)).save(path)
    with pytest.raises(DataError, match=r"2\.png: mask values 2"):
        evaluate_bundle(bundle, source, device=_CPU)


def test_it_can_be_cancelled(bundle, source):
    job = ThrottledContext(lambda *_: None)
    job.cancel()
    with pytest.raises(JobCancelledError):
        evaluate_bundle(bundle, source, device=_CPU, job=job)
