"""``outcrop labels export``."""

from __future__ import annotations

import argparse

from engine.cli.console import out
from engine.cli.labels import opened_project
from engine.session.exchange.base import LabelSource
from engine.session.exchange.formats import label_format


def run(args: argparse.Namespace) -> int:
    """Write labels; the project stays as it is.

    Parameters
    ----------
    args : argparse.Namespace
        With ``project``, ``out`` and ``format``.

    Returns
    -------
    int
        0.
    """
    chosen = label_format(args.out, args.format)
    with opened_project(args.project, read_only=True) as opened:
        source = LabelSource.of(opened.loaded.document, opened.volume)
        paths = chosen.write(source, args.out)
    n_sections, n_picks = len(source.sections), len(source.picks)
    facts = f"labelled sections: {n_sections}, picks: {n_picks}, files written: {len(paths)}"
    # Of several files their folder, which may be called otherwise than was asked for.
    place = paths[0] if len(paths) == 1 else paths[0].parent
    out().print(f"{chosen.title}: {place}\nOf the project: {facts}", markup=False)
    return 0
