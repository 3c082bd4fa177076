"""``outcrop weights``: list, fetch and import encoder weights."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.cli.actions import add_actions, run_action
from engine.models.designs import pretrained_designs


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's actions."""
    add_actions(
        parser,
        {
            "list": ("engine.cli.weights_list", "list encoders and their weights", _list),
            "fetch": ("engine.cli.weights_fetch", "fetch published weights by name", _fetch),
            "import": ("engine.cli.weights_import", "import a file of weights", _import),
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


def _fetch(parser: argparse.ArgumentParser) -> None:
    published = [name for name, design in pretrained_designs().items() if design.hub_repository]
    parser.add_argument(
        "encoder", metavar="NAME", choices=published, help="one of " + ", ".join(published)
    )


def _import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="a .pth or .safetensors file")
    parser.add_argument(
        "--encoder",
        choices=list(pretrained_designs()),
        help="which encoder it is; told by shapes by default",
    )
