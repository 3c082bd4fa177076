"""``outcrop demo``: segment a synthetic survey, without a window."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.cli.console import ConsoleJob, out
from engine.cli.predict_volume import show
from engine.exporters.segy.exporter import SegyExporter
from engine.inference.prediction import load_predictor
from engine.inference.volume_runner import ExportRequest, export_volume
from engine.readers.detect import open_volume
from engine.store.bundle_store import STARTER
from engine.synthetic.demo import prepare_demo

OUT_FOLDER = "outcrop-demo"
"""Where the demo writes when nothing else is named, below the working folder."""
_FAULTS = "faults.sgy"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "--out",
        type=Path,
        default=Path(OUT_FOLDER),
        metavar="FOLDER",
        help=f"where the files go ({OUT_FOLDER})",
    )
    parser.add_argument("--model", default=STARTER, metavar="BUNDLE", help="name or folder")
    parser.add_argument("--device", default="auto", help="auto, cuda, mps or cpu")


def run(args: argparse.Namespace) -> int:
    """Make the survey if need be, segment it and say where all is.

    Parameters
    ----------
    args : argparse.Namespace
        As `configure` defines them.

    Returns
    -------
    int
        0.
    """
    args.out.mkdir(parents=True, exist_ok=True)
    predictor = load_predictor(args.model, args.device)
    with ConsoleJob("synthetic survey") as job:
        source = prepare_demo(job)
    volume = open_volume(source)
    try:
        request = ExportRequest(
            volume, predictor, args.out / _FAULTS, SegyExporter(), overwrite=True
        )
        with ConsoleJob(f"segment {source.name}") as job:
            report = export_volume(request, job)
    finally:
        volume.close()
    out().print(f"Survey: {source}", markup=False)
    show(report, predictor, request.axis)
    return 0
