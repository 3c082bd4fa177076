"""What kind of data a model is for."""

from __future__ import annotations

from collections.abc import Mapping

from engine.errors import EngineError
from engine.store.bundle import Bundle
from engine.tasks.registry import tasks

ANY = "any"
_DOMAINS = ("seismic", "das", "lunar")


def bundle_domain(bundle: Bundle) -> str:
    """Return what a model is for.

    Parameters
    ----------
    bundle : Bundle
        Its tensors are not read.

    Returns
    -------
    {"seismic", "das", "lunar", "any"}
        As its task has it; where the task has classes of the user's own, the kind of
        data that it was trained on, if the record says so.
    """
    task = ANY
    if bundle.task in tasks().names():
        try:
            task = tasks().load(bundle.task)().preset().domain
        except EngineError:
            return ANY
    data = bundle.training.get("data")
    trained = data.get("domain") if isinstance(data, Mapping) else None
    return str(trained) if task == ANY and trained in _DOMAINS else task
