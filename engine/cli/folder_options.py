"""Options that name folders of images and masks; shared by train and evaluate."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from engine.data.folder_source import FolderSource
from engine.data.image_file import RawLayout


def add_folder_options(parser: argparse.ArgumentParser) -> None:
    """Add ``--images``, ``--masks``, ``--raw-size`` and ``--limit``."""
    parser.add_argument(
        "--images",
        type=Path,
        required=True,
        metavar="DIR",
        help="folder of PNG, TIFF, .npy or raw .dat images",
    )
    parser.add_argument(
        "--masks",
        type=Path,
        required=True,
        metavar="DIR",
        help="folder of masks under the same names: class ids, 255 for not labelled; "
        "for two classes also 0 and 255",
    )
    parser.add_argument(
        "--raw-size",
        type=pixel_size,
        metavar="ROWSxCOLS",
        help="size of raw .dat files; the published size of the task when left out",
    )
    parser.add_argument(
        "--limit", type=positive, metavar="N", help="use only the first N pairs, by name"
    )


def folder_source(args: argparse.Namespace, stored_size: tuple[int, int] | None) -> FolderSource:
    """Build the source that the options name.

    Parameters
    ----------
    args : argparse.Namespace
        With the options of `add_folder_options`.
    stored_size : tuple of int or None
        Size of raw files where none is given.

    Returns
    -------
    FolderSource
        Not looked at yet.
    """
    size = args.raw_size or stored_size
    return FolderSource(args.images, args.masks, RawLayout(*size) if size else None, args.limit)


def pixel_size(text: str) -> tuple[int, int]:
    """Read ``224`` or ``1008x784`` as rows and columns.

    Parameters
    ----------
    text : str
        From the command line.

    Returns
    -------
    tuple of int
        Rows and columns.

    Raises
    ------
    argparse.ArgumentTypeError
        If it is neither.
    """
    match = re.fullmatch(r"([1-9][0-9]{0,5})(?:[xX]([1-9][0-9]{0,5}))?", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no size; write 224 or 1008x784")
    rows = int(match[1])
    return rows, int(match[2]) if match[2] else rows


def positive(text: str) -> int:
    """Read a whole number of at least 1.

    Parameters
    ----------
    text : str
        From the command line.

    Returns
    -------
    int
        The number.

    Raises
    ------
    argparse.ArgumentTypeError
        If it is none.
    """
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number of at least 1")
    return int(text)
