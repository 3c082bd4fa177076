"""``outcrop models``: list and describe model bundles."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.cli.actions import add_actions, run_action


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's actions."""
    add_actions(
        parser,
        {
            "list": ("engine.cli.models_list", "list the models on this machine", _list),
            "describe": ("engine.cli.models_describe", "describe one model", _describe),
        },
    )


def run(args: argparse.Namespace) -> int:
    """Run the action.

    Parameters
    ----------
    args : argparse.Namespace
        As `configure` defines them.

    Returns
    -------
    int
        0.
    """
    return run_action(args)


def _list(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="write one JSON array")
    _add_folder(parser)


def _describe(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", metavar="NAME", help="name or path of a bundle")
    parser.add_argument("--json", action="store_true", help="write one JSON object")
    _add_folder(parser)


def _add_folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--folder",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="look for bundles here as well; may be given several times",
    )
