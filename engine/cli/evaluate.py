"""``outcrop evaluate``: score a model on images and masks."""

from __future__ import annotations

import argparse
import math

from rich.table import Table

from engine.cli.console import ConsoleJob, out, print_json
from engine.cli.folder_options import add_folder_options, folder_source, positive
from engine.evaluation.folder_evaluation import (
    EvaluationOptions,
    EvaluationReport,
    evaluate_bundle,
)
from engine.inference.device import choose_device
from engine.store.bundle_store import BundleStore
from engine.tasks.registry import tasks


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "--model", required=True, metavar="BUNDLE", help="name or folder of the model"
    )
    add_folder_options(parser)
    parser.add_argument("--json", action="store_true", help="write one JSON object")
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


def run(args: argparse.Namespace) -> int:
    """Score a model on standard output.

    Parameters
    ----------
    args : argparse.Namespace
        As `configure` defines them.

    Returns
    -------
    int
        0.
    """
    bundle = BundleStore().find(args.model)
    stored_size = None
    if bundle.task in tasks().names():
        stored_size = tasks().load(bundle.task)().preset().stored_size
    with ConsoleJob("evaluate") as job:
        report = evaluate_bundle(
            bundle,
            folder_source(args, stored_size),
            device=choose_device(args.device),
            options=EvaluationOptions(args.batch, args.fit),
            job=job,
        )
    if args.json:
        print_json(report.to_json())
    else:
        _show(report)
    return 0


def _show(report: EvaluationReport) -> None:
    console = out()
    console.print(
        f"{report.bundle.name} on {len(report.samples)} images "
        f"({report.per_sample.n_samples} with labels)",
        markup=False,
    )
    table = Table("", "per sample", "global", box=None, pad_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    per_sample, overall = report.per_sample, report.overall
    rows = {
        "mIoU": (per_sample.mean_iou, overall.mean_iou),
        "mPA": (per_sample.mean_accuracy, overall.mean_accuracy),
    }
    ious = zip(per_sample.class_iou, overall.class_iou, strict=True)
    for name, pair in zip(report.bundle.classes.names, ious, strict=True):
        rows[f"IoU {name}"] = pair
    for title, values in rows.items():
        table.add_row(title, *("-" if math.isnan(value) else f"{value:.4f}" for value in values))
    console.print(table)
    console.print(
        "per sample: each image scored by itself, then averaged; global: one confusion matrix. "
        "Classes that do not occur are left out."
    )
