"""``outcrop weights list``."""

from __future__ import annotations

import argparse
from typing import Any

from rich.markup import escape
from rich.table import Table

from engine.cli.console import out, print_json
from engine.models.weight_store import WeightsEntry, WeightStore

_WIDTH = 1000


def run(args: argparse.Namespace) -> int:
    """List all known encoders, and where their weights are.

    Parameters
    ----------
    args : argparse.Namespace
        With ``json``.

    Returns
    -------
    int
        0.
    """
    store = WeightStore()
    entries = store.list()
    if args.json:
        print_json([_values(entry) for entry in entries])
        return 0
    table = Table("name", "encoder", "MB", "SHA-256", "from", box=None, pad_edge=False)
    for entry in entries:
        values = _values(entry)
        size = f"{values['bytes'] / 1e6:.0f}" if entry.file else ""
        sha = (values["sha256"] or "")[:12]
        source = values["source"] or "not here"
        table.add_row(entry.encoder, escape(entry.title), size, sha, escape(source))
    console = out()
    console.width = _WIDTH
    console.print(table)
    console.print(f"\ncache: {store.cache_dir}", markup=False)
    return 0


def _values(entry: WeightsEntry) -> dict[str, Any]:
    file = entry.file
    return {
        "name": entry.encoder,
        "title": entry.title,
        "available": file is not None,
        "path": str(file.path) if file else None,
        "bytes": file.path.stat().st_size if file else None,
        "sha256": file.sha256 if file else None,
        "source": file.source if file else None,
        "reason": entry.reason or None,
    }
