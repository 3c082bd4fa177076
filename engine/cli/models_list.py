"""``outcrop models list``."""

from __future__ import annotations

import argparse
from typing import Any

from rich.markup import escape
from rich.table import Table

from engine.cli.console import WIDE, out, print_json
from engine.errors import ReadError
from engine.store.bundle_store import BundleEntry, BundleStore


def run(args: argparse.Namespace) -> int:
    """List the bundles on this machine.

    Parameters
    ----------
    args : argparse.Namespace
        With ``json`` and ``folder``.

    Returns
    -------
    int
        0.

    Raises
    ------
    ReadError
        If a folder that was named is not there.
    """
    for folder in args.folder:
        if not folder.is_dir():
            raise ReadError(folder, "is no folder", hint="Name a folder that holds model bundles.")
    entries = BundleStore(args.folder).list()
    if args.json:
        print_json([_values(entry) for entry in entries])
        return 0
    if not entries:
        out().print("no models here")
        return 0
    table = Table("name", "task", "encoder", "decoder", "", "path", box=None, pad_edge=False)
    for entry in entries:
        state = "" if entry.available else "not usable"
        cells = (entry.name, entry.task, entry.encoder, entry.decoder, state, str(entry.path))
        table.add_row(*(escape(cell) for cell in cells))
    console = out()
    console.width = WIDE  # paths get copied, so they are neither cut nor folded
    console.print(table)
    for entry in entries:
        if entry.reason:
            console.print(f"{entry.name}: {entry.reason}", markup=False)
    return 0


def _values(entry: BundleEntry) -> dict[str, Any]:
    values = {
        "name": entry.name,
        "task": entry.task,
        "encoder": entry.encoder,
        "decoder": entry.decoder,
        "available": entry.available,
        "path": str(entry.path),
    }
    return {**values, "reason": entry.reason} if entry.reason else values
