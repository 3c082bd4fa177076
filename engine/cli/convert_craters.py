"""``outcrop convert craters``."""

from __future__ import annotations

import argparse

from engine.cli.console import ConsoleJob, err, out
from engine.data.crater_masks import convert_craters


def run(args: argparse.Namespace) -> int:
    """Draw tables of craters as masks and name the rows that do not fit.

    Parameters
    ----------
    args : argparse.Namespace
        With ``tables``, ``images`` and ``out``.

    Returns
    -------
    int
        0.
    """
    with ConsoleJob("drawing masks") as job:
        report = convert_craters(args.tables, args.out, images=args.images, job=job)
    for warning in report.warnings:
        err().print(f"warning: {warning}", markup=False)
    images = args.images or args.tables
    out().print(
        f"Wrote {len(report.masks)} masks to {args.out}: 255 is a crater, {report.n_craters} "
        f"were drawn, {report.n_over_edge} of them over the edge of their image\n"
        f"Score a model on them: outcrop evaluate --model craters-starter --images {images} "
        f"--masks {args.out}",
        markup=False,
    )
    return 0
