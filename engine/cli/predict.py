"""``outcrop predict``: segment a whole volume and write it.

Whatever can be wrong with the arguments is found before torch is loaded.
"""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.cli.console import err
from engine.cli.predict_image import run_image
from engine.cli.predict_record import configure_events, run_events
from engine.cli.prediction_options import add_prediction_options, prediction_options
from engine.cli.processing_options import processing_chain
from engine.cli.reader_options import add_reader_options, reader_options
from engine.core.image import Image
from engine.core.volume import Volume, domain_of, kind_text
from engine.data.lines import LineSelection
from engine.errors import SettingsError, WriteError
from engine.exporters.base import (
    CLASSES,
    PROBABILITIES,
    Exporter,
    ExportLayers,
    existing_output,
    record_path,
)
from engine.exporters.record import refuse_results
from engine.exporters.registry import exporter_for
from engine.readers.detect import open_volume
from engine.store.bundle import Bundle
from engine.store.bundle_store import STARTERS, BundleStore
from engine.store.domain import ANY, bundle_domain


@dataclass(frozen=True, slots=True)
class Prediction:
    """Checked arguments.

    Parameters
    ----------
    volume : Volume
        The opened input.
    bundle : Bundle
        The model.
    exporter : Exporter
        Writes the output.
    indices : tuple of int or None
        Sections to segment, from 0; None for all.
    args : argparse.Namespace
        As `configure` defines them.
    """

    volume: Volume
    bundle: Bundle
    exporter: Exporter
    indices: tuple[int, ...] | None
    args: argparse.Namespace


_DATA = {"seismic": "seismic data", "das": "DAS records", "lunar": "lunar images"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "input", type=Path, metavar="INPUT", help="the volume, DAS record or image to segment"
    )
    parser.add_argument("--out", type=_file_name, required=True, metavar="FILE", help="the output")
    parser.add_argument(
        "--model", metavar="BUNDLE", help="name or folder (the starter for such data)"
    )
    parser.add_argument(
        "--direction",
        help="sections that the model sees: inline, ... (as it was trained on, or the first)",
    )
    parser.add_argument(
        "--lines",
        metavar="FIRST:LAST:STEP",
        help="segment only these sections of a volume, in line numbers; each part may be missing; "
        "the output holds no data elsewhere (all)",
    )
    parser.add_argument(
        "--probabilities",
        action="store_true",
        help="write one volume for each class instead of the likeliest class; not with "
        "--smallest-region",
    )
    parser.add_argument(
        "--sample-format", choices=("float32", "int8"), help="of the output (float32)"
    )
    parser.add_argument(
        "--nan-as-no-data",
        action="store_true",
        help="take amplitudes that are not finite numbers as missing",
    )
    parser.add_argument("--overwrite", action="store_true", help="replace an existing output")
    parser.add_argument("--device", default="auto", help="auto, cuda, mps or cpu")
    add_prediction_options(parser, "section", regions_note="; not with --probabilities")
    configure_events(parser)
    add_reader_options(parser)


def _file_name(text: str) -> Path:
    if not text.strip():
        raise argparse.ArgumentTypeError("the name of the output is empty")
    return Path(text)


def run(args: argparse.Namespace) -> int:
    """Segment a volume.

    Parameters
    ----------
    args : argparse.Namespace
        As `configure` defines them.

    Returns
    -------
    int
        0.
    """
    prediction_options(args).check_content(probabilities=args.probabilities)
    processed = processing_chain(args).active
    lines = LineSelection.parse(args.lines) if args.lines is not None else None
    _check_output(args)
    refuse_results(args.input)
    volume = open_volume(args.input, **reader_options(args, args.input))
    try:
        args.model = args.model or STARTERS[domain_of(volume.kind)]
        if volume.kind == "record":
            return run_events(volume, args)
        if args.mask is not None:
            raise SettingsError(f"--mask: {args.input} is no DAS record", hint="Leave it out.")
        if processed:
            raise SettingsError(
                f"{args.input}: processing is for DAS records", hint="Leave its options out."
            )
        if isinstance(volume, Image):
            return run_image(volume, args)
        _segment(volume, lines, args)
    finally:
        volume.close()
    return 0


def _segment(volume: Volume, lines: LineSelection | None, args: argparse.Namespace) -> None:
    """Check what concerns volumes alone, then have the part with torch do it."""
    exporter = exporter_for(args.out)
    if args.direction and args.direction not in volume.directions:
        raise SettingsError(
            f"{args.input}: no direction {args.direction!r}",
            hint=f"Choose one of {', '.join(volume.directions)}.",
        )
    bundle = BundleStore().find(args.model)
    _note_other_domain(bundle, volume)
    args.direction = args.direction or _trained_direction(bundle, volume)
    indices = None if lines is None else lines.indices(volume.axis_along(args.direction))
    if not args.overwrite:
        _refuse_existing(exporter, bundle, args)
    with_torch: Any = importlib.import_module("engine.cli.predict_volume")
    with_torch.segment(Prediction(volume, bundle, exporter, indices, args))


def _note_other_domain(bundle: Bundle, volume: Volume) -> None:
    """Say that a model was made for data of another kind, whose classes may mean nothing here."""
    domain = bundle_domain(bundle)
    if domain not in {ANY, domain_of(volume.kind)}:
        text = f"note: {bundle.name} is for {_DATA[domain]}; this is {kind_text(volume.kind)}"
        err().print(text, markup=False)


def _trained_direction(bundle: Bundle, volume: Volume) -> str:
    """Return the direction of the sections a model was trained on, if the volume has it."""
    data = bundle.training.get("data")
    direction = data.get("direction") if isinstance(data, Mapping) else None
    return direction if direction in volume.directions else volume.directions[0]


def _check_output(args: argparse.Namespace) -> None:
    out: Path = args.out
    file = out if out.is_dir() else record_path(out)
    if file.is_dir():
        raise WriteError(file, "is a folder", hint="Name a file.")
    if not out.parent.is_dir():
        raise WriteError(out, "its folder does not exist", hint="Make the folder first.")
    if out.exists() and args.input.exists() and out.samefile(args.input):
        raise WriteError(out, "the output is the input itself", hint="Choose another name.")


def _refuse_existing(exporter: Exporter, bundle: Bundle, args: argparse.Namespace) -> None:
    content = PROBABILITIES if args.probabilities else CLASSES
    existing = existing_output(exporter, args.out, ExportLayers(bundle.classes, content))
    if existing is not None:
        raise WriteError(existing, "exists", hint="Choose another name, or add --overwrite.")
