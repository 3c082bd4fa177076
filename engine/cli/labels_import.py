"""``outcrop labels import``."""

from __future__ import annotations

import argparse

from engine.cli.console import err, out
from engine.cli.labels import opened_project
from engine.session.exchange.base import apply_labels
from engine.session.exchange.formats import label_format
from engine.session.recorder import EditRecorder


def run(args: argparse.Namespace) -> int:
    """Add labels to a project as one step of undo, and save it.

    Parameters
    ----------
    args : argparse.Namespace
        With ``project``, ``file``, ``format`` and ``author``.

    Returns
    -------
    int
        0.
    """
    chosen = label_format(args.file, args.format)
    with opened_project(args.project, read_only=False) as opened:
        document, loaded = opened.loaded.document, opened.loaded
        imported = chosen.read(args.file, opened.volume, document.scheme)
        recorder = EditRecorder(document, lambda: args.author, sequence=loaded.sequence)
        recorder.touch(loaded.changed)
        n_changed = apply_labels(document, imported, args.author)
        opened.project.append(recorder.take_records())
        opened.project.save(recorder.snapshot(), view=opened.project.info.view)
    for note in imported.notes:
        err().print(note, markup=False)
    out().print(f"{chosen.title}: sections and picks changed: {n_changed}", markup=False)
    return 0
