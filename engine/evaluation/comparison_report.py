"""The report of a comparison: tables beside the published ones, and figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch

from engine.core.prediction_options import PredictionOptions
from engine.core.writable import write_bytes
from engine.data.sources import LabelledSource
from engine.evaluation.comparison import FINISHED, Run
from engine.evaluation.comparison_tables import comparison_tables
from engine.evaluation.evaluation_figures import chosen_samples
from engine.evaluation.figures.distributions import (
    Series,
    reliability_diagram,
    score_by_distance,
    score_distribution,
)
from engine.evaluation.figures.grid import GridRow, prediction_grid
from engine.evaluation.figures.style import png
from engine.evaluation.folder_evaluation import EvaluationOptions, scoring_request
from engine.evaluation.html_page import HtmlPage
from engine.evaluation.paired_differences import n_seen
from engine.evaluation.published import published_results
from engine.evaluation.score_tables import add_conditions
from engine.evaluation.written import write_json
from engine.jobs.context import NULL_JOB, JobContext
from engine.store.bundle import read_bundle
from engine.store.loading import load_model
from engine.tasks.segmentation import segment

REPORT = "comparison.html"
"""Name of the page in the folder of a comparison."""

_PAIRED = (
    "Whether two networks differ is read from table S2-paired, not from whether their own "
    "intervals overlap: samples are hard or easy for all networks alike, and that part of the "
    "scatter falls out of the differences. Pairs are of one sample and one seed; intervals are by "
    "bootstrap over the samples, each with all its pairs. Each interval stands for itself: of many "
    "comparisons, one in twenty excludes 0 by chance. What another training of the same network "
    "would come to is not in it."
)


def write_comparison_report(
    folder: Path,
    runs: Sequence[Run],
    conditions: Mapping[str, Any],
    data: LabelledSource,
    *,
    device: torch.device,
    job: JobContext = NULL_JOB,
) -> Path:
    """Write tables and figures of a comparison.

    Parameters
    ----------
    folder : pathlib.Path
        Where to.
    runs : sequence of Run
        Finished or failed.
    conditions : mapping
        What is the same for all runs; ``task`` is among it.
    data : LabelledSource
        The samples, some of which are shown.
    device : torch.device
        Where to compute.
    job : JobContext, optional
        Checked between the figures.

    Returns
    -------
    pathlib.Path
        The page. Beside it lie the tables as CSV, ``results.json`` and a PNG
        for each figure.

    Raises
    ------
    WriteError
        If a file cannot be written.
    JobCancelledError
        If the job is cancelled.
    """
    task, published = str(conditions["task"]), published_results()
    tables = comparison_tables(runs, task, published)
    first = [run for run in _first_seeds(runs) if run.status == FINISHED]
    page = HtmlPage(
        f"Comparison of {len(dict.fromkeys(run.network for run in runs))} networks: {task}",
        "All scored on the same test parts, one for each seed; what was trained here was trained "
        "on the rest of them. The test parts select nothing.",
    )
    for run in runs:
        if n_seen(run):
            page.paragraph(f"{run.name}: {run.scores['seen_before']}", warning=True)
    for table in tables:
        table.write(folder)
        page.heading(f"Table {table.name}: {table.title}")
        page.table(table.header, table.text_rows(), published=table.published)
    page.paragraph(_PAIRED)
    page.paragraph(f"Published (grey, italic): {published.source}. {published.note}")
    _add_runs(page, runs)
    results = {
        "conditions": dict(conditions),
        "tables": {t.name: {"header": t.header, "rows": t.rows} for t in tables},
        "published": {"source": published.source, "note": published.note},
        "runs": [asdict(run) for run in runs],
    }
    write_json(folder / "results.json", results)
    for name, image, caption in _figures(first, data, device, job) if first else ():
        write_bytes(folder / f"{name}.png", image)
        page.figure(image, caption)
    machines = {f"machine of {r.name}": r.scores["conditions"]["machine"] for r in first[:1]}
    add_conditions(page, {**conditions, **machines})
    write_bytes(folder / REPORT, page.render().encode())
    return folder / REPORT


def _add_runs(page: HtmlPage, runs: Sequence[Run]) -> None:
    page.heading("Runs")
    rows = []
    for run in runs:
        scores = run.scores.get("per_sample", {})
        low, high = scores.get("mean_iou_interval", (None, None))
        known = None not in (low, high)
        rows.append(
            [
                run.name,
                run.status,
                f"{scores['mean_iou']:.4f}" if scores.get("mean_iou") is not None else "–",
                f"{low:.4f} to {high:.4f}" if known else "–",
                "–" if run.seconds is None else f"{run.seconds:.0f} s",
                run.reason or str(run.scores.get("seen_before", "")),
            ]
        )
    header = ["run", "state", "mIoU per sample", "95 % interval", "training", "remark"]
    page.table(header, rows)


def _first_seeds(runs: Sequence[Run]) -> list[Run]:
    """Take the first run of each network that was finished, else its first."""
    chosen: dict[str, Run] = {}
    for run in runs:
        kept = chosen.setdefault(run.network, run)
        if kept.status != FINISHED and run.status == FINISHED:
            chosen[run.network] = run
    return list(chosen.values())


def _figures(
    runs: Sequence[Run], data: LabelledSource, device: torch.device, job: JobContext
) -> list[tuple[str, bytes, str]]:
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
    rows = _rows(same, data, device, job)
    grid = prediction_grid(rows, [run.network.upper() for run in same], _classes(same[0]))
    caption = "Test samples: best, quartiles and worst by the mean mIoU of the networks."
    figures.insert(0, ("predictions", png(grid), f"{caption} Seed {same[0].seed}."))
    return figures


def _classes(run: Run) -> Any:
    return read_bundle(Path(run.bundle)).classes


def _rows(
    runs: Sequence[Run], data: LabelledSource, device: torch.device, job: JobContext
) -> list[GridRow]:
    """Segment the samples to show again, network by network."""
    table = np.asarray([_series(run).values for run in runs])
    shown = chosen_samples([float(value) for value in table.mean(axis=0)])
    names = [str(runs[0].scores["samples"][place]["name"]) for place in shown]
    indices = [data.names.index(name) for name in names]
    masks: list[list[Any]] = [[] for _ in shown]
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
    return [
        GridRow(
            names[i],
            np.nan_to_num(images[i]),
            data.labels(index),
            masks[i],
            [float(value) for value in table[:, shown[i]]],
        )
        for i, index in enumerate(indices)
    ]


def _series(run: Run) -> Series:
    samples = run.scores["samples"]
    columns = [
        np.asarray([np.nan if s[key] is None else s[key] for s in samples], dtype=np.float64)
        for key in ("mean_iou", "distance")
    ]
    return Series(run.network.upper(), *columns)
