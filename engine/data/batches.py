"""Batches of normalised images and class ids, reproducible from seed and epoch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.data.augmentation import AugmentationSettings, augment
from engine.data.fitting import (
    Fit,
    crop_image,
    crop_labels,
    random_window,
    resize_image,
    resize_labels,
    windows,
)
from engine.data.sources import LabelledSource
from engine.preprocessing.pipeline import Normaliser


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Some samples.

    Parameters
    ----------
    images : Tensor
        float32, shape ``(B, 1, H, W)``, normalised.
    labels : Tensor
        uint8, shape ``(B, H, W)``; 255 is not labelled.
    names : tuple of str
        Names of the samples' pairs.
    """

    images: Tensor
    labels: Tensor
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BatchSettings:
    """How batches are made.

    Parameters
    ----------
    size : tuple of int
        Rows and columns of the network's input.
    fit : Fit
        How images are brought to that size.
    batch : int
        Samples in a batch, at most; the batches of an epoch are equal to one sample.
    augmentation : AugmentationSettings
        How samples are changed at random.
    seed : int
        Decides order, crops and changes.
    """

    size: tuple[int, int]
    fit: Fit
    batch: int
    augmentation: AugmentationSettings
    seed: int


class TrainingBatches:
    """Shuffled and augmented batches of some samples of a source.

    Parameters
    ----------
    source : LabelledSource
        The images and masks.
    indices : sequence of int
        The samples to train on.
    normaliser : Normaliser
        For the source's amplitudes.
    settings : BatchSettings
        How batches are made.
    """

    def __init__(
        self,
        source: LabelledSource,
        indices: Sequence[int],
        normaliser: Normaliser,
        settings: BatchSettings,
    ) -> None:
        self._source = source
        self._indices = np.repeat(
            np.asarray(indices, dtype=np.int64),
            [self._draws(source.shapes[index], settings) for index in indices],
        )
        self._normaliser = normaliser
        self._settings = settings

    def __len__(self) -> int:
        return (len(self._indices) - 1) // self._settings.batch + 1

    def epoch(self, number: int) -> Iterator[Batch]:
        """Make the batches of one epoch.

        Parameters
        ----------
        number : int
            Epoch from 0; same seed and epoch, same batches.

        Yields
        ------
        Batch
            Each file once in all of them; with crops, as often as crops are
            needed to cover it.
        """
        seed = self._settings.seed
        order = np.random.default_rng([seed, number]).permutation(len(self._indices))
        for part in np.array_split(order, len(self)):
            # Each sample has its own chance: what it becomes depends on neither
            # the order nor the batch it is in.
            samples = [
                self._sample(
                    int(self._indices[draw]), np.random.default_rng([seed, number, int(draw)])
                )
                for draw in part
            ]
            images, labels = zip(*samples, strict=True)
            names = tuple(self._source.names[int(self._indices[draw])] for draw in part)
            yield Batch(torch.stack(images), torch.stack(labels), names)

    @staticmethod
    def _draws(shape: tuple[int, int], settings: BatchSettings) -> int:
        return len(windows(shape, settings.size)) if settings.fit is Fit.CROP else 1

    def _sample(self, index: int, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        settings = self._settings
        data, labels = self._load(index)
        if settings.fit is Fit.CROP:
            window = random_window((data.shape[0], data.shape[1]), settings.size, rng)
            image = crop_image(data, window, settings.size)
            target = crop_labels(labels, window, settings.size)
        else:
            image = resize_image(data, settings.size)
            target = resize_labels(labels, settings.size)
        changed = augment(image[0].numpy(), target.numpy(), settings.augmentation, rng)
        return torch.from_numpy(changed[0])[None], torch.from_numpy(changed[1])

    def _load(self, index: int) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
        return self._normaliser(self._source.image(index)), self._source.labels(index)
