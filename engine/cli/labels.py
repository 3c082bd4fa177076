"""``outcrop labels``: the labels of a project in the formats of other programs."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from engine.cli.actions import add_actions, run_action
from engine.core.provenance import user_name
from engine.core.volume import Volume
from engine.readers.detect import open_volume
from engine.session.exchange.formats import FORMATS
from engine.session.project import LoadedLabels, Project
from engine.session.project_data import find_data

_KEYS = [item.key for item in FORMATS]


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's actions."""
    add_actions(
        parser,
        {
            "export": (
                "engine.cli.labels_export",
                "write labels, picks or classes",
                _configure_export,
            ),
            "import": (
                "engine.cli.labels_import",
                "add labels, picks or classes as one step of undo",
                _configure_import,
            ),
        },
    )


def run(args: argparse.Namespace) -> int:
    """Run the action; returns the exit code."""
    return run_action(args)


@dataclass(frozen=True, slots=True)
class OpenedProject:
    """A project with its data and labels."""

    project: Project
    volume: Volume
    loaded: LoadedLabels


@contextmanager
def opened_project(folder: Path, *, read_only: bool) -> Iterator[OpenedProject]:
    """Open a project with its data, and close both.

    Parameters
    ----------
    folder : pathlib.Path
        The project folder.
    read_only : bool
        Whether nothing is written.

    Yields
    ------
    OpenedProject
        Its labels as they were left.
    """
    project = Project(folder, read_only=read_only)
    try:
        data = project.info.data
        volume = open_volume(find_data(project.folder, data), **data.options)
        try:
            yield OpenedProject(project, volume, project.load(volume.section_shape))
        finally:
            volume.close()
    finally:
        project.close()


def _configure_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("project", type=Path, metavar="PROJECT", help="a folder NAME.outcrop")
    parser.add_argument(
        "out", type=Path, metavar="OUT", help="file, or for png of several sections a new folder"
    )
    parser.add_argument("--overwrite", action="store_true", help="replace the file if it is there")
    _add_format(parser)


def _configure_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("project", type=Path, metavar="PROJECT", help="a folder NAME.outcrop")
    parser.add_argument("file", type=Path, metavar="FILE", help="file, or a folder of PNG files")
    parser.add_argument(
        "--author", default=user_name(), metavar="NAME", help="in whose name (%(default)s)"
    )
    _add_format(parser)


def _add_format(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--format",
        default="",
        choices=_KEYS,
        metavar="NAME",
        help=f"one of {', '.join(_KEYS)}; by the name of the file when left out",
    )
