"""Checkpoints that one can go back to: bundles of earlier epochs beside the model.

Each is a whole bundle, so that going back is a new training that starts from it, and
a section can be segmented with it too.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.errors import EngineError
from engine.store.bundle import read_bundle

_PREFIX = "epoch-"


@dataclass(frozen=True, slots=True)
class KeptCheckpoint:
    """One epoch that was kept.

    Parameters
    ----------
    epoch : int
        From 1.
    path : pathlib.Path
        Its bundle.
    mean_iou : float or None
        Validation mIoU per sample; None where validation could not tell.
    n_bytes : int
        What it takes on the disk.
    """

    epoch: int
    path: Path
    mean_iou: float | None
    n_bytes: int


class KeptCheckpoints:
    """The last epoch of a run and every k-th, up to a limit.

    Parameters
    ----------
    out : pathlib.Path
        The run's bundle, which is the best epoch; these lie beside it.
    every : int
        Which epochs stay; the last one is there besides. None are kept with 0.
    limit_bytes : int
        What all may take; the oldest go first.
    """

    def __init__(self, out: Path, every: int = 0, limit_bytes: int = 0) -> None:
        place = out.absolute()
        self.path = place.with_name(f".{place.name}.kept")
        self._every = every
        self._limit = limit_bytes

    def save(self, epoch: int, write: Callable[[Path], object]) -> None:
        """Keep an epoch, and give up those that need not stay.

        Parameters
        ----------
        epoch : int
            From 1.
        write : callable
            Writes a bundle to the path it is called with.

        Raises
        ------
        WriteError
            If it cannot be written.
        """
        if not self._every:
            return
        write(self.path / f"{_PREFIX}{epoch:04d}")
        for path in self._paths():
            number = _epoch(path)
            if number != epoch and number % self._every:
                shutil.rmtree(path, ignore_errors=True)
        sizes = {path: _n_bytes(path) for path in self._paths()}
        for path in self._paths()[:-1]:
            if sum(sizes.values()) <= self._limit:
                return
            shutil.rmtree(path, ignore_errors=True)
            del sizes[path]

    def found(self) -> tuple[KeptCheckpoint, ...]:
        """Return what is kept, the oldest epoch first; damaged ones are passed over."""
        found = []
        for path in self._paths():
            try:
                training = read_bundle(path).training
                scores = training["scores"]["validation"]["per_sample"]
                mean_iou = scores["mean_iou"]
            except (EngineError, KeyError, TypeError):
                continue
            value = float(mean_iou) if isinstance(mean_iou, float) else None
            found.append(KeptCheckpoint(_epoch(path), path, value, _n_bytes(path)))
        return tuple(found)

    def remove(self) -> None:
        """Give up all of them."""
        shutil.rmtree(self.path, ignore_errors=True)

    def _paths(self) -> list[Path]:
        paths = self.path.glob(f"{_PREFIX}*")
        return sorted((path for path in paths if _epoch(path)), key=_epoch)


def _epoch(path: Path) -> int:
    """Read the epoch from the name of a folder; 0 if it is none."""
    number = path.name.removeprefix(_PREFIX)
    return int(number) if number.isdecimal() else 0


def _n_bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir() if file.is_file())
