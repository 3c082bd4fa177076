"""The part of ``outcrop predict`` on a record that needs torch."""

from __future__ import annotations

from engine.cli.console import ConsoleJob, out
from engine.cli.predict_record import EventPrediction
from engine.cli.prediction_options import prediction_options
from engine.inference.event_export import EventRequest, export_events
from engine.inference.prediction import load_predictor


def search(prediction: EventPrediction) -> None:
    """Load the model, find the events and say what was written.

    Parameters
    ----------
    prediction : EventPrediction
        Checked arguments.
    """
    args, record = prediction.args, prediction.record
    with ConsoleJob("loading the model"):
        plain = load_predictor(prediction.bundle.path, args.device)
    predictor = plain.with_options(prediction_options(args))
    request = EventRequest(
        record,
        predictor,
        args.out,
        mask=args.mask,
        least_samples=args.least_samples,
        overwrite=args.overwrite,
        chain=prediction.chain,
    )
    with ConsoleJob(f"segment {record.path.name}") as job:
        report = export_events(request, job)
    lines = [f"Wrote {path}" for path in report.paths]
    lines.append(f"Events: {', '.join(report.lines)}")
    found, identity = report.found, predictor.identity
    plural = "s" if found.n_windows > 1 else ""
    lines.append(f"{found.n_windows} window{plural} in {found.seconds:.1f} s on {predictor.device}")
    if prediction.chain.active:
        lines.append(f"Processed before: {prediction.chain.text(record.axes[0].unit)}")
    lines.append(f"Model: {identity.name} on {identity.encoder}, preprocessing {identity.pipeline}")
    lines += [f"Prediction: {text}"] if (text := predictor.options.text) else []
    out().print("\n".join(lines), markup=False)
