"""Tables of a report: scores, and what they rest on."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from engine.evaluation.folder_evaluation import EvaluationReport
from engine.evaluation.html_page import HtmlPage
from engine.tasks.metrics import Scores

_LONG_TABLE = 20
"""Rows beyond which a table is folded."""


def format_score(value: float | None, interval: Sequence[float | None] | None = None) -> str:
    """Write a score with four digits, and its interval if it has one; a dash for none."""
    if value is None or math.isnan(value):
        return "–"
    if interval and all(edge is not None and not math.isnan(edge) for edge in interval):
        return f"{value:.4f} [{interval[0]:.4f}, {interval[1]:.4f}]"
    return f"{value:.4f}"


def score_rows(report: EvaluationReport) -> list[list[str]]:
    """Give title, score per sample and global score of every mean, as text."""
    ways = (report.per_sample, report.overall)
    tolerance = report.conditions["boundary_tolerance_px"]
    names, baseline = report.bundle.classes.names, report.baseline
    nothing = (baseline.per_sample, baseline.overall)
    return [
        ["mIoU", *(format_score(s.mean_iou, s.mean_iou_interval) for s in ways)],
        [
            "mIoU of one class everywhere",
            *(f"{format_score(b.mean_iou)} ({names[b.class_id]})" for b in nothing),
        ],
        ["mPA", *(format_score(s.mean_accuracy, s.mean_accuracy_interval) for s in ways)],
        ["mean precision", *(format_score(s.mean_precision) for s in ways)],
        ["mean F1", *(format_score(s.mean_f1) for s in ways)],
        [f"boundary F1, {tolerance:g} px", *(format_score(s.mean_boundary_f1) for s in ways)],
        ["calibration error", *(format_score(s.calibration_error) for s in ways)],
    ]


def add_scores(page: HtmlPage, report: EvaluationReport) -> None:
    """Add the tables of all scores, both ways."""
    page.heading("Scores")
    page.table(
        ["", "per sample", "global"],
        score_rows(report),
        caption="Per sample: each image scored by itself, then averaged. Global: the counts of all "
        "pixels together. A class that does not occur is left out, not counted as 0. In brackets: "
        "95 % intervals by bootstrap over the samples, 2000 draws, seed 0. One class everywhere: "
        "what predicting only the class that does best on these samples would get.",
    )
    ways = (report.per_sample, report.overall)
    for title, scores in zip(("Classes, per sample", "Classes, global"), ways, strict=True):
        page.table(
            [title, "IoU", "precision", "recall", "F1", "boundary F1"],
            _class_rows(report.bundle.classes.names, scores),
        )


def add_samples(page: HtmlPage, report: EvaluationReport) -> None:
    """Add the table of every sample: its use in training, its distance, its scores."""
    page.heading("Samples")
    rows = [
        [
            result.name,
            result.use,
            "–" if result.distance is None else f"{result.distance:g}",
            format_score(result.scores.mean_iou),
            format_score(result.scores.mean_accuracy),
        ]
        for result in report.results
    ]
    page.table(
        ["sample", "in training", f"distance, {report.distance_unit}", "mIoU", "mPA"],
        rows,
        caption="Distance: to the nearest sample that was trained on, where positions are known.",
        folded=f"All {len(rows)} samples" if len(rows) > _LONG_TABLE else "",
    )


def add_conditions(page: HtmlPage, conditions: Mapping[str, Any]) -> None:
    """Add the table of what the numbers rest on; nested names are joined."""
    page.heading("What the numbers rest on")
    page.table(["", ""], _flat(conditions))


def model_facts(report: EvaluationReport) -> dict[str, Any]:
    """Gather what tells this model from others.

    Parameters
    ----------
    report : EvaluationReport
        Of the bundle.

    Returns
    -------
    dict
        JSON types; how it was trained as its own record says.
    """
    bundle = report.bundle
    kept = ("settings", "ended", "best_by", "made_with")
    training = {key: bundle.training[key] for key in kept if key in bundle.training}
    return {
        "name": bundle.name,
        "made": bundle.created,
        **bundle.spec.to_json(),
        "encoder_sha256": bundle.encoder_sha256,
        "input": f"{bundle.image_size[0]} x {bundle.image_size[1]} ({report.fit.value})",
        "preprocessing": bundle.pipeline.fingerprint,
        "training": training or "not recorded",
    }


def _class_rows(names: Sequence[str], scores: Scores) -> list[list[str]]:
    columns = (
        scores.class_iou,
        scores.class_precision,
        scores.class_recall,
        scores.class_f1,
        scores.class_boundary_f1,
    )
    return [
        [name, *(format_score(value) for value in values)]
        for name, values in zip(names, zip(*columns, strict=True), strict=True)
    ]


def _flat(values: Mapping[str, Any], prefix: str = "") -> list[list[str]]:
    rows: list[list[str]] = []
    for key, value in values.items():
        name = f"{prefix}{key}".replace("_", " ")
        if isinstance(value, Mapping):
            rows += _flat(value, f"{name}: ")
        else:
            rows.append([name, str(value)])
    return rows
