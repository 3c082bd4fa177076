"""Options that tell where the geometry of a SEG-Y file is, shared by commands."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from engine.readers.geometry_file import read_geometry_file, recall_options

NAMES = ("iline", "xline", "geometry", "interval", "domain", "cdp_x", "cdp_y", "sort_key")

SEGY_OPTIONS = ", ".join(f"--{name.replace('_', '-')}" for name in NAMES)
"""As they are typed."""


def add_geometry_options(parser: argparse.ArgumentParser) -> None:
    """Add the options.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        Of a command that opens a SEG-Y file.
    """
    group = parser.add_argument_group("geometry", "what the headers do not tell, or tell wrongly")
    group.add_argument(
        "--iline", type=int, metavar="BYTE", help="where the inline number is in the trace header"
    )
    group.add_argument(
        "--xline",
        type=int,
        metavar="BYTE",
        help="where the crossline number is; on a 2-D line the trace number",
    )
    group.add_argument(
        "--geometry", choices=("auto", "volume", "line"), help="3-D, 2-D, or as the headers show"
    )
    group.add_argument(
        "--interval", type=float, metavar="MS", help="sample interval, ms (or the unit of depth)"
    )
    group.add_argument(
        "--domain", choices=("auto", "time", "depth"), help="what the samples run along"
    )
    group.add_argument("--cdp-x", type=int, metavar="BYTE", help="where CDP X is")
    group.add_argument("--cdp-y", type=int, metavar="BYTE", help="where CDP Y is")
    group.add_argument(
        "--sort-key",
        metavar="KEY",
        help="show pre-stack gathers: ffid, shot, cdp, receiver, offset, channel, inline, "
        "crossline or a byte position; offset/50 for bins of 50",
    )
    group.add_argument(
        "--geometry-file",
        type=Path,
        metavar="JSON",
        help="options that 'outcrop headers FILE --export' wrote; those above go before them",
    )


def geometry_options(args: argparse.Namespace, path: Path) -> dict[str, Any]:
    """Return the options that were given or else remembered, for `open_volume`.

    Parameters
    ----------
    args : argparse.Namespace
        Parsed arguments.
    path : pathlib.Path
        The data file.

    Returns
    -------
    dict
        Name -> value; those remembered for the file when none was given.

    Raises
    ------
    ReadError
        If the geometry file cannot be read.
    """
    given = {name: value for name in NAMES if (value := getattr(args, name)) is not None}
    if args.geometry_file is not None:
        return read_geometry_file(args.geometry_file) | given
    return given or recall_options(path)
