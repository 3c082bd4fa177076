"""The report of a comparison: tables beside the published ones, and figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from engine.core.writable import write_bytes
from engine.data.sources import LabelledSource
from engine.evaluation.comparison import FINISHED, Run
from engine.evaluation.comparison_figures import draw_comparison
from engine.evaluation.comparison_tables import comparison_tables
from engine.evaluation.html_page import HtmlPage
from engine.evaluation.paired_differences import n_seen
from engine.evaluation.published import published_results
from engine.evaluation.score_tables import add_conditions
from engine.evaluation.written import write_json
from engine.jobs.context import NULL_JOB, JobContext

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
    for name, image, caption in draw_comparison(first, data, device, job) if first else ():
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
