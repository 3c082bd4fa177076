"""Where a model runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from engine.errors import SettingsError
from engine.tasks.conditions import scoring_precision

DEVICES = ("auto", "cuda", "mps", "cpu")
"""Names a user can give."""


def choose_device(name: str = "auto") -> torch.device:
    """Return a device that is there.

    Parameters
    ----------
    name : {"auto", "cuda", "mps", "cpu"}
        ``auto`` takes the first of the others that is there; ``cuda:1`` names
        one of several.

    Returns
    -------
    torch.device
        To move models to.

    Raises
    ------
    SettingsError
        If the name is unknown or this machine has no such device.
    """
    kind = name.partition(":")[0]
    if kind not in DEVICES or (kind in {"auto", "cpu"} and kind != name):
        raise SettingsError(
            f"device {name!r} is not known", hint=f"Choose one of {', '.join(DEVICES)}."
        )
    if name == "auto":
        return torch.device(next(d for d in DEVICES[1:] if _present(d)))
    try:
        missing = not _present(kind) or (torch.device(name).index or 0) >= _count(kind)
    except RuntimeError as error:
        raise SettingsError(
            f"device {name!r} is not known ({error})", hint=f"Choose one of {', '.join(DEVICES)}."
        ) from error
    if missing:
        raise SettingsError(f"device {name!r} is not on this machine", hint="Choose auto or cpu.")
    return torch.device(name)


def autocast(device: torch.device) -> Any:
    """Return the context in which models are evaluated.

    Parameters
    ----------
    device : torch.device
        Where the model is.

    Returns
    -------
    context manager
        bfloat16 on CUDA devices that compute in it; float32 elsewhere: common
        CPUs take five times as long in bfloat16.
    """
    enabled = scoring_precision(device) is torch.bfloat16
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=enabled)


@contextmanager
def one_thread() -> Iterator[None]:
    """Compute on the calling thread alone, as long as the block lasts.

    Many small steps one after the other wait for the slowest of several threads at
    each: a hundred of them take a fraction of a second on one thread, and seconds
    on two while another program keeps a core busy. Other threads keep theirs.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _present(kind: str) -> bool:
    if kind == "cuda":
        return torch.cuda.is_available()
    if kind == "mps":
        return torch.backends.mps.is_available()
    return kind == "cpu"


def _count(kind: str) -> int:
    return torch.cuda.device_count() if kind == "cuda" else 1
