"""News of a training, from its thread to the GUI thread."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, Signal

from engine.training.records import EpochRecord, StepRecord


@dataclass(frozen=True, slots=True, eq=False)
class PinnedPicture:
    """A pinned section with the classes that the model finds at the moment.

    Parameters
    ----------
    title : str
        Which section.
    when : str
        After which step, or that it is the epoch that is kept.
    pixels : ndarray of uint8, shape (rows, cols, 3)
        Red, green and blue.
    """

    title: str
    when: str
    pixels: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class KeptEpoch:
    """An epoch that one can go back to.

    Parameters
    ----------
    model : str
        Name of the model that is trained.
    title : str
        For the list.
    path : pathlib.Path
        Its bundle.
    """

    model: str
    title: str
    path: Path


@dataclass(frozen=True, slots=True)
class Recalled:
    """What a training did before it was broken off.

    Parameters
    ----------
    steps : tuple of StepRecord
        The oldest first.
    epochs : tuple of EpochRecord
        The same.
    """

    steps: tuple[StepRecord, ...]
    epochs: tuple[EpochRecord, ...]


class TrainingFeed(QObject):
    """Passes news on; made on the GUI thread, told on any other.

    Parameters
    ----------
    parent : QObject or None
        The usual Qt owner.
    """

    stepped = Signal(object)
    """A `StepRecord`."""
    recalled = Signal(object)
    """A `Recalled`."""
    epoch_ended = Signal(object)
    """An `EpochRecord`."""
    noted = Signal(str)
    """What the user should know."""
    pictured = Signal(object)
    """A tuple of `PinnedPicture`."""
    kept = Signal(object)
    """A tuple of `KeptEpoch`: the best, then the newest first."""

    _relay = Signal(str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._relay.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def tell(self, name: str, news: object) -> None:
        """Have one of the signals emitted on the GUI thread; from any thread."""
        self._relay.emit(name, news)

    def _deliver(self, name: str, news: object) -> None:
        getattr(self, name).emit(news)
