"""Options that say what is done beyond a model's plain answer, shared by commands."""

from __future__ import annotations

import argparse

from engine.core.prediction_options import PredictionOptions


def add_prediction_options(
    parser: argparse.ArgumentParser, each: str, *, regions_note: str = ""
) -> None:
    """Add the options.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        Of a command that segments.
    each : str
        What one of the things is that are segmented, such as ``section``.
    regions_note : str, default ""
        What to know besides of the smallest region.
    """
    group = parser.add_argument_group("prediction", "what is done beyond the model's plain answer")
    group.add_argument(
        "--mirror",
        action="store_true",
        help=f"average the probabilities of each {each} and its left-right mirror image; "
        "takes twice the time",
    )
    group.add_argument(
        "--smallest-region",
        type=int,
        default=0,
        metavar="N",
        help=f"regions of fewer than N samples of a {each} take the class that surrounds them most"
        + regions_note,
    )


def prediction_options(args: argparse.Namespace) -> PredictionOptions:
    """Return what was chosen.

    Parameters
    ----------
    args : argparse.Namespace
        Parsed arguments.

    Returns
    -------
    PredictionOptions
        Plain where no option was given.

    Raises
    ------
    SettingsError
        If the smallest region is no possible size.
    """
    return PredictionOptions(args.mirror, args.smallest_region)
