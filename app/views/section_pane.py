"""The section with everything round it: navigator, badge, colour bar."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from app.session_model import SessionModel
from app.views.color_bar import ColorBar
from app.views.navigator import Navigator, in_sentence, position_text
from app.views.section_view import SectionView
from app.views.slice_loader import SliceLoader
from app.workers.analysis import VisiblePart
from app.workers.job_bridge import JobBridge
from app.workers.slices import SliceImage
from engine.session.predictions import Prediction

_STALE_AFTER_MS = 80


class SectionPane(QWidget):
    """Shows the session's current slice and the classes predicted for it.

    Parameters
    ----------
    model : SessionModel
        What it follows.
    read_lane : JobBridge
        Where slices are read.
    parent : QWidget or None
        The usual Qt owner.
    """

    slice_shown = Signal(object)
    """A `SliceImage` that is now on the screen."""
    part_changed = Signal()
    """`visible_part` is another."""
    prediction_shown = Signal(object)
    """The `Prediction` drawn over it, or None."""
    read_failed = Signal(object)
    told = Signal(str)
    """Something for the status bar."""

    def __init__(
        self, model: SessionModel, read_lane: JobBridge, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._loader = SliceLoader(model, read_lane, self)
        self.view = SectionView()
        self._bar = ColorBar()
        self._navigator = Navigator(model)
        self._title = QLabel()
        self._title.setObjectName("sectionTitle")
        font = self._title.font()
        font.setBold(True)
        self._title.setFont(font)
        self._badge = QLabel()
        self._badge.setObjectName("badge")
        self._badge.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._scale = QLabel()
        self._scale.setObjectName("scale")
        self._scale.setEnabled(False)
        self._work_text = ""
        self._stale = QTimer(self, singleShot=True, interval=_STALE_AFTER_MS)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._navigator, 0, 0, 1, 4)
        self._title.setContentsMargins(10, 2, 10, 2)
        self._badge.setContentsMargins(10, 2, 10, 2)
        layout.addWidget(self._title, 1, 0)
        layout.addWidget(self._scale, 1, 1)
        layout.addWidget(self._badge, 1, 2, 1, 2)
        layout.addWidget(self.view, 2, 0, 1, 3)
        layout.addWidget(self._bar, 2, 3)
        layout.setColumnStretch(2, 1)
        layout.setRowStretch(2, 1)
        self._connect()

    def _connect(self) -> None:
        model = self._model
        self._navigator.left.connect(self.view.setFocus)
        self._navigator.told.connect(self.told)
        self._loader.arrived.connect(self._on_slice)
        self._loader.failed.connect(self._on_failed)
        self._loader.busy_changed.connect(self._on_busy)
        self._stale.timeout.connect(self._mark_stale)
        self.view.scale_changed.connect(self._write_scale)
        self.view.scale_changed.connect(self.part_changed)
        model.volume_changed.connect(self._on_volume)
        model.display_changed.connect(self._on_display)
        model.overlay_changed.connect(lambda: self.view.set_overlay(model.session.overlay))
        model.model_changed.connect(self._show_prediction)
        model.prediction_added.connect(self._show_prediction)
        self.view.set_overlay(model.session.overlay)

    @property
    def prediction(self) -> Prediction | None:
        """The prediction that belongs to the slice on the screen, by the current model."""
        shown = self.view.shown
        if shown is None:
            return None
        request = shown.request
        session = self._model.session
        key = session.key_of(request.volume_number, request.direction, request.index)
        return None if key is None else session.predictions.find(key)

    @property
    def visible_part(self) -> VisiblePart | None:
        """What of the slice is on the screen."""
        return self.view.visible_part

    def set_work_text(self, text: str) -> None:
        """Say what is being computed for the current slice; empty for nothing."""
        self._work_text = text
        self._write_badge()

    def edit_number(self) -> None:
        """Let the user type which slice to go to."""
        self._navigator.edit_number()

    def _on_volume(self) -> None:
        self._stale.stop()
        self.view.clear_slice()
        self._title.clear()
        self._scale.clear()
        self.part_changed.emit()
        self._on_display()

    def _on_slice(self, image: SliceImage) -> None:
        self._stale.stop()
        self.view.show_slice(image)
        request = image.request
        axis = request.volume.axis_along(request.direction)
        self._title.setText(position_text(axis, request.direction, request.index))
        self._show_prediction()
        self._write_badge()
        self.slice_shown.emit(image)
        self.part_changed.emit()

    def _on_failed(self, error: BaseException) -> None:
        self._mark_stale()
        self.read_failed.emit(error)

    def _on_busy(self, busy: bool) -> None:  # noqa: FBT001 - a slot
        if busy and not self._stale.isActive():
            self._stale.start()
        elif not busy:
            self._stale.stop()

    def _mark_stale(self) -> None:
        self.view.set_stale(stale=True)
        self._write_badge(stale=True)

    def _write_badge(self, *, stale: bool = False) -> None:
        opened = self._model.session.opened
        text = self._work_text
        if stale and opened is not None:
            wanted = position_text(opened.axis, opened.direction, opened.index)
            text = self.tr("reading {0}…").format(in_sentence(wanted))
        self._badge.setText(text)

    def _write_scale(self) -> None:
        shown, times = self.view.shown, self.view.exaggeration
        if shown is None or times is None:
            self._scale.clear()
            return
        rows = shown.section.rows
        text = (
            self.tr("vertical exaggeration {0}") if rows.is_samples else self.tr("proportions {0}")
        )
        if rows.name == "twt":
            velocity = self._model.session.display.velocity_m_s
            text += self.tr(" at {0} m/s").format(f"{velocity:.0f}")
        self._scale.setText(text.format(f"{times:.3g}" if times < 100 else f"{times:.0f}"))

    def _show_prediction(self) -> None:
        prediction = self.prediction
        self.view.show_prediction(prediction)
        self.prediction_shown.emit(prediction)

    def _on_display(self) -> None:
        session = self._model.session
        display = session.display
        self.view.set_display(display)
        if session.opened is not None:
            limit = display.limit(session.opened.statistics)
            self._bar.show_scale(display, limit)
