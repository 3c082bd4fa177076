"""A training while it goes on: curves, pinned sections, and what one can do about it."""

from __future__ import annotations

import math

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.panels.training_curves import TrainingCurves
from app.panels.unfinished_runs import UnfinishedRuns
from app.widgets.column_scroll import ColumnScroll
from app.widgets.durations import duration_text
from app.widgets.folding_row import FoldingRow
from app.widgets.picture_row import PictureRow
from app.workers.training_feed import KeptEpoch, PinnedPicture, Recalled, TrainingFeed
from engine.jobs.rate import RecentRate
from engine.jobs.runner import JobEvent, JobState
from engine.training.records import EpochRecord, StepRecord

_SIDE_WIDTH = 230
_LEAST_WIDTH = 560
"""Pixels; narrower than that, text, curves and sections lie above each other."""
_SIZE = (760, 280)
_LEAST_HEIGHT = 48


class TrainingPanel(QWidget):
    """Shows the training that goes on, or the last one; keeps no data of its own.

    Parameters
    ----------
    parent : QWidget or None
        The usual Qt owner.

    Attributes
    ----------
    curves : TrainingCurves
        Loss, validation and rate.
    pictures : PictureRow
        The pinned sections.
    unfinished : UnfinishedRuns
        Trainings that were broken off.
    """

    pause_clicked = Signal()
    resume_clicked = Signal()
    stop_clicked = Signal()
    back_clicked = Signal(object)
    """The `KeptEpoch` to start a new training from."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.curves = TrainingCurves()
        self.pictures = PictureRow()
        self.unfinished = UnfinishedRuns()
        self._title, self._state, self._note = QLabel(), QLabel(), QLabel()
        self._title.setObjectName("trainingTitle")
        self._state.setObjectName("trainingState")
        for label in (self._title, self._state, self._note):
            label.setWordWrap(True)
        self._pause = QPushButton(self.tr("Pause"))
        self._pause.setToolTip(self.tr("Write a checkpoint and wait"))
        self._stop = QPushButton(self.tr("Stop and keep"))
        self._stop.setToolTip(self.tr("End now; the best epoch so far becomes the model"))
        self._kept = _KeptEpochs()
        self._kept.setAccessibleName(self.tr("Epochs that are kept"))
        self._back = QPushButton(self.tr("Train on from this epoch…"))
        self._rate = RecentRate()
        self._paused = False
        self._where = ""
        self._lay_out()
        self.curves.hide()
        self.pictures.hide()
        self._pause.clicked.connect(self._on_pause)
        self._stop.clicked.connect(self._on_stop)
        self._back.clicked.connect(self._on_back)
        self._kept.itemSelectionChanged.connect(self._show_back)
        self._settle(
            self.tr(
                "No training yet. Label two slices or two parts of an image, then press Ctrl+T."
            )
        )

    def sizeHint(self) -> QSize:
        """Return a size that leaves most of the window to the section."""
        return QSize(*_SIZE)

    def follow(self, feed: TrainingFeed) -> None:
        """Listen to the news of trainings."""
        feed.stepped.connect(self._on_step)
        feed.recalled.connect(self._on_recalled)
        feed.epoch_ended.connect(self._on_epoch)
        feed.noted.connect(self._on_note)
        feed.pictured.connect(self._on_pictures)
        feed.kept.connect(self._on_kept)

    def begin(self, title: str) -> None:
        """Show a training that begins."""
        self.curves.clear()
        self.curves.show()
        self.pictures.show_pictures(())
        self._kept.clear()
        self._note.clear()
        self._title.setText(title)
        self._state.setText(self.tr("Waiting…"))
        self._where = ""
        self._rate = RecentRate()
        self._show_paused(paused=False)
        self._pause.setEnabled(True)
        self._stop.setEnabled(True)
        self._show_back()

    def show_event(self, event: JobEvent) -> None:
        """Show how far it is and how long it will take."""
        if event.state is not JobState.RUNNING or self._paused:
            return
        if not event.total or not self._where:
            self._state.setText(f"{event.message}…" if event.message else self.tr("Begun"))
            return
        self._rate.add(event.elapsed_s, event.done, event.total)
        left_s = self._rate.left_s
        left = "" if left_s is None else self.tr("{0} left").format(duration_text(left_s))
        self._state.setText("\n".join(part for part in (self._where, left) if part))

    def end(self, text: str) -> None:
        """Say how it ended."""
        self._settle(text)

    def _lay_out(self) -> None:
        side = QVBoxLayout()
        side.addWidget(self._title)
        side.addWidget(self._state)
        buttons = QHBoxLayout()
        buttons.addWidget(self._pause)
        buttons.addWidget(self._stop)
        side.addLayout(buttons)
        side.addWidget(self._note)
        side.addWidget(QLabel(self.tr("Epochs kept")))
        side.addWidget(self._kept, 1)
        side.addWidget(self._back)
        column = QWidget()
        column.setLayout(side)
        column.setMinimumWidth(_SIDE_WIDTH)
        side.setContentsMargins(0, 0, 0, 0)
        self._row = FoldingRow(((column, 0), (self.curves, 3), (self.pictures, 2)), _LEAST_WIDTH)
        inside = QWidget()
        parts = QVBoxLayout(inside)
        parts.setContentsMargins(8, 4, 8, 6)
        parts.addWidget(self.unfinished)
        parts.addWidget(self._row, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(ColumnScroll(inside))

    def _on_step(self, record: StepRecord) -> None:
        self.curves.add_step(record)
        self._where = self.tr("Epoch {0} of {1}, step {2} of {3}\nLoss {4:.4f}").format(
            record.epoch, record.n_epochs, record.step, record.n_steps, record.loss
        )

    def _on_recalled(self, past: Recalled) -> None:
        self.curves.recall(past.steps, past.epochs)

    def _on_epoch(self, record: EpochRecord) -> None:
        self.curves.add_epoch(record)
        if not math.isnan(record.mean_iou):
            self._note.setText(
                self.tr("Epoch {0}: validation mIoU {1:.3f}").format(record.epoch, record.mean_iou)
            )

    def _on_note(self, text: str) -> None:
        self._note.setText(text)

    def _on_pictures(self, pictures: tuple[PinnedPicture, ...]) -> None:
        self.pictures.show_pictures(
            tuple((f"{picture.title}\n{picture.when}", picture.pixels) for picture in pictures)
        )

    def _on_kept(self, epochs: tuple[KeptEpoch, ...]) -> None:
        before = [item.text() for item in self._kept.selectedItems()]
        self._kept.clear()
        for epoch in epochs:
            item = QListWidgetItem(epoch.title)
            item.setData(Qt.ItemDataRole.UserRole, epoch)
            self._kept.addItem(item)
            item.setSelected(epoch.title in before)
        self._show_back()

    def _on_pause(self) -> None:
        self._show_paused(paused=not self._paused)
        if self._paused:
            self.pause_clicked.emit()
        else:
            self.resume_clicked.emit()

    def _on_stop(self) -> None:
        self._pause.setEnabled(False)
        self._stop.setEnabled(False)
        self._state.setText(self.tr("Stopping after this step…"))
        self.stop_clicked.emit()

    def _on_back(self) -> None:
        for item in self._kept.selectedItems():
            self.back_clicked.emit(item.data(Qt.ItemDataRole.UserRole))

    def _show_paused(self, *, paused: bool) -> None:
        self._paused = paused
        self._pause.setText(self.tr("Go on") if paused else self.tr("Pause"))
        if paused:
            self._state.setText(self.tr("Paused\n{0}").format(self._where))

    def _show_back(self) -> None:
        running = self._stop.isEnabled()
        self._back.setEnabled(bool(self._kept.selectedItems()) and not running)

    def _settle(self, text: str) -> None:
        self._show_paused(paused=False)
        self._pause.setEnabled(False)
        self._stop.setEnabled(False)
        self._state.setText(text)
        self._show_back()


class _KeptEpochs(QListWidget):
    """A list that asks for a few lines only, and takes what is left."""

    def sizeHint(self) -> QSize:
        return QSize(_SIDE_WIDTH, _LEAST_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()
