"""The part of ``outcrop predict`` that needs torch."""

from __future__ import annotations

from typing import Any

from engine.cli.console import ConsoleJob, out
from engine.cli.predict import Prediction
from engine.cli.prediction_options import prediction_options
from engine.core.axes import Axis
from engine.inference.prediction import load_predictor
from engine.inference.predictor import Predictor
from engine.inference.volume_runner import ExportRequest, VolumeReport, export_volume

_UNIT = 1e6


def segment(prediction: Prediction) -> None:
    """Load the model, segment the volume and say what was written.

    Parameters
    ----------
    prediction : Prediction
        Checked arguments.
    """
    args = prediction.args
    options: dict[str, Any] = {}
    if args.sample_format:
        options["sample_format"] = args.sample_format
    with ConsoleJob("loading the model"):
        plain = load_predictor(prediction.bundle.path, args.device)
    predictor = plain.with_options(prediction_options(args))
    request = ExportRequest(
        prediction.volume,
        predictor,
        args.out,
        prediction.exporter,
        direction=args.direction or "",
        probabilities=args.probabilities,
        nan_as_no_data=args.nan_as_no_data,
        overwrite=args.overwrite,
        options=options,
        indices=prediction.indices,
    )
    with ConsoleJob(f"segment {prediction.volume.path.name}") as job:
        report = export_volume(request, job)
    show(report, predictor, request.axis)


def show(report: VolumeReport, predictor: Predictor, axis: Axis) -> None:
    """Write on standard output what an export did.

    Parameters
    ----------
    report : VolumeReport
        From `export_volume`.
    predictor : Predictor
        The model that was used.
    axis : Axis
        Along which sections were taken.
    """
    lines = [f"Wrote {path}" for path in (*report.written.paths, report.record)]
    lines.append(f"{report.written.size_bytes / _UNIT:.3g} MB, compared with the source:")
    lines += [f"  {line}" for line in report.written.lines]
    plural = "s" if axis.size > 1 else ""
    count = f"{report.n_sections} of {axis.size}" if report.n_sections < axis.size else axis.size
    lines.append(
        f"{count} {axis.name} section{plural} in {report.seconds:.1f} s, "
        f"{report.sections_per_s:.2f} a second on {predictor.device}"
    )
    shares = ", ".join(f"{name} {share:.2%}" for name, share in report.shares.items())
    lines.append(f"Classes: {shares}")
    identity = predictor.identity
    lines.append(f"Model: {identity.name} on {identity.encoder}, preprocessing {identity.pipeline}")
    lines += [f"Prediction: {text}"] if (text := predictor.options.text) else []
    out().print("\n".join(lines), markup=False)
