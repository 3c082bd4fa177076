"""``outcrop convert craters``."""

from __future__ import annotations

import argparse

from engine.cli.console import ConsoleJob, err, out
from engine.data.crater_masks import MaskReport, convert_craters


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
    masks = "1 mask" if len(report.masks) == 1 else f"{len(report.masks)} masks"
    images = args.images or args.tables
    first = "move the images without a mask to another folder, then "
    out().print(
        f"Wrote {masks} to {args.out}: 255 is a crater, {_drawn(report)}\n"
        f"Score a model on them: {first if report.n_without_table else ''}"
        f"outcrop evaluate --model craters-starter --images {images} --masks {args.out}",
        markup=False,
    )
    return 0


def _drawn(report: MaskReport) -> str:
    if report.n_craters == 1:
        return "1 was drawn" + (", over the edge of its image" if report.n_over_edge else "")
    over = f", {report.n_over_edge} of them over the edge of their image"
    return f"{report.n_craters} were drawn" + (over if report.n_over_edge else "")
