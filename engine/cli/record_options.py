"""Options that tell the reader of DAS records what a file does not, shared by commands."""

from __future__ import annotations

import argparse
from typing import Any

OF_PLAIN_RECORDS = ("channel_spacing", "sampling_rate", "start", "transpose")
_NAMES = ("window_s", "samples", "overlap", *OF_PLAIN_RECORDS)


def add_record_options(parser: argparse.ArgumentParser) -> None:
    """Add the options.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        Of a command that opens a data file.
    """
    windows = parser.add_argument_group("windows", "how a DAS record is cut in time")
    windows.add_argument("--window-s", type=float, metavar="S", help="length of a window, seconds")
    windows.add_argument("--samples", type=int, metavar="N", help="or its length in samples (2000)")
    windows.add_argument(
        "--overlap", type=float, metavar="SHARE", help="share that neighbours have in common (0)"
    )
    plain = parser.add_argument_group("plain HDF5", "a DAS record that no format describes")
    plain.add_argument("--sampling-rate", type=float, metavar="HZ", help="samples a second")
    plain.add_argument("--channel-spacing", type=float, metavar="M", help="metres between channels")
    plain.add_argument("--start", metavar="TIME", help="of the first sample, ISO 8601, UTC")
    plain.add_argument(
        "--transpose", action="store_true", default=None, help="channels come first, then time"
    )


def record_options(args: argparse.Namespace) -> dict[str, Any]:
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
