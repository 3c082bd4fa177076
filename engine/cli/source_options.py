"""Options that name labelled data; shared by train and evaluate."""

from __future__ import annotations

import argparse
import re
from dataclasses import replace
from pathlib import Path

from engine.cli.geometry_options import add_geometry_options, geometry_options
from engine.data.folder_source import FolderSource, SliceNumbering
from engine.data.image_file import RawLayout
from engine.data.lines import LineSelection
from engine.data.published import published_source
from engine.data.snapshot_source import SnapshotSource
from engine.data.sources import DataSource
from engine.data.survey import SurveySource
from engine.errors import SettingsError
from engine.tasks.preset import Preset


def add_source_options(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    """Add the options that name images and masks, a labelled volume, or published data.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        Of a command that needs labelled data.
    required : bool, default True
        Whether one of them must be given.
    """
    group = parser.add_argument_group("data", "a folder, a labelled volume, or the published data")
    what = group.add_mutually_exclusive_group(required=required)
    what.add_argument(
        "--images",
        type=Path,
        metavar="DIR",
        help="folder of PNG, TIFF, .npy or raw .dat images; without --masks as --data",
    )
    what.add_argument(
        "--volume", type=Path, metavar="FILE", help="SEG-Y volume whose sections are labelled"
    )
    what.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="folder laid out as the published data: train and valid, each with input (or "
        "image) and target (or label); valid is the test part",
    )
    group.add_argument(
        "--masks",
        type=Path,
        metavar="DIR",
        help="folder of masks under the images' names: class ids, 255 for not labelled; "
        "for two classes also 0 and 255",
    )
    group.add_argument(
        "--labels",
        type=Path,
        metavar="FILE",
        help="labels of the volume: SEG-Y of the same geometry, or .npy of its shape; "
        "-1 or 255 for not labelled",
    )
    group.add_argument(
        "--direction",
        metavar="NAME",
        help="direction of the sections, such as inline, crossline or twt (the first)",
    )
    group.add_argument(
        "--lines",
        metavar="FIRST:LAST:STEP",
        help="which sections, in line numbers; each part may be missing (all)",
    )
    group.add_argument(
        "--raw-size",
        type=pixel_size,
        metavar="ROWSxCOLS",
        help="size of raw .dat files; the published size of the task when left out",
    )
    group.add_argument(
        "--limit", type=positive, metavar="N", help="use only the first N samples of each part"
    )
    add_geometry_options(parser)


def new_source(args: argparse.Namespace, preset: Preset | None) -> DataSource:
    """Build the source that the options name.

    Parameters
    ----------
    args : argparse.Namespace
        With the options of `add_source_options`.
    preset : Preset or None
        Of the task: where its published data lie and what size they have.

    Returns
    -------
    FolderSource or SurveySource
        Not looked at yet, but for the folders of published data.

    Raises
    ------
    SettingsError
        If options do not belong together, or none names data.
    DataError
        If published data are not laid out as such.
    """
    _check_together(args)
    if args.volume is not None:
        lines = LineSelection.parse(args.lines) if args.lines else LineSelection()
        options = geometry_options(args, args.volume)
        return SurveySource(
            args.volume, args.labels, args.direction or "", lines, options, args.limit
        )
    size = args.raw_size or (preset.stored_size if preset else None)
    raw = RawLayout(*size) if size else None
    if args.masks is not None:
        return FolderSource(args.images, args.masks, raw, args.limit)
    published = preset.published if preset else None
    numbering = None
    if published and published.slice_step and published.first_test_slice:
        numbering = SliceNumbering(published.slice_step, published.first_test_slice)
    return published_source(
        args.data or args.images,
        published.folder if published else "",
        raw=raw,
        limit=args.limit,
        numbering=numbering,
    )


def changed_source(args: argparse.Namespace, source: DataSource) -> DataSource:
    """Change a stored source where options name another place, size or number.

    Parameters
    ----------
    args : argparse.Namespace
        With the options of `add_source_options`, none of them required.
    source : FolderSource, SurveySource or SnapshotSource
        As stored with an unfinished run.

    Returns
    -------
    FolderSource, SurveySource or SnapshotSource
        Of the same kind.

    Raises
    ------
    SettingsError
        If an option belongs to another kind of source.
    """
    survey = not isinstance(source, FolderSource)
    kinds = {"images": False, "masks": False, "volume": True, "labels": True}
    for option, of_survey in kinds.items():
        if getattr(args, option) is not None and of_survey != survey:
            raise SettingsError(
                f"--{option}, but the unfinished training is on "
                f"{'a labelled volume' if survey else 'folders of images and masks'}",
                hint="Resume with the same data.",
            )
    if args.data is not None:
        return _moved_published(args, source)
    if isinstance(source, SnapshotSource):
        if args.labels is not None or args.limit is not None:
            raise SettingsError(
                "the unfinished training is on labels drawn in the window, all of them",
                hint="Leave --labels and --limit out.",
            )
        return replace(source, volume=args.volume or source.volume)
    limit = args.limit or source.limit
    if isinstance(source, SurveySource):
        return replace(
            source,
            volume=args.volume or source.volume,
            labels=args.labels or source.labels,
            limit=limit,
        )
    raw = RawLayout(*args.raw_size) if args.raw_size else source.raw
    return replace(
        source,
        images=args.images or source.images,
        masks=args.masks or source.masks,
        raw=raw,
        limit=limit,
    )


def _moved_published(args: argparse.Namespace, source: DataSource) -> FolderSource:
    """Find data with a test part of their own where ``--data`` says that they are now."""
    if not isinstance(source, FolderSource) or source.test is None:
        raise SettingsError(
            "--data, but the unfinished training is not on data with a test part of their own",
            hint="Resume with the same data.",
        )
    if args.masks is not None:
        raise SettingsError("--masks beside --data", hint="Give --data alone: it holds the masks.")
    return published_source(
        args.data,
        source.images.parent.parent.name,
        raw=RawLayout(*args.raw_size) if args.raw_size else source.raw,
        limit=args.limit or source.limit,
        numbering=source.numbering,
    )


def _check_together(args: argparse.Namespace) -> None:
    """Raise `SettingsError` for options without what they belong to."""
    needs = {"masks": "images", "labels": "volume", "direction": "volume", "lines": "volume"}
    for option, other in needs.items():
        if getattr(args, option) is not None and getattr(args, other) is None:
            raise SettingsError(
                f"--{option} without --{other}", hint=f"Give --{other} too, or leave it out."
            )
    if args.images is args.volume is args.data is None:
        raise SettingsError("no data are named", hint="Give --images, --volume or --data.")
    if args.volume is not None and args.labels is None:
        raise SettingsError("--volume without --labels", hint="Give --labels too.")


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
