"""Runs that were broken off and can be gone on with."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.data.label_snapshot import snapshot_folder
from engine.errors import EngineError
from engine.training.checkpoint import CheckpointFolder
from engine.training.kept import KeptCheckpoints
from engine.training.run_lock import run_lock

_ENDING = ".training"


@dataclass(frozen=True, slots=True)
class UnfinishedRun:
    """A run with a whole checkpoint that nobody goes on with at the moment.

    Parameters
    ----------
    out : pathlib.Path
        Folder of its bundle, whether that is there yet or not.
    epoch, n_epochs : int
        Epochs done, and how many there are to be.
    n_steps : int
        Steps done.
    """

    out: Path
    epoch: int
    n_epochs: int
    n_steps: int


def unfinished_places(folder: Path) -> tuple[Path, ...]:
    """Find where checkpoints lie in a folder of models; opens none.

    Parameters
    ----------
    folder : pathlib.Path
        There or not.

    Returns
    -------
    tuple of pathlib.Path
        Bundles that they belong to, in the order of their names.
    """
    found = folder.glob(f".*{_ENDING}/checkpoint.json")
    names = (path.parent.name.removesuffix(_ENDING)[1:] for path in found)
    return tuple(folder / name for name in sorted(names) if name)


def unfinished_runs(folder: Path) -> tuple[UnfinishedRun, ...]:
    """List the runs of a folder that can be gone on with.

    Parameters
    ----------
    folder : pathlib.Path
        There or not.

    Returns
    -------
    tuple of UnfinishedRun
        Without damaged ones, and without those that another process trains now.
    """
    return tuple(_runs(folder))


def discard_run(out: Path) -> None:
    """Give up an unfinished run; its bundle, if there is one, stays.

    Parameters
    ----------
    out : pathlib.Path
        Folder of its bundle.

    Raises
    ------
    WriteError
        If another process trains it.
    """
    with run_lock(out):
        CheckpointFolder(out).remove()
        KeptCheckpoints(out).remove()
        shutil.rmtree(snapshot_folder(out), ignore_errors=True)


def _runs(folder: Path) -> Iterator[UnfinishedRun]:
    for out in unfinished_places(folder):
        try:
            with run_lock(out):
                checkpoints = CheckpointFolder(out)
                epochs = int(checkpoints.header()["request"]["settings"]["epochs"])
                state = checkpoints.load()
                progress = state.values["progress"]
                n_steps = len(state.tensors["losses"])
                yield UnfinishedRun(out, int(progress["epoch"]), epochs, n_steps)
        except (EngineError, KeyError, TypeError, ValueError):
            continue
