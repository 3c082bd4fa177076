"""The table of commands; nothing behind a name is imported before it is called."""

from __future__ import annotations

COMMANDS: dict[str, tuple[str, str]] = {
    "info": ("engine.cli.info", "describe a data file"),
    "headers": ("engine.cli.headers", "show the headers of a SEG-Y file and where its geometry is"),
    "project": ("engine.cli.project", "describe a project, and list who did what when"),
    "labels": ("engine.cli.labels", "write and read the labels of a project"),
    "copies": ("engine.cli.copies", "make and list copies that let a large volume scroll"),
    "predict": ("engine.cli.predict", "segment a whole volume and write it"),
    "train": ("engine.cli.train", "train a model on images and masks"),
    "evaluate": ("engine.cli.evaluate", "score a model on images and masks"),
    "compare": ("engine.cli.compare", "train and score several networks on one split"),
    "models": ("engine.cli.models", "list and describe model bundles"),
    "weights": ("engine.cli.weights", "list, fetch and import encoder weights"),
    "convert": ("engine.cli.convert", "turn labels of other programs into masks"),
    "demo": ("engine.cli.demo", "segment a synthetic survey, without a window"),
}
"""Name -> (module with ``configure(parser)`` and ``run(args) -> int``, help)."""
