"""Runs one command and turns errors into messages and exit codes."""

from __future__ import annotations

import argparse
import importlib
import logging
import os
import sys
from collections.abc import Sequence
from typing import Any

from engine.cli.commands import COMMANDS
from engine.cli.console import err
from engine.core.provenance import program_version
from engine.errors import EngineError


class _Parser(argparse.ArgumentParser):
    """Tells of an argument it does not know with its own usage, not with that of its parent."""

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: Any = None
    ) -> tuple[Any, list[str]]:
        """Parse, and end the program if something is left over."""
        known, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        return known, unknown


DONE, FAILED, INTERRUPTED = 0, 1, 130


def build_parser(command: str | None) -> argparse.ArgumentParser:
    """Build the parser, with the options of one command.

    Parameters
    ----------
    command : str or None
        The command whose module is imported and configured; the others are
        only listed.

    Returns
    -------
    argparse.ArgumentParser
        Of the whole program.
    """
    parser = _Parser(
        prog="outcrop",
        description="Interpret seismic data with an adapted vision transformer.",
        epilog="Without a command, 'outcrop [FILE ...]' opens the window.",
    )
    parser.add_argument("--version", action="version", version=f"outcrop {program_version()}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, (module, summary) in COMMANDS.items():
        sub = commands.add_parser(name, help=summary, description=summary.capitalize() + ".")
        if name == command:
            importlib.import_module(module).configure(sub)
        sub.add_argument("--debug", action="store_true", help="show the traceback of an error")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments without the program's name; those of the process when left out.

    Returns
    -------
    int
        0 done, 1 failed with a message, 130 interrupted; wrong usage ends the
        process with 2.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    command = arguments[0] if arguments and arguments[0] in COMMANDS else None
    debug = "--debug" in arguments
    try:
        # Importing the command's module can take seconds, and fail, like the command itself.
        args = build_parser(command).parse_args(arguments)
        debug = args.debug
        logging.basicConfig(level=logging.DEBUG if debug else logging.ERROR)
        for library in ("PIL", "matplotlib"):
            logging.getLogger(library).setLevel(logging.WARNING)
        code: int = importlib.import_module(COMMANDS[args.command][0]).run(args)
        sys.stdout.flush()
    except KeyboardInterrupt:
        err().print("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has left; there is nobody to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:  # noqa: BLE001 - the border of the program: every failure becomes a message
        return _fail(error, debug=debug)
    return code


def _fail(error: Exception, *, debug: bool) -> int:
    console = err()
    if debug:
        console.print_exception()
    if isinstance(error, EngineError):
        console.print(f"outcrop: {error}", markup=False)
        if error.hint:
            console.print(error.hint, markup=False)
    elif isinstance(error, OSError) and error.filename is not None:
        console.print(f"outcrop: {error.filename}: {error.strerror}", markup=False)
        console.print("Check the path, its permissions and the room on the disk.")
    elif isinstance(error, MemoryError):
        console.print("outcrop: not enough memory", markup=False)
        console.print("Close other programs, then try again.")
    else:
        console.print(f"outcrop: {type(error).__name__}: {error}", markup=False)
        console.print("This is a defect; --debug shows where it happened.", markup=False)
    return FAILED
