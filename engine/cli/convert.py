"""``outcrop convert``: labels of other programs to masks."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.cli.actions import add_actions, run_action


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's actions."""
    summary = "draw tables of craters as masks, an ellipse for each"
    add_actions(parser, {"craters": ("engine.cli.convert_craters", summary, _craters)})


def run(args: argparse.Namespace) -> int:
    """Run the action.

    Parameters
    ----------
    args : argparse.Namespace
        As `configure` defines them.

    Returns
    -------
    int
        0.
    """
    return run_action(args)


def _craters(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "tables",
        type=Path,
        metavar="DIR",
        help="folder of .txt, .csv, .diam or .scc tables under the images' names; the first line "
        "names the columns: X, Y, W, H in pixels, or longitude, latitude, diameter_km",
    )
    parser.add_argument(
        "--images", type=Path, metavar="DIR", help="folder of the images (beside the tables)"
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="new folder for the masks"
    )
