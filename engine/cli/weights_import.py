"""``outcrop weights import``."""

from __future__ import annotations

import argparse

from engine.cli.console import ConsoleJob, out
from engine.models.weight_import import import_weights
from engine.models.weight_store import WeightStore


def run(args: argparse.Namespace) -> int:
    """Import a file of weights and say which encoder it is and where it went.

    Parameters
    ----------
    args : argparse.Namespace
        With ``file`` and ``encoder``.

    Returns
    -------
    int
        0.
    """
    with ConsoleJob(f"importing {args.file.name}") as job:
        file = import_weights(WeightStore(), args.file, encoder=args.encoder, job=job)
    out().print(f"{file.encoder}: {file.path}\nSHA-256 {file.sha256}", markup=False)
    return 0
