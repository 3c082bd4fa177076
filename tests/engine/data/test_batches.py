"""Batches and the thread that prepares them."""

import threading
from contextlib import closing

import numpy as np
import pytest
import torch

from engine.data.augmentation import AugmentationSettings
from engine.data.batches import BatchSettings, TrainingBatches
from engine.data.fitting import Fit
from engine.data.folder import scan_folder
from engine.data.prefetch import prefetch
from engine.errors import DataError
from engine.preprocessing.pipeline import Pipeline

_PLAIN = AugmentationSettings(flip=False)
_FLIP = AugmentationSettings()
_SETTINGS = BatchSettings(size=(28, 28), fit=Fit.RESIZE, batch=4, augmentation=_PLAIN, seed=3)


def _batches(writer, settings=_SETTINGS, indices=None):
    folder = scan_folder(writer.source, 2)
    normaliser = Pipeline().normaliser(folder.statistics)
    return TrainingBatches(
        folder, range(len(folder)) if indices is None else indices, normaliser, settings
    )


def test_an_epoch_holds_every_file_once_in_batches_of_nearly_equal_size(filled):
    batches = _batches(filled)
    epoch = list(batches.epoch(0))
    assert [len(batch.names) for batch in epoch] == [3, 3]
    assert len(batches) == 2
    assert sorted(n for batch in epoch for n in batch.names) == ["1", "10", "11", "2", "20", "3"]
    assert epoch[0].images.shape == (3, 1, 28, 28)
    assert epoch[0].labels.shape == (3, 28, 28)
    assert epoch[0].labels.dtype == torch.uint8


def test_same_seed_and_epoch_give_the_same_batches_and_other_epochs_others(filled):
    settings = BatchSettings(
        (14, 14), Fit.CROP, batch=2, augmentation=AugmentationSettings(), seed=5
    )
    first, again = _batches(filled, settings), _batches(filled, settings)
    for a, b in zip(first.epoch(2), again.epoch(2), strict=True):
        assert a.names == b.names
        assert torch.equal(a.images, b.images)
        assert torch.equal(a.labels, b.labels)
    orders = {tuple(n for batch in first.epoch(e) for n in batch.names) for e in range(4)}
    assert len(orders) == 4


def test_only_the_given_files_are_used(filled):
    batches = _batches(filled, indices=(0, 3))
    assert {n for e in range(3) for b in batches.epoch(e) for n in b.names} == {"1", "10"}


def test_image_and_mask_are_mirrored_together_and_never_upside_down(folder):
    rng = np.random.default_rng(0)
    image = rng.integers(0, 255, (28, 28))
    for i in range(8):
        folder.png(str(i), image, np.where(image > 128, 255, 0))
    settings = BatchSettings(
        (28, 28), Fit.RESIZE, batch=8, augmentation=AugmentationSettings(), seed=0
    )
    (batch,) = _batches(folder, settings).epoch(0)
    truth = torch.from_numpy((image > 128).astype(np.uint8))
    bright = batch.images.where(batch.labels[:, None] == 1, torch.inf).amin(dim=(1, 2, 3))
    dark = batch.images.where(batch.labels[:, None] == 0, -torch.inf).amax(dim=(1, 2, 3))
    assert (bright > dark).all()  # each mask still fits its image
    mirrored = [torch.equal(labels, truth.flip(-1)) for labels in batch.labels]
    upright = [torch.equal(labels, truth) for labels in batch.labels]
    assert all(a != b for a, b in zip(mirrored, upright, strict=True))
    assert 0 < sum(mirrored) < 8


def test_crops_are_drawn_as_often_as_they_cover_the_image(filled):
    settings = BatchSettings((14, 14), Fit.CROP, batch=100, augmentation=_PLAIN, seed=0)
    (batch,) = _batches(filled, settings).epoch(0)
    assert len(batch.names) == 6 * 2 * 3  # 20 x 30 pixels


def test_images_are_normalised_by_the_folder(filled):
    batches = _batches(filled, BatchSettings((28, 28), Fit.CROP, 6, augmentation=_PLAIN, seed=0))
    (batch,) = batches.epoch(0) if len(batches) == 1 else [next(batches.epoch(0))]
    inside = batch.images[:, 0, :20]
    assert abs(inside.mean().item()) < 0.2
    assert inside.std().item() == pytest.approx(1, abs=0.2)


def test_a_sample_becomes_the_same_whatever_else_is_in_its_epoch(filled):
    settings = BatchSettings((28, 28), Fit.RESIZE, 6, AugmentationSettings(gain=1, noise=1), seed=1)
    few = BatchSettings((28, 28), Fit.RESIZE, 2, AugmentationSettings(gain=1, noise=1), seed=1)
    whole, parted = (
        {
            name: image
            for batch in _batches(filled, values).epoch(3)
            for name, image in zip(batch.names, batch.images, strict=True)
        }
        for values in (settings, few)
    )
    assert whole.keys() == parted.keys()
    assert all(torch.equal(whole[name], parted[name]) for name in whole)


def test_prefetching_keeps_the_order():
    assert list(prefetch(range(20))) == list(range(20))


def test_an_error_while_preparing_is_raised_in_its_place():
    def items():
        yield 1
        raise DataError("bad file")

    with closing(prefetch(items())) as ahead:
        assert next(ahead) == 1
        with pytest.raises(DataError, match="bad file"):
            next(ahead)


def test_the_next_item_is_prepared_while_one_is_used():
    started = threading.Event()

    def items():
        yield 1
        started.set()
        yield 2

    with closing(prefetch(items())) as ahead:
        assert next(ahead) == 1
        assert started.wait(5)


def test_closing_early_ends_the_thread():
    with closing(prefetch(iter(int, 1))) as ahead:
        next(ahead)
    assert not [t for t in threading.enumerate() if t.name == "outcrop-batches"]
