"""The part of ``outcrop predict`` on a record that needs torch."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from engine.cli.console import ConsoleJob, out
from engine.cli.predict_record import EventPrediction
from engine.core.provenance import Provenance
from engine.exporters.base import record_path
from engine.exporters.events.mask import MaskWriter
from engine.exporters.events.table import EventTable, write_text
from engine.inference.prediction import load_predictor
from engine.inference.predictor import Predictor
from engine.inference.record_runner import RecordReport, find_events


def search(prediction: EventPrediction) -> None:
    """Load the model, find the events and say what was written.

    Parameters
    ----------
    prediction : EventPrediction
        Checked arguments.
    """
    args, record = prediction.args, prediction.record
    with ConsoleJob("loading the model"):
        predictor = load_predictor(prediction.bundle.path, args.device)
    channels, time = record.axes
    mask = None
    if args.mask is not None:
        mask = MaskWriter(args.mask, time, channels, predictor.classes)
    try:
        with ConsoleJob(f"segment {record.path.name}") as job:
            report = find_events(
                record, predictor, least_samples=args.least_samples, mask=mask, job=job
            )
        if mask is not None:
            mask.commit()
    finally:
        if mask is not None:
            mask.abort()
    table = EventTable(report.events, time, channels, predictor.classes)
    files = _write(prediction, predictor, table)
    _show(report, predictor, files)


def _write(prediction: EventPrediction, predictor: Predictor, table: EventTable) -> list[Path]:
    args, identity = prediction.args, predictor.identity
    about = record_path(args.out)
    mask = [] if args.mask is None else [args.mask]
    files = [*dict.fromkeys([args.out, about]), *mask]
    provenance = Provenance(
        prediction.record.path.name, identity.name, identity.encoder_sha256, identity.pipeline
    )
    described = {
        "files": [path.name for path in files],
        "content": "events",
        "classes": predictor.classes.to_json(),
        "provenance": provenance.to_json(),
    }
    if args.out != about:
        write_text(args.out, table.csv_text())
    write_text(about, table.json_text(described))
    return files


def _show(report: RecordReport, predictor: Predictor, files: list[Path]) -> None:
    lines = [f"Wrote {path}" for path in files]
    names = predictor.classes.names
    counts = Counter(names[event.class_id] for event in report.events)
    listed = ", ".join(f"{count} {name}" for name, count in counts.items()) or "none"
    small = f"; {report.n_small} smaller ones left out" if report.n_small else ""
    lines.append(f"Events: {listed}{small}")
    plural = "s" if report.n_windows > 1 else ""
    lines.append(
        f"{report.n_windows} window{plural} in {report.seconds:.1f} s on {predictor.device}"
    )
    identity = predictor.identity
    lines.append(f"Model: {identity.name} on {identity.encoder}, preprocessing {identity.pipeline}")
    out().print("\n".join(lines), markup=False)
