"""``outcrop predict`` on an image: masks, probabilities or craters.

Whatever can be wrong with the arguments is found before torch is loaded.
"""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path
from typing import Any

from engine.cli.console import ConsoleJob, out
from engine.cli.prediction_options import prediction_options
from engine.core.image import Image
from engine.errors import SettingsError, WriteError
from engine.exporters.base import CLASSES, PROBABILITIES, record_path
from engine.exporters.image_base import ImageExporter
from engine.exporters.image_registry import image_exporter
from engine.store.bundle_store import BundleStore

_UNIT = 1e6
_NOT_FOR_IMAGES = {
    "direction": "an image has no directions: all its pixels are segmented",
    "lines": "an image has no lines: all its pixels are segmented",
    "sample_format": "the samples of an exported image are bytes, or float32 for probabilities",
}


def run_image(image: Image, args: argparse.Namespace) -> int:
    """Segment an image.

    Parameters
    ----------
    image : Image
        The input.
    args : argparse.Namespace
        As ``outcrop predict`` defines them.

    Returns
    -------
    int
        0.
    """
    exporter = _exporter(args)
    exporter.check(image, args.out, PROBABILITIES if args.probabilities else CLASSES)
    _segment(image, BundleStore().find(args.model).path, exporter, args)
    return 0


def _exporter(args: argparse.Namespace) -> ImageExporter:
    for option, reason in _NOT_FOR_IMAGES.items():
        if getattr(args, option) is not None:
            flag = f"--{option.replace('_', '-')}"
            raise SettingsError(f"{flag}: {reason}", hint="Leave it out.")
    exporter = image_exporter(args.out)
    if not args.overwrite:
        for path in (*exporter.outputs(args.out), record_path(args.out)):
            if path.exists():
                raise WriteError(path, "exists", hint="Choose another name, or add --overwrite.")
    return exporter


def _segment(image: Image, bundle: Path, exporter: ImageExporter, args: argparse.Namespace) -> None:
    prediction: Any = importlib.import_module("engine.inference.prediction")
    runner: Any = importlib.import_module("engine.inference.image_runner")
    with ConsoleJob("loading the model"):
        plain = prediction.load_predictor(bundle, args.device)
    predictor = plain.with_options(prediction_options(args))
    request = runner.ImageRequest(
        image,
        predictor,
        args.out,
        exporter,
        probabilities=args.probabilities,
        nan_as_no_data=args.nan_as_no_data,
        overwrite=args.overwrite,
    )
    with ConsoleJob(f"segment {image.path.name}") as job:
        report = runner.export_image(request, job)
    _show(report, predictor)


def _show(report: Any, predictor: Any) -> None:
    lines = [f"Wrote {path}" for path in (*report.written.paths, report.record)]
    lines.append(f"{report.written.size_bytes / _UNIT:.3g} MB:")
    lines += [f"  {line}" for line in report.written.lines]
    millions = report.n_pixels / _UNIT
    lines.append(
        f"{millions:.3g} million pixels in {report.seconds:.1f} s, "
        f"{millions / report.seconds:.3g} million a second on {predictor.device}"
    )
    shares = ", ".join(f"{name} {share:.2%}" for name, share in report.shares.items())
    lines.append(f"Classes: {shares}")
    identity = predictor.identity
    lines.append(f"Model: {identity.name} on {identity.encoder}, preprocessing {identity.pipeline}")
    lines += [f"Prediction: {text}"] if (text := predictor.options.text) else []
    out().print("\n".join(lines), markup=False)
