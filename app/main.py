"""The program: commands go to the command line, everything else opens the window."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from engine.cli.commands import COMMANDS

_SHOWN_WITHOUT_WINDOW = frozenset({"-h", "--help", "--version"})


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments without the program's name; those of the process when left out.

    Returns
    -------
    int
        The exit code: 0 done, 1 failed with a message; wrong usage ends the
        process with 2.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments and (arguments[0] in COMMANDS or arguments[0] in _SHOWN_WITHOUT_WINDOW):
        from engine.cli.main import main as run_command

        return run_command(arguments)
    args = _parser().parse_args(arguments)
    missing = _missing_display()
    if missing:
        sys.stderr.write(f"outcrop: {missing}\n")
        return 1
    return _run_window(args)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="outcrop", description="Open the window.")
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="file to open")
    parser.add_argument("--debug", action="store_true", help="log everything")
    return parser


def _missing_display() -> str:
    """Say why no window can be shown, since Qt would abort the process; empty if it can."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return ""
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return ""
    return (
        "there is no display for the window\n"
        "Start it on a desktop, or use a command: outcrop --help lists them."
    )


def _run_window(args: argparse.Namespace) -> int:
    from PySide6.QtWidgets import QApplication

    from app.composition import compose

    logging.basicConfig(level=logging.DEBUG if args.debug else logging.WARNING)
    app = QApplication(["outcrop"])
    window = compose(app)
    sys.excepthook = window.presenter.excepthook
    threading.excepthook = window.presenter.thread_excepthook
    window.show()
    for path in args.files[:1]:
        window.files.open_path(path)
    return app.exec()
