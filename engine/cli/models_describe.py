"""``outcrop models describe``."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from rich.markup import escape
from rich.table import Table

from engine.cli.console import out, print_json
from engine.models.parameters import planned_parameters
from engine.models.spec import TuningSpec
from engine.store.bundle import Bundle
from engine.store.bundle_store import BundleStore


def run(args: argparse.Namespace) -> int:
    """Say what a model is, and how many parameters it has.

    Parameters
    ----------
    args : argparse.Namespace
        With ``model``, ``json`` and ``folder``.

    Returns
    -------
    int
        0.
    """
    bundle = BundleStore(args.folder).find(args.model)
    description = describe(bundle)
    if args.json:
        print_json(description)
    else:
        _show(description)
    return 0


def describe(bundle: Bundle) -> dict[str, Any]:
    """Gather what is known of a bundle.

    Parameters
    ----------
    bundle : Bundle
        The bundle; its tensors are not read.

    Returns
    -------
    dict
        JSON values: the contents of ``model.json`` with ``path``,
        ``preprocessing`` (a fingerprint) and ``parameters``.
    """
    rows = planned_parameters(bundle.spec)
    return {
        **bundle.to_json(),
        "path": str(bundle.path),
        "preprocessing": bundle.pipeline.fingerprint,
        "parameters": [
            {"part": row.part, "total": row.total, "trainable": row.trainable} for row in rows
        ],
    }


def _tuning(tuning: TuningSpec) -> str:
    return f"{tuning.method}: {tuning.title}" if tuning.stores_adapters else tuning.method


def _decoder(name: str, options: Mapping[str, Any]) -> str:
    listed = ", ".join(f"{key} {value}" for key, value in options.items())
    return f"{name} ({listed})" if listed else name


def _start(training: Mapping[str, Any]) -> dict[str, str]:
    match training.get("start"):
        case {"bundle": str(name)}:
            return {"started from": name}
    return {}


def _scores(training: Mapping[str, Any]) -> dict[str, str]:
    match training.get("scores"):
        case {
            "validation": {
                "per_sample": {"mean_iou": float(one)},
                "global": {"mean_iou": float(overall)},
            },
            **others,
        }:
            text = f"{one:.4f} per sample, {overall:.4f} global"
            if isinstance(lacking := others.get("validation_lacks"), list):
                text += f"; says nothing about {', '.join(lacking)}"
            return {"validation mIoU": text}
    return {}


def _show(description: dict[str, Any]) -> None:
    model = description["model"]
    rows, cols = description["image_size"]
    facts = {
        "task": description["task"],
        "path": description["path"],
        "encoder": f"{model['encoder']} ({description['encoder_sha256'][:12]})",
        "decoder": _decoder(model["decoder"], model["decoder_options"]),
        "tuning": _tuning(TuningSpec.from_json(model["tuning"])),
        "classes": ", ".join(item["name"] for item in description["classes"]),
        "trained on": f"{rows} x {cols} samples",
        "preprocessing": description["preprocessing"],
        "made": f"{description['created']} by Outcrop {description['version']}",
        **_start(description["training"]),
        **_scores(description["training"]),
    }
    console = out()
    console.print(description["name"], style="bold", markup=False)
    grid = Table.grid(padding=(0, 2))
    for key, value in facts.items():
        grid.add_row(key, escape(value))
    console.print(grid)
    for note in description["training"].get("notes") or ():
        console.print(f"note of its training: {note}", markup=False)
    table = Table("part", box=None, pad_edge=False)
    table.add_column("parameters", justify="right")
    table.add_column("trained", justify="right")
    for row in description["parameters"]:
        table.add_row(row["part"], f"{row['total']:,}", f"{row['trainable']:,}")
    totals = [sum(row[key] for row in description["parameters"]) for key in ("total", "trainable")]
    table.add_row("together", f"{totals[0]:,}", f"{totals[1]:,}")
    console.print()
    console.print(table)
