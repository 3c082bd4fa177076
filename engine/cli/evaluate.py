"""``outcrop evaluate``: score a model on images and masks."""

from __future__ import annotations

import argparse
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from rich.table import Table

from engine.cli.console import ConsoleJob, err, out, print_json
from engine.cli.prediction_options import add_prediction_options, prediction_options
from engine.cli.source_options import add_source_options, new_source, positive
from engine.data.sources import open_source
from engine.evaluation.evaluation_report import REPORT, write_evaluation_report
from engine.evaluation.folder_evaluation import (
    EvaluationOptions,
    EvaluationReport,
    evaluate_samples,
)
from engine.evaluation.parts import ALL, PARTS, Part, part_indices
from engine.evaluation.sample_table import write_sample_table
from engine.evaluation.score_tables import format_score, score_rows
from engine.evaluation.written import check_writable
from engine.inference.device import choose_device
from engine.store.bundle_store import BundleStore
from engine.tasks.boundaries import TOLERANCE_PX
from engine.tasks.registry import tasks


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "--model", required=True, metavar="BUNDLE", help="name or folder of the model"
    )
    add_source_options(parser)
    parser.add_argument(
        "--part",
        choices=PARTS,
        default=ALL,
        help="of the data that the model was trained on: which part of its split to score "
        "(%(default)s; of data laid out as published, all of their test part)",
    )
    output = parser.add_argument_group("output")
    output.add_argument("--json", action="store_true", help="write one JSON object")
    output.add_argument("--csv", type=Path, metavar="FILE", help="write a line for each sample")
    output.add_argument(
        "--report",
        type=Path,
        metavar="FOLDER",
        help="write an HTML page with figures, the figures as PNG, and the scores",
    )
    parser.add_argument(
        "--tolerance",
        type=float,
        default=TOLERANCE_PX,
        metavar="PX",
        help="distance within which a boundary counts as found (%(default)g pixels)",
    )
    parser.add_argument("--device", default="auto", help="auto, cuda, mps or cpu")
    parser.add_argument(
        "--batch", type=positive, metavar="N", help="inputs computed together (by their size)"
    )
    parser.add_argument(
        "--fit",
        choices=("bundle", "auto", "resize", "crop"),
        default="bundle",
        help="how images are brought to the input size (as in training)",
    )
    add_prediction_options(parser, "sample")


def run(args: argparse.Namespace) -> int:
    """Score a model, on standard output and in files.

    Parameters
    ----------
    args : argparse.Namespace
        As `configure` defines them.

    Returns
    -------
    int
        0.
    """
    for path in (args.csv, args.report and args.report / "scores.json"):
        if path is not None:
            check_writable(path)
    prediction = prediction_options(args)
    bundle = BundleStore().find(args.model)
    preset = None
    if bundle.task in tasks().names():
        preset = tasks().load(bundle.task)().preset()
    device = choose_device(args.device)
    options = EvaluationOptions(args.batch, args.fit, args.tolerance, prediction=prediction)
    source = new_source(args, preset)
    report = None
    try:
        with (
            ConsoleJob("evaluate") as job,
            closing(open_source(source, len(bundle.classes), job=job)) as data,
        ):
            part = Part(part_indices(bundle, data, args.part))
            options = replace(options, part=part)
            report = evaluate_samples(bundle, data, device=device, options=options, job=job)
            if args.csv is not None:
                write_sample_table(args.csv, report)
            if args.report is not None:
                write_evaluation_report(args.report, report, data, device=device, job=job)
    finally:  # the scores are not lost with a file that cannot be written
        if report is not None:
            _show(report, as_json=args.json)
    if args.report is not None:
        err().print(f"report: {args.report / REPORT}", markup=False)
    return 0


def _show(report: EvaluationReport, *, as_json: bool) -> None:
    if as_json:
        print_json(report.to_json())
        return
    console = out()
    console.print(
        f"{report.bundle.name} on {len(report.results)} images "
        f"({report.per_sample.n_samples} with labels)",
        markup=False,
    )
    table = Table("", "per sample", "global", box=None, pad_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    for row in score_rows(report):
        table.add_row(*row)
    ious = zip(report.per_sample.class_iou, report.overall.class_iou, strict=True)
    for name, values in zip(report.bundle.classes.names, ious, strict=True):
        table.add_row(f"IoU {name}", *(format_score(value) for value in values))
    console.print(table, markup=False)
    console.print(
        "per sample: each image scored by itself, then averaged; global: one confusion matrix. "
        "Classes that do not occur are left out. Intervals: 95 %, bootstrap over the images. "
        "One class everywhere: the class that does best on these images, with no model at all."
    )
    if report.prediction.text:
        console.print(f"Prediction: {report.prediction.text}.")
    console.print(report.verdict)
