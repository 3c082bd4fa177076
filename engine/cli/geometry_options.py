"""Options that tell a reader where a file's geometry is, shared by commands."""

from __future__ import annotations

import argparse
from typing import Any

_NAMES = ("iline", "xline", "geometry", "interval", "domain", "band", "longitudes")


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


def add_image_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that are for images only.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        Of a command that opens images too.
    """
    group = parser.add_argument_group("image", "what is read of an image, and how it is told")
    group.add_argument(
        "--band", type=int, metavar="N", help="band to read, from 1 (the first; luminance of RGB)"
    )
    group.add_argument(
        "--longitudes",
        type=int,
        choices=(180, 360),
        help="east longitudes from -180 to 180 or from 0 to 360 degrees (180)",
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
    return {name: value for name in _NAMES if (value := getattr(args, name, None)) is not None}
