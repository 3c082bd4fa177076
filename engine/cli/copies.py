"""``outcrop copies``: display copies, which let all directions of a volume scroll at once."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from rich.table import Table

from engine.cli.console import WIDE, ConsoleJob, out, print_json
from engine.cli.geometry_options import add_geometry_options, geometry_options
from engine.readers.detect import open_volume
from engine.readers.display.copy_store import DEFAULT_LIMIT, CopyStore
from engine.readers.display.copy_writer import make_copy

_GB = 1e9


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "file", type=Path, metavar="FILE", nargs="?", help="make a copy of this volume"
    )
    parser.add_argument("--clear", action="store_true", help="remove all copies first")
    parser.add_argument(
        "--limit-gb",
        type=_gigabytes,
        default=DEFAULT_LIMIT / _GB,
        metavar="GB",
        help="room that all copies may take (%(default)g); those used longest ago are removed",
    )
    parser.add_argument("--json", action="store_true", help="write one JSON object")
    add_geometry_options(parser)


def run(args: argparse.Namespace) -> int:
    """Make a copy, and list those that are there.

    Parameters
    ----------
    args : argparse.Namespace
        As `configure` defines them.

    Returns
    -------
    int
        0.
    """
    store = CopyStore(limit_bytes=int(args.limit_gb * _GB))
    if args.clear:
        store.clear()
    if args.file is not None:
        volume = open_volume(args.file, **geometry_options(args, args.file))
        try:
            with ConsoleJob("Display copy") as job:
                make_copy(volume, store, job)
        finally:
            volume.close()
    if args.json:
        print_json(_facts(store))
    else:
        _show(store)
    return 0


def _facts(store: CopyStore) -> dict[str, object]:
    return {
        "folder": str(store.folder),
        "limit_bytes": store.limit_bytes,
        "used_bytes": store.used_bytes(),
        "copies": [
            {"source": entry.source, "bytes": entry.n_bytes, "used_at": entry.used_at}
            for entry in store.entries()
        ],
    }


def _show(store: CopyStore) -> None:
    console = out()
    console.width = WIDE  # paths get copied, so they are neither cut nor folded
    used = f"{store.used_bytes() / _GB:.3g} of {store.limit_bytes / _GB:.3g} GB"
    console.print(f"Display copies in {store.folder}: {used}", markup=False)
    table = Table("copy of", "GB", "last used", box=None, pad_edge=False)
    for entry in store.entries():
        day = datetime.fromtimestamp(entry.used_at, tz=UTC).strftime("%Y-%m-%d %H:%M UTC")
        table.add_row(entry.source or "unfinished", f"{entry.n_bytes / _GB:.3g}", day)
    if table.row_count:
        console.print(table)


def _gigabytes(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 1e6:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of gigabytes above zero")
    return value
