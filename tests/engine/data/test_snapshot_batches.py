"""Frozen labels in training: crops, weights, augmentation and scores."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.core.labels import CERTAIN, PROBABLE, UNLABELLED, LabelledSection
from engine.data.augmentation import AugmentationSettings, augment
from engine.data.batches import BatchSettings, TrainingBatches
from engine.data.fitting import Fit, labelled_window
from engine.data.label_snapshot import freeze_labels
from engine.data.sample_fingerprint import fingerprint_samples
from engine.data.sample_places import sample_places
from engine.data.snapshot_source import SnapshotSource
from engine.data.sources import open_source
from engine.preprocessing.pipeline import Pipeline
from engine.readers.detect import open_volume
from engine.tasks.segmentation import InputSettings, ScoringRequest, score_model
from tests.engine.data.strokes import labelled_section


def _batches(data, fit=Fit.CROP, size=(14, 14), **augmentation):
    changes = AugmentationSettings(**{"flip": False, **augmentation})
    return TrainingBatches(
        data,
        range(len(data)),
        Pipeline().normaliser(data.statistics),
        BatchSettings(size, fit, 4, changes, seed=1),
    )


def test_every_crop_holds_a_label_and_only_labelled_tiles_count(data):
    batches = _batches(data)
    (n,) = {sum(len(batch.names) for batch in batches.epoch(e)) for e in range(3)}
    assert n == 3 * 4  # of the six crops that cover a section, four hold a label
    for epoch in range(5):
        for batch in batches.epoch(epoch):
            assert (batch.labels != 255).flatten(1).any(dim=1).all()
            assert torch.equal(batch.weights > 0, batch.labels != 255)


def test_weights_stay_with_their_labels_through_every_change(data):
    for fit in Fit:
        for batch in _batches(data, fit, (28, 28), flip=True, stretch=0.3, rotate=True).epoch(0):
            assert batch.weights.dtype == torch.float32
            assert (batch.weights[batch.labels == 0] == 1).all()
            assert (batch.weights[batch.labels == 1] == 0.5).all()
            assert (batch.weights[batch.labels == 255] == 0).all()


def test_planes_that_move_along_leave_the_labels_as_they_were():
    rng = np.random.default_rng(0)
    image = rng.normal(size=(20, 20)).astype(np.float32)
    labels = rng.integers(0, 3, (20, 20)).astype(np.uint8)
    changes = AugmentationSettings(gain=0.5, noise=0.2, stretch=0.4, rotate=True)
    for seed in range(8):
        alone = augment(image, labels, changes, np.random.default_rng(seed))
        both = augment(image, np.dstack([labels, labels]), changes, np.random.default_rng(seed))
        assert np.array_equal(alone[0], both[0])
        assert np.array_equal(both[1][..., 0], alone[1])
        assert np.array_equal(both[1][..., 1], alone[1])


def test_small_classes_are_met_as_often_as_large_ones():
    labels = np.zeros((100, 100), dtype=np.uint8)
    labels[50, 50] = 1
    rng = np.random.default_rng(0)
    met = 0
    for _ in range(200):
        window = labelled_window(labels, (14, 14), rng)
        assert 0 <= window.top <= 86
        assert 0 <= window.left <= 86
        met += bool(
            (labels[window.top : window.top + 14, window.left : window.left + 14] == 1).any()
        )
    assert 80 < met < 130


def test_the_fingerprint_knows_the_certainty(volume, tmp_path):
    prints = []
    for certainty in (CERTAIN, PROBABLE):
        section = labelled_section(1)
        section.certainty[section.certainty > 0] = certainty
        freeze_labels([section], volume, tmp_path / "labels")
        data = open_source(SnapshotSource(volume.path, tmp_path / "labels"), 2)
        prints.append(fingerprint_samples(data))
        data.close()
    assert prints[0] != prints[1]


def test_validation_computes_labelled_crops_alone_and_scores_the_same(data):
    seen = []

    class Net(torch.nn.Module):
        def forward(self, x):
            seen.append(len(x))
            return torch.cat([x[:, :1], -x[:, :1]], dim=1)

    def score(settings):
        request = ScoringRequest(
            data, range(len(data)), Pipeline().normaliser(data.statistics), 2, settings
        )
        return score_model(Net(), request, torch.device("cpu")).overall()

    settings = InputSettings((14, 14), Fit.CROP, 4)
    few = score(settings)
    assert sum(seen) == 3 * 4
    type(data).sparse = False
    try:
        every = score(settings)
    finally:
        type(data).sparse = True
    assert sum(seen) == 3 * 4 + 3 * 6
    assert few.class_iou == every.class_iou


@pytest.mark.parametrize(
    ("name", "options", "direction", "n_places"),
    [
        ("segy/parihaka_crop.sgy", {}, "inline", 2),
        ("segy/volve10r12-full-z-il10117sub.sgy", {}, "line", 2),
        ("das/deformation_rate_event_1.hdf5", {"window_s": 0.05}, "window", 2),
        ("crater/images", {}, "image", 5),
    ],
)
def test_recorded_data_of_every_kind_are_labelled_and_read_back(
    shared_data, tmp_path, name, options, direction, n_places
):
    path = shared_data / name
    if path.is_dir():
        path = min(path.iterdir())
    volume = open_volume(path, **options)
    size = volume.axis_along(direction).size
    sections = []
    for index in sorted({0, size - 1}):
        data = volume.section(direction, index).data
        classes = np.full(data.shape, UNLABELLED, dtype=np.uint8)
        classes[:9], classes[9:12] = 0, 1
        certainty = np.where(classes < 2, CERTAIN, 0).astype(np.uint8)
        sections.append(LabelledSection(direction, index, classes, certainty))
    samples = sample_places(sections, volume, 2)
    assert len(samples.places) == n_places
    assert samples.axis.size > samples.places[-1]
    assert freeze_labels(sections, volume, tmp_path / "labels") == n_places
    opened = open_source(SnapshotSource(path, tmp_path / "labels", direction, options), 2)
    assert opened.positions.slices == samples.places
    part = volume.section(direction, sections[0].index).data
    first = opened.image(0)
    assert np.array_equal(first, part[: first.shape[0], : first.shape[1]], equal_nan=True)
    assert (opened.class_pixels > 0).all()
    assert np.array_equal(opened.class_pixels, samples.class_pixels)
    for one in (opened, volume):
        one.close()
