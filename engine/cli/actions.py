"""Commands that have actions of their own, such as ``outcrop weights list``."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable, Mapping


def add_actions(
    parser: argparse.ArgumentParser,
    actions: Mapping[str, tuple[str, str, Callable[[argparse.ArgumentParser], None]]],
) -> None:
    """Give a command's parser one sub-parser for each action.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        Of the command.
    actions : mapping
        Name -> (module with ``run(args) -> int``, help, function that adds the
        arguments); the module is imported when the action is called.
    """
    choices = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, (module, summary, configure) in actions.items():
        sub = choices.add_parser(name, help=summary, description=summary.capitalize() + ".")
        configure(sub)
        sub.add_argument(
            "--debug",
            action="store_true",
            default=argparse.SUPPRESS,
            help="show the traceback of an error",
        )
        sub.set_defaults(action_module=module)


def run_action(args: argparse.Namespace) -> int:
    """Run the action that was parsed.

    Parameters
    ----------
    args : argparse.Namespace
        From a parser that `add_actions` completed.

    Returns
    -------
    int
        Exit code.
    """
    code: int = importlib.import_module(args.action_module).run(args)
    return code
