"""Batches of normalised images and class ids, reproducible from seed and epoch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.core.class_scheme import IGNORE
from engine.data.augmentation import AugmentationSettings, augment
from engine.data.fitting import (
    Fit,
    crop_image,
    crop_labels,
    labelled_window,
    random_window,
    resize_image,
    resize_labels,
    windows,
)
from engine.data.sources import LabelledSource
from engine.preprocessing.pipeline import Normaliser

_Sample = tuple[Tensor, Tensor, Tensor | None]


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
    weights : Tensor, optional
        How much each pixel counts, float32, shape ``(B, H, W)``; all the same when
        left out.
    """

    images: Tensor
    labels: Tensor
    names: tuple[str, ...]
    weights: Tensor | None = None

    def part(self, which: slice) -> Batch:
        """Take a run of samples."""
        weights = None if self.weights is None else self.weights[which]
        return Batch(self.images[which], self.labels[which], self.names[which], weights)


class EpochSource(Protocol):
    """Batches by epoch."""

    def __len__(self) -> int:
        """Give the number of batches in an epoch."""

    def epoch(self, number: int) -> Iterator[Batch]:
        """Make the batches of one epoch, from 0."""


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
            [_n_draws(source, index, settings) for index in indices],
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
            needed to cover it, or those parts of it that are labelled where
            labels are sparse.
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
            names = tuple(self._source.names[int(self._indices[draw])] for draw in part)
            yield _batch(samples, names)

    def _sample(self, index: int, rng: np.random.Generator) -> _Sample:
        settings, source = self._settings, self._source
        data, labels = self._normaliser(source.image(index)), source.labels(index)
        weights = source.weights(index)
        planes: list[NDArray[Any]] = [labels] if weights is None else [labels, weights]
        if settings.fit is Fit.CROP:
            window = (
                labelled_window(labels, settings.size, rng)
                if source.sparse
                else random_window((data.shape[0], data.shape[1]), settings.size, rng)
            )
            image = crop_image(data, window, settings.size)
            targets = [crop_labels(plane, window, settings.size).numpy() for plane in planes]
        else:
            image = resize_image(data, settings.size)
            targets = [resize_labels(plane, settings.size).numpy() for plane in planes]
        if weights is None:
            changed, moved = augment(image[0].numpy(), targets[0], settings.augmentation, rng)
            return torch.from_numpy(changed)[None], torch.from_numpy(moved), None
        both = np.stack([targets[0].astype(np.float32), targets[1]], axis=-1)
        changed, both = augment(image[0].numpy(), both, settings.augmentation, rng)
        target = torch.from_numpy(both[..., 0].astype(np.uint8))
        # What was moved in from beyond the image has no weight either.
        counted = torch.from_numpy(both[..., 1].copy()).masked_fill(target == IGNORE, 0)
        return torch.from_numpy(changed)[None], target, counted


def _n_draws(source: LabelledSource, index: int, settings: BatchSettings) -> int:
    """Count the crops that cover a sample, or its labels; at least one."""
    if settings.fit is not Fit.CROP:
        return 1
    places = windows(source.shapes[index], settings.size)
    if not source.sparse:
        return len(places)
    height, width = settings.size
    labelled = source.labels(index) != IGNORE
    return max(
        1,
        sum(
            bool(labelled[place.top : place.top + height, place.left : place.left + width].any())
            for place in places
        ),
    )


def _batch(samples: Sequence[_Sample], names: tuple[str, ...]) -> Batch:
    images, labels, weights = zip(*samples, strict=True)
    given = [weight for weight in weights if weight is not None]
    return Batch(
        torch.stack(images), torch.stack(labels), names, torch.stack(given) if given else None
    )
