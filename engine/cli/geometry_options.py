"""Options that tell a reader where a file's geometry is, shared by commands."""

from __future__ import annotations

import argparse
from typing import Any

_NAMES = ("iline", "xline", "geometry", "interval", "domain")


def add_geometry_options(parser: argparse.ArgumentParser) -> None:
    """Add the options.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        Of a command that opens a data file.
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


def geometry_options(args: argparse.Namespace) -> dict[str, Any]:
    """Return the options that were given, for `open_volume`.

    Parameters
    ----------
    args : argparse.Namespace
        Parsed arguments.

    Returns
    -------
    dict
        Name -> value, empty when none was given.
    """
    return {name: value for name in _NAMES if (value := getattr(args, name)) is not None}
