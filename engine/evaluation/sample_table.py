"""Scores of every sample as a table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.evaluation.folder_evaluation import EvaluationReport
from engine.evaluation.written import write_csv
from engine.tasks.metrics import Scores

_MEANS = (
    "mean_iou",
    "mean_accuracy",
    "mean_precision",
    "mean_f1",
    "mean_boundary_f1",
    "calibration_error",
)
_BY_CLASS = ("class_iou", "class_recall", "class_precision", "class_f1", "class_boundary_f1")


def write_sample_table(path: Path, report: EvaluationReport) -> None:
    """Write one line for each sample and two for the set, per sample and global.

    Parameters
    ----------
    path : pathlib.Path
        The CSV file.
    report : EvaluationReport
        Of one bundle.

    Raises
    ------
    WriteError
        If it cannot be written.
    """
    names = report.bundle.classes.names
    header = ["row", "name", "use", "distance", "distance unit", *_MEANS]
    header += [f"{score.removeprefix('class_')} {name}" for score in _BY_CLASS for name in names]
    rows: list[Sequence[Any]] = []
    for result in report.results:
        unit = None if result.distance is None else report.distance_unit
        place = [result.name, result.use, result.distance, unit]
        rows.append(["sample", *place, *_cells(result.scores)])
    rows.append(["mean over samples", "", "", None, None, *_cells(report.per_sample)])
    rows.append(["global", "", "", None, None, *_cells(report.overall)])
    write_csv(path, header, rows)


def _cells(scores: Scores) -> list[float | None]:
    values = [getattr(scores, name) for name in _MEANS]
    values += [value for name in _BY_CLASS for value in getattr(scores, name)]
    return [None if math.isnan(value) else value for value in values]
