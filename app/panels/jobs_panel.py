"""Jobs: how far they are, how long they will take, and a way to stop them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.widgets.durations import duration_text
from app.workers.job_bridge import JobBridge
from engine.core.place_lock import PlaceTakenError
from engine.jobs.rate import RecentRate
from engine.jobs.runner import JobEvent, JobState

_FADE_MS = {JobState.SUCCEEDED: 6000, JobState.CANCELLED: 1500, JobState.FAILED: 20_000}
_KEEP = 8
_LIST_AFTER_MS = 500
_STATES = {
    JobState.SUCCEEDED: "done",
    JobState.CANCELLED: "cancelled",
    JobState.FAILED: "failed",
}


class _JobRow(QWidget):
    """One job."""

    def __init__(self, lane: JobBridge, event: JobEvent) -> None:
        super().__init__()
        self._lane = lane
        self._job_id = event.job_id
        self._rate = RecentRate()
        self._title = QLabel(event.title)
        self._bar = QProgressBar()
        self._bar.setAccessibleName(event.title)
        self._bar.setTextVisible(False)
        self._bar.setMaximumHeight(8)
        self._status = QLabel()
        self._status.setWordWrap(True)
        self._cancel = QToolButton()
        self._cancel.setText("✕")
        self._cancel.setAutoRaise(True)
        self._cancel.setToolTip(self.tr("Cancel"))
        self._cancel.setAccessibleName(self.tr("Cancel {0}").format(event.title))
        self._cancel.clicked.connect(self._on_cancel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 4)
        layout.setSpacing(2)
        top = QHBoxLayout()
        self._title.setWordWrap(True)
        top.addWidget(self._title, 1)
        top.addWidget(self._cancel)
        layout.addLayout(top)
        layout.addWidget(self._bar)
        layout.addWidget(self._status)

    def show_event(self, event: JobEvent) -> None:
        """Show how the job stands."""
        if event.state.final:
            self._bar.hide()
            text = self.tr(_STATES[event.state])
            if isinstance(event.error, PlaceTakenError):  # of which the user is asked
                text = self.tr("in use elsewhere")
            if event.state is not JobState.CANCELLED:
                text = self.tr("{0} after {1}").format(text, duration_text(event.elapsed_s))
            self._status.setText(text)
            self._cancel.hide()
            self.setEnabled(False)
            return
        if event.state is JobState.QUEUED:
            self._bar.setRange(0, 1)
            self._status.setText(self.tr("waiting"))
            return
        self._bar.setRange(0, event.total)
        self._bar.setValue(event.done)
        self._rate.add(event.elapsed_s, event.done, event.total)
        left = self._rate.left_s
        parts = [event.message] if event.message else []
        if left is not None:
            parts.append(self.tr("{0} left").format(duration_text(left)))
        if self._cancel.isEnabled():
            self._status.setText(", ".join(parts) or self.tr("running"))

    def _on_cancel(self) -> None:
        self._cancel.setEnabled(False)
        self._status.setText(self.tr("stopping…"))
        self._lane.cancel(self._job_id)


@dataclass(frozen=True, slots=True)
class _Listed:
    row: _JobRow
    title: str
    state: JobState


class JobsPanel(QScrollArea):
    """Lists the jobs of some lanes that have a title.

    Finished ones go after a while, or when another of the same title is listed.

    Parameters
    ----------
    lanes : tuple of JobBridge
        Whose jobs are listed.
    brief : tuple of JobBridge, default ()
        Those of them whose jobs are mostly done at once: what takes less than half a
        second is not listed.
    parent : QWidget or None
        The usual Qt owner.
    """

    def __init__(
        self,
        lanes: tuple[JobBridge, ...],
        brief: tuple[JobBridge, ...] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._brief = brief
        self._rows: dict[tuple[int, int], _Listed] = {}
        self._unlisted: set[tuple[int, int]] = set()
        self.setWidgetResizable(True)
        self.setAccessibleName(self.tr("Jobs"))
        body = QWidget()
        self._layout = QVBoxLayout(body)
        self._layout.setContentsMargins(0, 4, 0, 4)
        self._layout.setSpacing(2)
        self._empty = QLabel(self.tr("Nothing is running."))
        self._empty.setContentsMargins(8, 4, 8, 4)
        self._empty.setEnabled(False)
        self._layout.addWidget(self._empty)
        self._layout.addStretch(1)
        self.setWidget(body)
        for number, lane in enumerate(lanes):
            lane.job_changed.connect(
                lambda event, n=number, bridge=lane: self._on_job(n, bridge, event)
            )

    @property
    def n_listed(self) -> int:
        """Jobs on the list, finished ones included."""
        return len(self._rows)

    def _on_job(self, number: int, lane: JobBridge, event: JobEvent) -> None:
        if not event.title:
            return
        key = (number, event.job_id)
        listed = self._rows.get(key)
        if listed is None:
            row = _JobRow(lane, event)
            self._layout.insertWidget(self._layout.count() - 1, row)
            if lane in self._brief:
                row.hide()
                self._unlisted.add(key)
                QTimer.singleShot(_LIST_AFTER_MS, row, lambda: self._list(key))
            else:
                self._drop_finished(event.title)
        else:
            row = listed.row
        self._rows[key] = _Listed(row, event.title, event.state)
        row.show_event(event)
        self._show_empty()
        if key in self._unlisted and event.state in {JobState.SUCCEEDED, JobState.CANCELLED}:
            self._drop(key)
        elif event.state.final:
            self._drop_oldest()
            QTimer.singleShot(_FADE_MS[event.state], self, lambda: self._drop(key))

    def _drop(self, key: tuple[int, int]) -> None:
        listed = self._rows.pop(key, None)
        self._unlisted.discard(key)
        if listed is not None:
            listed.row.hide()  # it is gone before it is deleted
            self._layout.removeWidget(listed.row)
            listed.row.deleteLater()
        self._show_empty()

    def _list(self, key: tuple[int, int]) -> None:
        listed = self._rows.get(key)
        if listed is not None:
            self._drop_finished(listed.title)
            self._unlisted.discard(key)
            listed.row.show()
        self._show_empty()

    def _show_empty(self) -> None:
        self._empty.setVisible(self._rows.keys() == self._unlisted)

    def _drop_finished(self, title: str) -> None:
        """Make room for a job that is done again and again."""
        same = [k for k, listed in self._rows.items() if listed.title == title]
        for key in same:
            if self._rows[key].state.final and key not in self._unlisted:
                self._drop(key)

    def _drop_oldest(self) -> None:
        finished = [key for key, listed in self._rows.items() if listed.state.final]
        for key in finished[:-_KEEP]:
            self._drop(key)
