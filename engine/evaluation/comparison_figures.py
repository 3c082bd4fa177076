"""The figures of a comparison."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from engine.core.prediction_options import PredictionOptions
from engine.data.sources import LabelledSource
from engine.evaluation.comparison import Run
from engine.evaluation.evaluation_figures import chosen_samples, draw_features
from engine.evaluation.figures.distributions import (
    Series,
    reliability_diagram,
    score_by_distance,
    score_distribution,
)
from engine.evaluation.figures.grid import GridRow, prediction_grid
from engine.evaluation.figures.style import png
from engine.evaluation.folder_evaluation import EvaluationOptions, scoring_request
from engine.jobs.context import JobContext
from engine.models.designs import EncoderDesign, encoder_design
from engine.store.bundle import read_bundle
from engine.store.loading import load_model
from engine.tasks.segmentation import segment


def draw_comparison(
    runs: Sequence[Run], data: LabelledSource, device: torch.device, job: JobContext
) -> list[tuple[str, bytes, str]]:
    """Draw the figures of a comparison.

    Parameters
    ----------
    runs : sequence of Run
        Finished, one of each network.
    data : LabelledSource
        What they were scored on.
    device : torch.device
        Where to compute.
    job : JobContext
        Checked between the figures.

    Returns
    -------
    list of (str, bytes, str)
        Name, PNG and caption of each.
    """
    names = [run.network.upper() for run in runs]
    seeds = sorted({run.seed for run in runs})
    which = f"seed {seeds[0]}" if len(seeds) == 1 else "the first finished seed of each network"
    series = [_series(run) for run in runs]
    figures = [("distribution", png(score_distribution(series)), f"mIoU of test samples, {which}.")]
    if any(not np.isnan(one.distances).all() for one in series):
        unit = str(runs[0].scores["distance_unit"])
        caption = f"mIoU of test samples against their distance from the training block, {which}."
        figures.append(("distance", png(score_by_distance(series, unit)), caption))
    counts = [np.asarray(run.scores["calibration"]) for run in runs]
    caption = f"Accuracy against confidence on the test part, 15 bins, {which}."
    figures.append(("calibration", png(reliability_diagram(names, counts)), caption))
    # Only runs of one seed have the same test part and can share a grid.
    same = [run for run in runs if run.seed == runs[0].seed]
    indices = _shown(same, data)
    rows = _rows(same, data, indices, device, job)
    grid = prediction_grid(rows, [run.network.upper() for run in same], _classes(same[0]))
    caption = "Test samples: best, quartiles and worst by the mean mIoU of the networks."
    figures.insert(0, ("predictions", png(grid), f"{caption} Seed {same[0].seed}."))
    return [*figures, *_features(same, data, indices, device, job)]


def _features(
    runs: Sequence[Run],
    data: LabelledSource,
    indices: Sequence[int],
    device: torch.device,
    job: JobContext,
) -> list[tuple[str, bytes, str]]:
    """Draw the features of each network that has a transformer."""
    figures = []
    names = [data.names[index] for index in indices]
    for run in runs:
        bundle = read_bundle(Path(run.bundle))
        if not isinstance(encoder_design(bundle.spec.encoder), EncoderDesign):
            continue
        job.check()
        normaliser = scoring_request(bundle, data, indices, EvaluationOptions()).normaliser
        inputs = [normaliser(data.image(index)) for index in indices]
        image, caption = draw_features(bundle, names, inputs, device)
        title = run.network.upper()
        figures.append((f"features-{run.network}", image, f"{title}, seed {run.seed}. {caption}"))
    return figures


def _classes(run: Run) -> Any:
    return read_bundle(Path(run.bundle)).classes


def _shown(runs: Sequence[Run], data: LabelledSource) -> list[int]:
    """Choose the samples to show by the mean over the networks."""
    table = np.asarray([_series(run).values for run in runs])
    samples = runs[0].scores["samples"]
    places = chosen_samples([float(value) for value in table.mean(axis=0)])
    return [data.names.index(str(samples[place]["name"])) for place in places]


def _rows(
    runs: Sequence[Run],
    data: LabelledSource,
    indices: Sequence[int],
    device: torch.device,
    job: JobContext,
) -> list[GridRow]:
    """Segment the samples to show again, network by network."""
    masks: list[list[Any]] = [[] for _ in indices]
    images: list[Any] = [data.image(index) for index in indices]
    for run in runs:
        job.check()
        bundle = read_bundle(Path(run.bundle))
        prediction = PredictionOptions(**run.scores["conditions"].get("prediction", {}))
        options = EvaluationOptions(prediction=prediction)
        request = scoring_request(bundle, data, indices, options)
        model = load_model(bundle).to(device)
        for place, image in enumerate(images):
            inputs = [request.normaliser(image)]
            masks[place].append(segment(model, inputs, request.settings, device)[0].classes)
    scores = [_scores_by_name(run) for run in runs]
    return [
        GridRow(
            data.names[index],
            np.nan_to_num(images[i]),
            data.labels(index),
            masks[i],
            [known[data.names[index]] for known in scores],
        )
        for i, index in enumerate(indices)
    ]


def _scores_by_name(run: Run) -> dict[str, float]:
    return {str(sample["name"]): sample["mean_iou"] for sample in run.scores["samples"]}


def _series(run: Run) -> Series:
    samples = run.scores["samples"]
    columns = [
        np.asarray([np.nan if s[key] is None else s[key] for s in samples], dtype=np.float64)
        for key in ("mean_iou", "distance")
    ]
    return Series(run.network.upper(), *columns)
