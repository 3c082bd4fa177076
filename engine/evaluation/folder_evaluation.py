"""Scores of a bundle on labelled samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from engine.core.prediction_options import PLAIN, PredictionOptions
from engine.data.fitting import Fit, choose_fit
from engine.data.sample_fingerprint import fingerprint_samples
from engine.data.sources import DataSource, LabelledSource, open_source
from engine.errors import DataError
from engine.evaluation.discipline import distances_to_training, uses_of, verdict
from engine.evaluation.parts import Part
from engine.jobs.context import NULL_JOB, JobContext
from engine.models.designs import PATCH
from engine.models.weight_store import WeightStore
from engine.store.bundle import Bundle
from engine.store.loading import load_model
from engine.tasks.baseline import Baseline, single_class_baseline
from engine.tasks.boundaries import TOLERANCE_PX
from engine.tasks.conditions import machine, scoring_precision
from engine.tasks.metrics import Scores, SegmentationMetrics
from engine.tasks.segmentation import InputSettings, ScoringRequest, score_model

_BATCH_PIXELS = 8 * 224 * 224
_CLASS_SCORES = ("class_iou", "class_recall", "class_precision", "class_f1", "class_boundary_f1")


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
    tolerance_px : float, default 3.0
        Tolerance of the boundary F1, in pixels of the label.
    part : Part, optional
        The samples to score; all when left out.
    prediction : PredictionOptions, optional
        Mirror averaging and the smallest region; neither when left out.
    """

    batch: int | None = None
    fit: str = "bundle"
    tolerance_px: float = TOLERANCE_PX
    part: Part | None = None
    prediction: PredictionOptions = PLAIN


@dataclass(frozen=True, slots=True)
class SampleResult:
    """What one sample came to.

    Parameters
    ----------
    name : str
        Of its files, before the suffix.
    index : int
        Its place in the source.
    scores : Scores
        All NaN where nothing is labelled.
    use : str
        What training did with it; see `engine.evaluation.discipline`.
    distance : float or None
        To the nearest sample that was trained on, where positions are known.
    """

    name: str
    index: int
    scores: Scores
    use: str
    distance: float | None


@dataclass(frozen=True, slots=True, eq=False)
class EvaluationReport:
    """Scores of one bundle on one source.

    Parameters
    ----------
    bundle : Bundle
        What was evaluated.
    per_sample : Scores
        Each image scored by itself, then averaged.
    overall : Scores
        From one confusion matrix of all images.
    results : tuple of SampleResult
        Of each image.
    fit : Fit
        How images were brought to the network's size.
    conditions : mapping
        Data, device and versions; JSON types.
    confusion : ndarray of int64, shape (K, K)
        Pixels by label (rows) and prediction.
    calibration : ndarray of float64, shape (3, 15)
        Counts for `engine.tasks.calibration`.
    baseline : Baseline
        Scores of the best single class everywhere.
    distance_unit : str
        Unit of the distances in `results`.
    prediction : PredictionOptions
        What was done beyond the model's plain answer.
    """

    bundle: Bundle
    per_sample: Scores
    overall: Scores
    results: tuple[SampleResult, ...]
    fit: Fit
    conditions: Mapping[str, Any]
    confusion: NDArray[np.int64] = field(repr=False)
    calibration: NDArray[np.float64] = field(repr=False)
    baseline: Baseline
    distance_unit: str = "slices"
    prediction: PredictionOptions = PLAIN

    @property
    def samples(self) -> tuple[tuple[str, float], ...]:
        """Name and mIoU of each image; NaN where nothing is labelled."""
        return tuple((result.name, result.scores.mean_iou) for result in self.results)

    @property
    def verdict(self) -> str:
        """Whether the model has seen these samples before."""
        return verdict([result.use for result in self.results])

    def to_json(self) -> dict[str, Any]:
        """Return the scores, stating which is which; a score that does not exist is None."""
        return {
            "model": self.bundle.name,
            "task": self.bundle.task,
            "n_samples": len(self.results),
            "image_size": list(self.bundle.image_size),
            "fit": self.fit.value,
            "per_sample": self._named(self.per_sample),
            "global": self._named(self.overall),
            "one_class_everywhere": self.baseline.to_json(self.bundle.classes.names),
            "seen_before": self.verdict,
            "conditions": dict(self.conditions),
            "confusion": self.confusion.tolist(),
            "calibration": self.calibration.tolist(),
            "distance_unit": self.distance_unit,
            "samples": [
                {
                    "name": result.name,
                    "use": result.use,
                    "distance": result.distance,
                    **self._named(result.scores),
                }
                for result in self.results
            ],
        }

    def _named(self, scores: Scores) -> dict[str, Any]:
        values, names = scores.to_json(), self.bundle.classes.names
        classes = {key: dict(zip(names, values[key], strict=True)) for key in _CLASS_SCORES}
        return {**values, **classes}


def evaluate_bundle(
    bundle: Bundle,
    source: DataSource,
    *,
    device: torch.device,
    options: EvaluationOptions | None = None,
    weights: WeightStore | None = None,
    job: JobContext = NULL_JOB,
) -> EvaluationReport:
    """Open samples and score a bundle on them; see `evaluate_samples`."""
    with closing(open_source(source, len(bundle.classes), job=job)) as data:
        return evaluate_samples(
            bundle, data, device=device, options=options, weights=weights, job=job
        )


def evaluate_samples(
    bundle: Bundle,
    data: LabelledSource,
    *,
    device: torch.device,
    options: EvaluationOptions | None = None,
    weights: WeightStore | None = None,
    job: JobContext = NULL_JOB,
) -> EvaluationReport:
    """Segment samples and compare with their labels.

    Parameters
    ----------
    bundle : Bundle
        The model.
    data : LabelledSource
        Opened with the bundle's number of classes.
    device : torch.device
        Where to compute.
    options : EvaluationOptions, optional
        Batch, fit, tolerance, part, and what is done beyond the plain answer.
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
    SettingsError
        If the boundary tolerance is not possible.
    JobCancelledError
        If the job is cancelled.
    """
    options = options or EvaluationOptions()
    uses = uses_of(bundle, data)
    part = options.part or Part(tuple(range(len(data))))
    found = distances_to_training(bundle, data, uses) if part.distances is None else None
    if found is not None:
        part = replace(part, distances=found.values, unit=found.unit)
    metrics = SegmentationMetrics(len(bundle.classes), tolerance_px=options.tolerance_px)
    request = scoring_request(bundle, data, part.indices, options)
    n_done = 0

    def on_sample(_index: int, _mean_iou: float) -> None:
        nonlocal n_done
        n_done += 1
        job.report(n_done, len(part.indices), "segmenting and comparing")

    model = load_model(bundle, weights).to(device)
    score_model(model, request, device, metrics=metrics, on_sample=on_sample, job=job)
    overall = metrics.overall(intervals=True)
    described = data.describe()
    if overall.n_samples == 0:
        where = described.get("masks") or described.get("labels")
        raise DataError(
            f"{where}: no pixel is labelled, all are 255",
            hint="Give masks with class ids.",
        )
    return EvaluationReport(
        bundle,
        metrics.per_sample(intervals=True),
        overall,
        _results(metrics, data, part, uses),
        request.settings.fit,
        {
            "data": {
                **described,
                "evaluated": len(part.indices),
                "sha256": fingerprint_samples(data, part.indices, job=job),
            },
            "prediction": options.prediction.to_json(),
            "boundary_tolerance_px": options.tolerance_px,
            "precision": str(scoring_precision(device)).removeprefix("torch."),
            "machine": machine(device),
        },
        metrics.confusion,
        metrics.calibration,
        single_class_baseline(metrics.label_counts),
        part.unit,
        options.prediction,
    )


def scoring_request(
    bundle: Bundle, data: LabelledSource, indices: Sequence[int], options: EvaluationOptions
) -> ScoringRequest:
    """Say how a bundle scores samples.

    Parameters
    ----------
    bundle : Bundle
        The model.
    data : LabelledSource
        The samples.
    indices : sequence of int
        Which of them.
    options : EvaluationOptions
        Batch, fit and what is done beyond the model's plain answer.

    Returns
    -------
    ScoringRequest
        For `engine.tasks.segmentation.score_model`.
    """
    wanted = options.fit
    if wanted == "bundle":
        wanted = str(bundle.training.get("fit", "auto"))
    fit = choose_fit(wanted, data.shapes, bundle.image_size, patch=PATCH)
    return ScoringRequest(
        data,
        indices,
        bundle.pipeline.normaliser(data.statistics),
        len(bundle.classes),
        InputSettings(
            bundle.image_size,
            fit,
            options.batch or _batch_for(bundle.image_size),
            options.prediction,
        ),
    )


def _results(
    metrics: SegmentationMetrics, data: LabelledSource, part: Part, uses: Sequence[str]
) -> tuple[SampleResult, ...]:
    distances = part.distances or {}
    return tuple(
        SampleResult(data.names[index], index, scores, uses[index], distances.get(index))
        for index, scores in zip(part.indices, metrics.each(), strict=True)
    )


def _batch_for(size: tuple[int, int]) -> int:
    """Count the inputs that together have the pixels of eight of 224 x 224."""
    return max(1, _BATCH_PIXELS // (size[0] * size[1]))
