"""Options of all readers together, for commands that open any file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from engine.cli.geometry_options import SEGY_OPTIONS, add_geometry_options, geometry_options
from engine.cli.image_options import add_image_options, image_options
from engine.cli.record_options import OF_PLAIN_RECORDS, add_record_options, record_options
from engine.errors import SettingsError
from engine.readers.detect import find_readers

_ARRAY, _SEGY = "array", "segy"
_TELL_AXES = ("netcdf", "mdio")
"""Readers of several arrays, on axes that the file names."""


def add_reader_options(parser: argparse.ArgumentParser) -> None:
    """Add the options.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        Of a command that opens a file of any kind.
    """
    add_geometry_options(parser)
    arrays = parser.add_argument_group("array", "npy, HDF5 and Zarr on axes that you name")
    arrays.add_argument(
        "--axes",
        metavar="LIST",
        help="axes in the array's order, NAME:UNIT:FIRST:STEP each, such as "
        "inline::100:2,crossline::300,twt:ms:0:4",
    )
    arrays.add_argument("--dataset", metavar="NAME", help="path of the array inside the file")
    add_record_options(parser)
    add_image_options(parser)


def reader_options(args: argparse.Namespace, path: Path) -> dict[str, Any]:
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
        Name -> value, empty when none was given.

    Raises
    ------
    ReadError
        If the geometry file cannot be read.
    SettingsError
        If an option of arrays is given for a file of another kind.
    """
    given = record_options(args) | image_options(args)
    if args.dataset is not None or args.axes is not None:
        # An HDF5 file may be of an interrogator, whose reader would be surer of it.
        of_record = args.axes is None and given.keys() & set(OF_PLAIN_RECORDS)
        given["reader"] = "das" if of_record else _reader_of_arrays(args, path)
        named = {"dataset": args.dataset, "axes": args.axes}
        given |= {name: value for name, value in named.items() if value is not None}
    return given | geometry_options(args, path)


def _reader_of_arrays(args: argparse.Namespace, path: Path) -> str:
    found = [reader.info for reader in find_readers(path)]
    names = [info.name for info in found]
    if args.axes is None and names[0] in _TELL_AXES:
        return names[0]
    if _ARRAY not in names:
        option = "--dataset" if args.axes is None else "--axes"
        segy = names[0] == _SEGY
        raise SettingsError(
            f"{path}: {option} is for arrays; this file carries its own axes ({found[0].title})",
            hint=f"Leave {option} out; {SEGY_OPTIONS} are for SEG-Y."
            if segy
            else f"Leave {option} out.",
        )
    return _ARRAY
