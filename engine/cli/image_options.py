"""Options that tell what is read of an image, shared by commands."""

from __future__ import annotations

import argparse
from typing import Any

_NAMES = ("band", "longitudes")


def add_image_options(parser: argparse.ArgumentParser) -> None:
    """Add the options.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        Of a command that opens images.
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


def image_options(args: argparse.Namespace) -> dict[str, Any]:
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
