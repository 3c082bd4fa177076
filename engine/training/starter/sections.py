"""The synthetic sections that the starter is trained on and scored with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.preprocessing.pipeline import Normaliser, Pipeline
from engine.synthetic.seismic import DEFAULT_SETTINGS, SectionSettings, synthetic_section

IMAGE_SIZE = 224
"""Side of most sections, and of all that scores are taken on."""

SIZES = (224, 224, 196, 224, 280, 168, 224, 252, 224, 336)
"""Sides of the sections of successive batches, so that positions generalise."""

EASY = SectionSettings(throw=(4.0, 20.0), noise=(0.05, 0.3), unfaulted=0.0, trace_width=5.0)
"""Large throws, little noise and wide traces, for the first batches."""

_EASY_BATCHES = 150
_BATCH_PIXELS = 8 * IMAGE_SIZE**2
_START_STREAM, _HELD_OUT_STREAM = 2_000_003, 1_000_003  # no batch has such a number
_N_START = 32


@dataclass(frozen=True, slots=True)
class SectionBatch:
    """Sections of one size.

    Parameters
    ----------
    images : Tensor, float32, shape (B, 1, H, W)
        Amplitudes in standard deviations, clipped as inference does it.
    labels : Tensor, int64, shape (B, H, W)
        1 on faults.
    """

    images: Tensor
    labels: Tensor


def training_batch(seed: int, index: int) -> SectionBatch:
    """Generate one batch for training.

    Parameters
    ----------
    seed : int
        Seed of the run.
    index : int
        Number of the batch, from 0; its sections are the same in every run.

    Returns
    -------
    SectionBatch
        Every second batch is mirrored left to right.
    """
    size = SIZES[index % len(SIZES)]
    count = max(1, round(_BATCH_PIXELS / size**2))
    settings = EASY if index < _EASY_BATCHES else DEFAULT_SETTINGS
    batch = _generate((seed, index), count, size, settings)
    if index % 2:
        return SectionBatch(batch.images.flip(-1), batch.labels.flip(-1))
    return batch


def training_batches(seed: int, start: int) -> Iterator[SectionBatch]:
    """Generate batches without end, from a given number on."""
    while True:
        yield training_batch(seed, start)
        start += 1


def start_sections(seed: int) -> Tensor:
    """Generate the sections that start values are computed from.

    Parameters
    ----------
    seed : int
        Seed of the run.

    Returns
    -------
    Tensor, float32, shape (B, 1, H, W)
        Normalised.
    """
    return _generate((_START_STREAM, seed), _N_START, IMAGE_SIZE, EASY).images


def held_out_sections(count: int) -> Iterator[tuple[Tensor, NDArray[np.uint8]]]:
    """Generate sections that no run trains on, the same ones always.

    Parameters
    ----------
    count : int
        How many.

    Yields
    ------
    image : Tensor, float32, shape (1, 1, H, W)
        Normalised.
    label : ndarray of uint8, shape (H, W)
        1 on faults.
    """
    for index in range(count):
        data, label = synthetic_section((_HELD_OUT_STREAM, index), (IMAGE_SIZE, IMAGE_SIZE))
        yield torch.from_numpy(_normalise(data))[None, None], label


def _generate(
    stream: tuple[int, int], count: int, size: int, settings: SectionSettings
) -> SectionBatch:
    images = np.empty((count, 1, size, size), dtype=np.float32)
    labels = np.empty((count, size, size), dtype=np.int64)
    for k in range(count):
        data, labels[k] = synthetic_section((*stream, k), (size, size), settings)
        images[k, 0] = _normalise(data)
    return SectionBatch(torch.from_numpy(images), torch.from_numpy(labels))


def _normalise(data: NDArray[np.float32]) -> NDArray[np.float32]:
    """Clip as inference does; sections are generated in a survey's standard deviations."""
    return Normaliser(0.0, 1.0, Pipeline().limit)(data)
