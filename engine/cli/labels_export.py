"""``outcrop labels export``."""

from __future__ import annotations

import argparse

from engine.cli.console import out
from engine.cli.labels import opened_project
from engine.errors import WriteError
from engine.session.exchange.base import LabelSource
from engine.session.exchange.formats import label_format


def run(args: argparse.Namespace) -> int:
    """Write labels; the project stays as it is.

    Parameters
    ----------
    args : argparse.Namespace
        With ``project``, ``out``, ``format`` and ``overwrite``.

    Returns
    -------
    int
        0.

    Raises
    ------
    WriteError
        If the file is there and is not to be replaced.
    """
    if args.out.is_file() and not args.overwrite:
        raise WriteError(args.out, "exists", hint="Choose another name, or add --overwrite.")
    chosen = label_format(args.out, args.format)
    with opened_project(args.project, read_only=True) as opened:
        source = LabelSource.of(opened.loaded.document, opened.volume)
        written = chosen.write(source, args.out)
    n_sections, n_picks = len(source.sections), len(source.picks)
    n_files = len(written.paths)
    facts = f"labelled sections: {n_sections}, picks: {n_picks}, files written: {n_files}"
    lines = [f"{chosen.title}: {written.place}", f"Of the project: {facts}", *written.notes]
    out().print("\n".join(lines), markup=False)
    return 0
