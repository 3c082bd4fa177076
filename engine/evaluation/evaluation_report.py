"""The report of one bundle: an HTML page, its figures as PNG, and the numbers."""

from __future__ import annotations

from pathlib import Path

import torch

from engine.core.writable import write_bytes
from engine.data.sources import LabelledSource
from engine.evaluation.discipline import SELECTED, TRAINED
from engine.evaluation.evaluation_figures import draw_figures
from engine.evaluation.folder_evaluation import EvaluationReport
from engine.evaluation.html_page import HtmlPage
from engine.evaluation.sample_table import write_sample_table
from engine.evaluation.score_tables import (
    add_conditions,
    add_samples,
    add_scores,
    model_facts,
)
from engine.evaluation.written import write_json
from engine.jobs.context import NULL_JOB, JobContext
from engine.models.weight_store import WeightStore

REPORT = "report.html"
"""Name of the page in the folder of a report."""


def write_evaluation_report(
    folder: Path,
    report: EvaluationReport,
    data: LabelledSource,
    *,
    device: torch.device,
    weights: WeightStore | None = None,
    job: JobContext = NULL_JOB,
) -> Path:
    """Draw the figures of an evaluation and write everything about it.

    Parameters
    ----------
    folder : pathlib.Path
        Made if it is not there; files of an older report are replaced.
    report : EvaluationReport
        The scores.
    data : LabelledSource
        What was evaluated; some of it is looked at again to be shown.
    device : torch.device
        Where to compute.
    weights : WeightStore, optional
        Where the encoder's weights lie; the user's store when left out.
    job : JobContext, optional
        Checked between the figures.

    Returns
    -------
    pathlib.Path
        The page: ``report.html``. Beside it lie ``scores.json``,
        ``samples.csv`` and a PNG for each figure.

    Raises
    ------
    WriteError
        If a file cannot be written.
    JobCancelledError
        If the job is cancelled.
    """
    # Before anything is drawn: a folder that cannot be written to costs no time.
    write_json(folder / "scores.json", report.to_json())
    write_sample_table(folder / "samples.csv", report)
    page = HtmlPage(
        f"Evaluation of {report.bundle.name}",
        f"Task {report.bundle.task}, {len(report.results)} files of "
        f"{_title(report, data)}, {report.overall.n_samples} with labels.",
    )
    seen = {TRAINED, SELECTED} & {result.use for result in report.results}
    page.paragraph(report.verdict, warning=bool(seen))
    add_scores(page, report)
    for name, image, caption in draw_figures(report, data, device, weights, job):
        write_bytes(folder / f"{name}.png", image)
        page.figure(image, caption)
    add_samples(page, report)
    add_conditions(page, {**report.conditions, "model": model_facts(report)})
    write_bytes(folder / REPORT, page.render().encode())
    return folder / REPORT


def _title(report: EvaluationReport, data: LabelledSource) -> str:
    """Name where the evaluated samples lie."""
    described = report.conditions["data"]
    own_test = {result.index for result in report.results} <= set(data.held_out)
    place = described.get("test_images") if own_test else None
    return str(place or described.get("images") or described.get("volume"))
