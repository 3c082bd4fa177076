"""Scores of the starters on recorded images, for their cards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from engine.data.fitting import choose_fit
from engine.data.folder_source import FolderSource
from engine.data.sources import LabelledSource, open_source
from engine.models.designs import PATCH
from engine.models.segmenter import Segmenter
from engine.preprocessing.pipeline import Pipeline
from engine.tasks.segmentation import InputSettings, segment
from engine.training.starter.kinds import Kind
from engine.training.starter.samples import IMAGE_SIZE
from engine.training.starter.scores import sample_scores

_BATCH = 8


def real_scores(kind: Kind, model: Segmenter, folder: Path) -> tuple[int, dict[str, float]]:
    """Score images with masks that nothing was trained on or chosen by.

    Parameters
    ----------
    kind : Kind
        What they show; the masks hold its classes.
    model : Segmenter
        Trained, in evaluation mode, on the CPU.
    folder : pathlib.Path
        Holds ``images`` and ``masks`` with files of the same names. Images
        larger than the input are cut into crops of it, others are resized.

    Returns
    -------
    count : int
        Images that were scored.
    scores : dict of str to float
        Those of `sample_scores`.

    Raises
    ------
    DataError
        If the folders do not fit together or to the classes.
    """
    source = open_source(FolderSource(folder / "images", folder / "masks"), kind.n_classes)
    try:
        return len(source), sample_scores(kind, _pairs(model, source))
    finally:
        source.close()


def _pairs(
    model: Segmenter, source: LabelledSource
) -> Iterator[tuple[NDArray[np.float32], NDArray[np.uint8]]]:
    size = (IMAGE_SIZE, IMAGE_SIZE)
    fit = choose_fit("auto", source.shapes, size, patch=PATCH)
    settings = InputSettings(size, fit, _BATCH)
    normaliser = Pipeline().normaliser(source.statistics)
    for index in range(len(source)):
        image = normaliser(source.image(index))
        result = segment(model, [image], settings, torch.device("cpu"))[0]
        yield _probabilities(result.classes, result.confidence), source.labels(index)


def _probabilities(
    classes: NDArray[np.uint8], confidence: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Give the probabilities of two classes, shape (2, rows, cols)."""
    body = np.where(classes == 1, confidence, 1 - confidence)
    return np.stack([1 - body, body])
