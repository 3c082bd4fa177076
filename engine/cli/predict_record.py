"""``outcrop predict`` on a DAS record: a table of events.

Whatever can be wrong with the arguments is found before torch is loaded.
"""

from __future__ import annotations

import argparse
import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.cli.processing_options import add_processing_options, processing_chain
from engine.cli.reader_options import reader_options
from engine.core.volume import Volume
from engine.errors import SettingsError, WriteError
from engine.exporters.events.mask import SUFFIXES as MASKS
from engine.exporters.events.table import LEAST_SAMPLES, output_paths
from engine.exporters.events.table import SUFFIXES as TABLES
from engine.preprocessing.das_chain import DasChain
from engine.preprocessing.das_limits import check_chain
from engine.readers.das.overlapping import cut_for_events
from engine.store.bundle import Bundle
from engine.store.bundle_store import BundleStore


@dataclass(frozen=True, slots=True)
class EventPrediction:
    """Checked arguments.

    Parameters
    ----------
    record : Volume
        The opened record.
    bundle : Bundle
        The model.
    args : argparse.Namespace
        As `configure_events` defines them.
    chain : DasChain
        What is done to the record before the model sees it.
    """

    record: Volume
    bundle: Bundle
    args: argparse.Namespace
    chain: DasChain


def configure_events(parser: argparse.ArgumentParser) -> None:
    """Add the options for records.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        Of ``outcrop predict``.
    """
    group = parser.add_argument_group("events", "of a DAS record, with --out events.csv or .json")
    group.add_argument(
        "--mask", type=Path, metavar="FILE", help="also write the class of every sample: .npy, .h5"
    )
    group.add_argument(
        "--least-samples",
        type=int,
        default=LEAST_SAMPLES,
        metavar="N",
        help=f"leave smaller events out ({LEAST_SAMPLES})",
    )
    add_processing_options(parser)


def run_events(record: Volume, args: argparse.Namespace) -> int:
    """Find the events of a record.

    Parameters
    ----------
    record : Volume
        The input.
    args : argparse.Namespace
        As `configure_events` and ``outcrop predict`` define them.

    Returns
    -------
    int
        0.
    """
    if args.out.suffix.lower() not in TABLES:
        raise SettingsError(
            f"{args.input}: a DAS record is not written as {args.out.suffix}",
            hint="Name the output .csv or .json for a table of its events.",
        )
    _check_options(args)
    chain = processing_chain(args)
    check_chain(chain, *record.axes)
    if not args.overwrite:
        _refuse_existing(args)
    bundle = BundleStore().find(args.model)
    cut = cut_for_events(record, reader_options(args, args.input))
    search: Any = importlib.import_module("engine.cli.predict_events")
    search.search(EventPrediction(cut, bundle, args, chain))
    return 0


def _check_options(args: argparse.Namespace) -> None:
    if args.probabilities or args.sample_format:
        raise SettingsError(
            "--probabilities and --sample-format are for volumes",
            hint="Leave them out; a table of events has confidences.",
        )
    if args.lines is not None:
        raise SettingsError(
            "--lines is for volumes", hint="Leave it out: all windows are searched."
        )
    if args.smallest_region > 1:
        raise SettingsError(
            "--smallest-region is for volumes and images",
            hint="Leave small events out with --least-samples.",
        )
    if args.least_samples < 1:
        raise SettingsError(
            f"--least-samples {args.least_samples} is below one", hint="Give 1 or more."
        )
    if args.mask is not None and args.mask.suffix.lower() not in MASKS:
        raise SettingsError(
            f"cannot write a mask as {args.mask.name}", hint=f"Use one of {', '.join(MASKS)}."
        )


def _refuse_existing(args: argparse.Namespace) -> None:
    for path in output_paths(args.out, args.mask):
        if path.exists():
            raise WriteError(path, "exists", hint="Choose another name, or add --overwrite.")
