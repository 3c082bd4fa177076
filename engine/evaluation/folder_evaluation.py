"""Scores of a bundle on a folder of images and masks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch

from engine.data.fitting import Fit, choose_fit
from engine.data.folder import FolderSource, scan_folder
from engine.errors import DataError
from engine.jobs.context import NULL_JOB, JobContext
from engine.models.designs import PATCH
from engine.models.weight_store import WeightStore
from engine.store.bundle import Bundle
from engine.store.loading import load_model
from engine.tasks.metrics import Scores
from engine.tasks.segmentation import InputSettings, ScoringRequest, score_model

_BATCH_PIXELS = 8 * 224 * 224


@dataclass(frozen=True, slots=True)
class EvaluationOptions:
    """How a bundle is evaluated.

    Parameters
    ----------
    batch : int, optional
        Inputs computed together; 8 of 224 x 224 and fewer larger ones when left out.
    fit : {"bundle", "auto", "resize", "crop"}, default "bundle"
        How images are brought to the network's size; ``bundle`` as in training,
        ``auto`` where the bundle does not say.
    """

    batch: int | None = None
    fit: str = "bundle"


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """Scores of one bundle on one folder.

    Parameters
    ----------
    bundle : Bundle
        What was evaluated.
    per_sample : Scores
        Each image scored by itself, then averaged.
    overall : Scores
        From one confusion matrix of all images.
    samples : tuple of (str, float)
        mIoU of each image; NaN where nothing is labelled.
    fit : Fit
        How images were brought to the network's size.
    """

    bundle: Bundle
    per_sample: Scores
    overall: Scores
    samples: tuple[tuple[str, float], ...]
    fit: Fit

    def to_json(self) -> dict[str, Any]:
        """Return the scores, stating which is which; a score that does not exist is None."""
        return {
            "model": self.bundle.name,
            "task": self.bundle.task,
            "n_samples": len(self.samples),
            "image_size": list(self.bundle.image_size),
            "fit": self.fit.value,
            "per_sample": self._named(self.per_sample),
            "global": self._named(self.overall),
            "samples": [
                {"name": name, "mean_iou": None if math.isnan(value) else value}
                for name, value in self.samples
            ],
        }

    def _named(self, scores: Scores) -> dict[str, Any]:
        values = scores.to_json()
        named = dict(zip(self.bundle.classes.names, values["class_iou"], strict=True))
        return {**values, "class_iou": named}


def evaluate_bundle(
    bundle: Bundle,
    source: FolderSource,
    *,
    device: torch.device,
    options: EvaluationOptions | None = None,
    weights: WeightStore | None = None,
    job: JobContext = NULL_JOB,
) -> EvaluationReport:
    """Segment the images of a folder and compare with its masks.

    Parameters
    ----------
    bundle : Bundle
        The model.
    source : FolderSource
        Images and masks.
    device : torch.device
        Where to compute.
    options : EvaluationOptions, optional
        Batch and fit.
    weights : WeightStore, optional
        Where the encoder's weights lie; the user's store when left out.
    job : JobContext, optional
        Checked once for each batch.

    Returns
    -------
    EvaluationReport
        Masks are compared at the labels' own resolution.

    Raises
    ------
    DataError
        If the data do not fit together or to the model's classes, or nothing
        is labelled.
    ModelError
        If the model cannot be loaded.
    JobCancelledError
        If the job is cancelled.
    """
    options = options or EvaluationOptions()
    folder = scan_folder(source, len(bundle.classes), job=job)
    model = load_model(bundle, weights).to(device)
    wanted = options.fit
    if wanted == "bundle":
        wanted = str(bundle.training.get("fit", "auto"))
    fit = choose_fit(wanted, folder.shapes, bundle.image_size, patch=PATCH)
    request = ScoringRequest(
        folder,
        range(len(folder)),
        bundle.pipeline.normaliser(folder.statistics),
        len(bundle.classes),
        InputSettings(bundle.image_size, fit, options.batch or _batch_for(bundle.image_size)),
    )
    samples: list[tuple[str, float]] = []

    def on_sample(index: int, mean_iou: float) -> None:
        samples.append((folder.pairs[index].name, mean_iou))
        job.report(len(samples), len(folder), "segmenting and comparing")

    metrics = score_model(model, request, device, on_sample=on_sample, job=job)
    if metrics.overall().n_samples == 0:
        raise DataError(
            f"{source.masks}: no pixel is labelled, all are 255",
            hint="Give masks with class ids.",
        )
    return EvaluationReport(bundle, metrics.per_sample(), metrics.overall(), tuple(samples), fit)


def _batch_for(size: tuple[int, int]) -> int:
    """Count the inputs that together have the pixels of eight of 224 x 224."""
    return max(1, _BATCH_PIXELS // (size[0] * size[1]))
