"""``outcrop weights fetch``."""

from __future__ import annotations

import argparse

from engine.cli.console import ConsoleJob, out
from engine.models.weight_fetch import fetch_weights
from engine.models.weight_store import WeightStore


def run(args: argparse.Namespace) -> int:
    """Fetch the weights of an encoder and say where they are.

    Parameters
    ----------
    args : argparse.Namespace
        With ``encoder``.

    Returns
    -------
    int
        0.
    """
    with ConsoleJob(f"weights of {args.encoder}") as job:
        file = fetch_weights(WeightStore(), args.encoder, job=job)
    out().print(f"{file.encoder}: {file.path}\nSHA-256 {file.sha256}", markup=False)
    return 0
