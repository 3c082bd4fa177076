"""The synthetic images that the starters are trained on and scored with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.data.fitting import resize_image, resize_labels
from engine.preprocessing.pipeline import Normaliser, Pipeline
from engine.synthetic.kinds import synthetic_sample
from engine.training.starter.kinds import KINDS, Kind

IMAGE_SIZE = 224
"""Side of most images, and of all that scores are taken on."""

SIZES = (224, 224, 196, 224, 280, 168, 224, 252, 224, 336)
"""Sides of the images of successive rounds, so that positions generalise."""

_BATCH_PIXELS = 4 * IMAGE_SIZE**2
_START_STREAM, _HELD_OUT_STREAM = 2_000_003, 1_000_003  # no batch has such a number
_N_START = 8
# Small pictures are enlarged to the network's input, as those of the salt set are.
_ZOOMS = {"salt": (1.0, 1.5, 2.2), "crater": (1.0, 1.0, 1.5), "facies": (1.0, 1.0, 1.5)}
# Spread of an image's statistics about those of its survey.
_GAIN, _OFFSET = 0.25, 0.15


@dataclass(frozen=True, slots=True)
class SampleBatch:
    """Images of one kind and size.

    Parameters
    ----------
    kind : Kind
        What they show.
    images : Tensor, float32, shape (B, 1, H, W)
        Amplitudes in standard deviations, clipped as inference does it.
    labels : Tensor, int64, shape (B, H, W)
        Class ids.
    """

    kind: Kind
    images: Tensor
    labels: Tensor


def training_batch(seed: int, index: int) -> SampleBatch:
    """Generate one batch for training.

    Parameters
    ----------
    seed : int
        Seed of the run.
    index : int
        Number of the batch, from 0; its images are the same in every run. Kinds
        and sizes take turns.

    Returns
    -------
    SampleBatch
        Every second round is mirrored left to right.
    """
    turn, position = divmod(index, len(KINDS))
    size = SIZES[turn % len(SIZES)]
    count = max(1, round(_BATCH_PIXELS / size**2))
    batch = _generate(KINDS[position], (seed, index), count, size)
    if turn % 2:
        return SampleBatch(batch.kind, batch.images.flip(-1), batch.labels.flip(-1))
    return batch


def training_batches(seed: int, start: int, count: int) -> Iterator[tuple[SampleBatch, ...]]:
    """Generate the batches of each step without end.

    Parameters
    ----------
    seed : int
        Seed of the run.
    start : int
        Step to begin with, from 0.
    count : int
        Batches of a step, each of another kind.

    Yields
    ------
    tuple of SampleBatch
        The batches of one step.
    """
    while True:
        yield tuple(training_batch(seed, start * count + k) for k in range(count))
        start += 1


def start_images(seed: int) -> Tensor:
    """Generate the images that start values are computed from.

    Parameters
    ----------
    seed : int
        Seed of the run.

    Returns
    -------
    Tensor, float32, shape (B, 1, H, W)
        Normalised; equally many of each kind.
    """
    parts = [_generate(kind, (_START_STREAM, seed), _N_START, IMAGE_SIZE).images for kind in KINDS]
    return torch.cat(parts)


def held_out_samples(kind: Kind, count: int) -> Iterator[tuple[Tensor, NDArray[np.uint8]]]:
    """Generate images that no run trains on, the same ones always.

    Parameters
    ----------
    kind : Kind
        What they show.
    count : int
        How many.

    Yields
    ------
    image : Tensor, float32, shape (1, 1, H, W)
        Normalised.
    label : ndarray of uint8, shape (H, W)
        Class ids.
    """
    for index in range(count):
        batch = _generate(kind, (_HELD_OUT_STREAM, index), 1, IMAGE_SIZE)
        yield batch.images, batch.labels[0].numpy().astype(np.uint8)


def _generate(kind: Kind, stream: tuple[int, int], count: int, size: int) -> SampleBatch:
    rng = np.random.default_rng((*stream, KINDS.index(kind)))
    zooms = _ZOOMS.get(kind.task, (1.0,))
    images, labels = [], []
    for k in range(count):
        side = round(size / zooms[rng.integers(len(zooms))])
        sample = synthetic_sample(kind.task, (*stream, k), (side, side))
        images.append(resize_image(_normalise(sample.amplitudes, rng), (size, size)))
        labels.append(resize_labels(sample.labels, (size, size)).long())
    return SampleBatch(kind, torch.stack(images), torch.stack(labels))


def _normalise(data: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Scale and clip as inference does, where the survey's statistics are not the image's."""
    scale = float(data.std()) * float(np.exp(rng.normal(0, _GAIN))) or 1.0
    offset = float(data.mean()) + scale * float(rng.normal(0, _OFFSET))
    return Normaliser(offset, scale, Pipeline().limit)(data)
