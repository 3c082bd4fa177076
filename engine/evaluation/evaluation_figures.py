"""The figures of one evaluation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from engine.data.sources import LabelledSource
from engine.evaluation.feature_colors import feature_colors
from engine.evaluation.figures.distributions import (
    Series,
    reliability_diagram,
    score_by_distance,
    score_distribution,
)
from engine.evaluation.figures.features import feature_figure
from engine.evaluation.figures.grid import GridRow, prediction_grid
from engine.evaluation.figures.style import png
from engine.evaluation.folder_evaluation import (
    EvaluationOptions,
    EvaluationReport,
    scoring_request,
)
from engine.jobs.context import JobContext
from engine.models.weight_store import WeightStore
from engine.store.bundle import Bundle
from engine.store.loading import load_model
from engine.tasks.segmentation import segment

_N_SHOWN = 5


def chosen_samples(scores: Sequence[float]) -> list[int]:
    """Choose what to show by rule, not by taste: best, quartiles and worst.

    Parameters
    ----------
    scores : sequence of float
        mIoU of each sample; NaN where nothing is labelled.

    Returns
    -------
    list of int
        Up to five positions, best first.
    """
    known = [i for i in np.argsort(-np.asarray(scores), kind="stable") if not np.isnan(scores[i])]
    places = np.linspace(0, len(known) - 1, min(_N_SHOWN, len(known))).round().astype(int)
    return [int(known[place]) for place in places]


def draw_figures(
    report: EvaluationReport,
    data: LabelledSource,
    device: torch.device,
    weights: WeightStore | None,
    job: JobContext,
) -> list[tuple[str, bytes, str]]:
    """Draw the figures of an evaluation.

    Parameters
    ----------
    report : EvaluationReport
        The scores.
    data : LabelledSource
        What was evaluated.
    device : torch.device
        Where to compute.
    weights : WeightStore or None
        Where the encoder's weights lie.
    job : JobContext
        Checked between the figures.

    Returns
    -------
    list of (str, bytes, str)
        Name, PNG and caption of each.
    """
    shown = chosen_samples([result.scores.mean_iou for result in report.results])
    bundle = report.bundle
    indices = [report.results[place].index for place in shown]
    options = EvaluationOptions(fit=report.fit.value, prediction=report.prediction)
    request = scoring_request(bundle, data, indices, options)
    inputs = [request.normaliser(data.image(index)) for index in indices]
    job.check()
    model = load_model(bundle, weights).to(device)
    rows = [
        GridRow(
            report.results[place].name,
            image,
            data.labels(index),
            [segment(model, [image], request.settings, device)[0].classes],
            [report.results[place].scores.mean_iou],
        )
        for place, index, image in zip(shown, indices, inputs, strict=True)
    ]
    title = bundle.spec.decoder.upper()
    figures = [
        (
            "predictions",
            png(prediction_grid(rows, [title], bundle.classes)),
            "Input, label and prediction of the best, the quartiles and the worst sample by mIoU. "
            "Bodies as thin as faults are drawn a pixel wider on each side.",
        )
    ]
    job.check()
    series = [series_of(title, report)]
    figures.append(
        ("distribution", png(score_distribution(series)), "mIoU of every sample, and quartiles.")
    )
    if not np.isnan(series[0].distances).all():
        caption = "mIoU of every sample against its distance from the training samples."
        image = png(score_by_distance(series, report.distance_unit))
        figures.append(("distance", image, caption))
    figures.append(
        (
            "calibration",
            png(reliability_diagram([title], [report.calibration])),
            "Accuracy against confidence, 15 bins over all labelled pixels; on the dashed line "
            "probabilities mean what they say.",
        )
    )
    job.check()
    names = [report.results[place].name for place in shown]
    figures.append(("features", *draw_features(bundle, names, inputs, device, weights)))
    return figures


def draw_features(
    bundle: Bundle,
    names: Sequence[str],
    inputs: Sequence[NDArray[np.float32]],
    device: torch.device,
    weights: WeightStore | None = None,
) -> tuple[bytes, str]:
    """Draw the features of a bundle's encoder, before and after adaptation.

    Parameters
    ----------
    bundle : Bundle
        The model.
    names : sequence of str
        Of the images.
    inputs : sequence of ndarray of float32, shape (rows, cols)
        The images, normalised.
    device : torch.device
        Where to compute.
    weights : WeightStore, optional
        Where the encoder's weights lie; the user's store when left out.

    Returns
    -------
    image : bytes
        PNG.
    caption : str
        What is shown.
    """
    colors = feature_colors(bundle, inputs, device=device, weights=weights)
    caption = (
        "First three principal components of the encoder's deepest features as red, green, blue"
    )
    caption += ", before and after adaptation." if colors.before is not None else f". {colors.note}"
    return png(feature_figure(names, inputs, colors)), caption


def series_of(name: str, report: EvaluationReport) -> Series:
    """Gather mIoU and distance of every sample for the figures."""
    distances = [np.nan if r.distance is None else r.distance for r in report.results]
    return Series(
        name,
        np.asarray([result.scores.mean_iou for result in report.results]),
        np.asarray(distances, dtype=np.float64),
    )
