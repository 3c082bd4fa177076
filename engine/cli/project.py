"""``outcrop project``: what a project is of, and who did what when."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from typing import Any

from rich.markup import escape
from rich.table import Table

from engine.cli.console import WIDE, out, print_json
from engine.errors import EngineError
from engine.session.edits import Patch, PickChange
from engine.session.journal import Journal, Record
from engine.session.project import Project
from engine.session.project_data import find_data
from engine.session.project_file import ProjectInfo


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="a folder NAME.outcrop")
    parser.add_argument(
        "--history", action="store_true", help="list every edit, undo and redo with its author"
    )
    parser.add_argument("--json", action="store_true", help="write one JSON object")


def run(args: argparse.Namespace) -> int:
    """Describe a project on standard output; nothing in it is changed.

    Parameters
    ----------
    args : argparse.Namespace
        As `configure` defines them.

    Returns
    -------
    int
        0.
    """
    project = Project(args.folder, read_only=True)
    journal = project.journal()
    facts = _facts(project, journal)
    if args.history:
        facts["history"] = [_step(record) for record in journal.records]
    if args.json:
        print_json(facts)
    else:
        _show(facts)
    return 0


def _facts(project: Project, journal: Journal) -> dict[str, Any]:
    info = project.info
    return {
        "folder": str(project.folder),
        "data": {"name": info.data.name, "found": _found(project, info)},
        "classes": list(info.scheme.names),
        "steps": len(journal.records),
        "saved_steps": info.saved_sequence,
        "saved": info.saved,
        "authors": dict(Counter(r.author for r in journal.records if r.action == "edit")),
        "picks": len(info.picks),
        "note": journal.note,
    }


def _found(project: Project, info: ProjectInfo) -> str | None:
    try:
        return str(find_data(project.folder, info.data))
    except (EngineError, OSError):
        return None


def _step(record: Record) -> dict[str, Any]:
    patches = [change for change in record.changes if isinstance(change, Patch)]
    places = sorted({f"{p.key.direction} {p.key.index}" for p in patches})
    places += sorted(
        {
            f"{pick.direction} {pick.index}"
            for change in record.changes
            if isinstance(change, PickChange)
            for pick in (change.before, change.after)
            if pick is not None
        }
    )
    return {
        "step": record.sequence,
        "utc": record.utc,
        "author": record.author,
        "action": record.action,
        "title": record.title,
        "where": places,
    }


def _show(facts: dict[str, Any]) -> None:
    console = out()
    console.width = WIDE  # paths get copied, so they are neither cut nor folded
    data = facts["data"]
    authors = ", ".join(f"{name} ({n})" for name, n in facts["authors"].items())
    lines = [
        f"Project   {facts['folder']}",
        f"Data      {data['found'] or data['name'] + ', not found'}",
        f"Classes   {', '.join(facts['classes'])}",
        f"Edits     {authors or 'none'}",
        f"Picks     {facts['picks']}",
        f"Saved     {facts['saved']}, {facts['saved_steps']} of {facts['steps']} steps;"
        " the rest is in the journal",
    ]
    if facts["note"]:
        lines.append(f"Note      {facts['note']}")
    console.print("\n".join(map(_printable, lines)), markup=False)
    if "history" in facts:
        table = Table("step", "UTC", "author", "", "title", "where (index from 0)", box=None)
        for step in facts["history"]:
            where = step["where"]
            more = f" and {len(where) - 3} more" if len(where) > 3 else ""
            place = ", ".join(where[:3]) + more
            words = (str(step["step"]), step["utc"], step["author"], step["action"], step["title"])
            table.add_row(*(escape(_printable(word)) for word in (*words, place)))
        console.print(table)


def _printable(text: str) -> str:
    """Replace what a terminal would take for commands."""
    return "".join(c if c.isprintable() else "?" for c in text)
