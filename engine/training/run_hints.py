"""What an error that ends a run is told with: how to go on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from engine.data.folder_source import FolderSource
from engine.data.snapshot_source import SnapshotSource
from engine.data.survey import SurveySource
from engine.errors import DataError, ReadError, WriteError
from engine.training.checkpoint import CheckpointFolder
from engine.training.request import TrainingRequest

_MOVED = {
    FolderSource: "--images and --masks",
    SurveySource: "--volume and --labels",
    SnapshotSource: "--volume",
}


@contextmanager
def hint_at_moved_data(request: TrainingRequest) -> Iterator[None]:
    """Add to an error about the data of a resumed run how to say where they are now."""
    try:
        yield
    except (DataError, ReadError) as error:
        if request.resume:
            options = _MOVED[type(request.source)]
            if isinstance(request.source, FolderSource) and request.source.test is not None:
                options = "--data"
            error.hint = f"{error.hint} If the data moved, add {options} with the new place."
        raise


@contextmanager
def hint_at_resuming(checkpoints: CheckpointFolder) -> Iterator[None]:
    """Add to an error about files that the run can be gone on with once they are mended."""
    try:
        yield
    except (ReadError, WriteError) as error:
        if checkpoints.is_whole() and "--resume" not in error.hint:
            go_on = f"Then go on with 'outcrop train --resume {checkpoints.out}'."
            error.hint = f"{error.hint} {go_on}".lstrip()
        raise
