"""One of the sections on the screen, with its title and the reading of its slices."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QGridLayout, QWidget

from app.session_model import SessionModel
from app.views.label_layer import LabelLayer
from app.views.navigator import in_sentence, plane_text, position_text, short_title
from app.views.overlay_item import OverlayContent
from app.views.pick_layer import PickLayer
from app.views.placing import Pointer
from app.views.readout import drawn_words
from app.views.section_view import SectionView
from app.views.slice_loader import SliceLoader
from app.views.window_loader import WindowLoader
from app.widgets.elided_label import ElidedLabel
from app.workers.job_bridge import JobBridge
from app.workers.slices import SliceImage
from engine.core.lined_volume import numbers_at
from engine.core.section import Plane
from engine.errors import ShapeError
from engine.session.open_volume import ViewRange
from engine.session.predictions import Prediction
from engine.session.view_state import ViewState

_STALE_AFTER_MS = 80


class SectionFrame(QWidget):
    """Shows the session's present slice of one direction, with its classes.

    Parameters
    ----------
    model : SessionModel
        Where each direction stands, and how to draw.
    read_lane : JobBridge
        Where slices are read.
    parent : QWidget or None
        The usual Qt owner.
    """

    slice_shown = Signal(object)
    """A `SliceImage` that is now on the screen."""
    read_failed = Signal(object)
    activated = Signal()
    """The user turned to this section."""
    seen_changed = Signal(object)
    """The `ImageWindow` that is seen of a large image, or None."""
    pointed = Signal(object)
    """A `Pointer` to a sample of this section, or None."""

    def __init__(
        self, model: SessionModel, read_lane: JobBridge, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._loader = SliceLoader(model, read_lane, self)
        self.view = SectionView()
        self.labels = LabelLayer(model, self.view)
        self.picks = PickLayer(model, self.view, self.labels)
        self._windows = WindowLoader(model, self.view, read_lane, self)
        self._title, self._scale, self._badge = ElidedLabel(), ElidedLabel(), ElidedLabel()
        self._processing = ElidedLabel()
        for label in (self._scale, self._badge, self._processing):
            label.setMinimumWidth(1)  # nothing keeps room but the title
        for label, name in (
            (self._title, "sectionTitle"),
            (self._processing, "processing"),
            (self._scale, "scale"),
            (self._badge, "badge"),
        ):
            label.setObjectName(name)
        font = self._title.font()
        font.setBold(True)
        self._title.setFont(font)
        self._title.setContentsMargins(10, 2, 10, 2)
        self._scale.setEnabled(False)
        self._badge.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._badge.setContentsMargins(10, 2, 10, 2)
        self._work_text = self._note = self._window_text = ""
        self._ranges: dict[str, ViewRange] = {}
        self._stale = QTimer(self, singleShot=True, interval=_STALE_AFTER_MS)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        row = (self._title, self._processing, self._scale, self._badge)
        for column, part in enumerate(row):
            layout.addWidget(part, 0, column)
        layout.addWidget(self.view, 1, 0, 1, len(row))
        layout.setColumnStretch(len(row) - 1, 1)
        layout.setRowStretch(1, 1)
        self._connect()

    def _connect(self) -> None:
        self._loader.arrived.connect(self._on_slice)
        self._loader.failed.connect(self._on_failed)
        self._loader.busy_changed.connect(self._on_busy)
        self._windows.failed.connect(self.read_failed)
        self._windows.seen_changed.connect(self.seen_changed)
        self._windows.state_changed.connect(self._on_window_state)
        self._stale.timeout.connect(self._mark_stale)
        self.view.scale_changed.connect(self._write_scale)
        self.view.scale_changed.connect(self._note_range)
        self._model.view_applied.connect(self._on_view_applied)
        self.view.focused.connect(self.activated)
        self.view.pointer_moved.connect(self.pointed)

    @property
    def direction(self) -> str:
        """Direction of its sections; empty while nothing is shown."""
        return self._loader.direction

    def drawn_at(self, pointer: Pointer) -> str:
        """Put into words what interpreters say of the sample under the pointer."""
        shown, document = self.view.shown, self.labels.document
        if shown is None or document is None or self.labels.key is None:
            return ""
        down, across = shown.section.rows, shown.section.cols
        try:
            row = down.index(pointer.section.rows.value(pointer.row))
            col = across.index(pointer.section.cols.value(pointer.col))
        except ShapeError:  # a part in full resolution may begin half a sample before
            return ""
        return drawn_words(self.labels.labels_at(row, col), document.scheme.classes)

    @property
    def prediction(self) -> Prediction | None:
        """The prediction that belongs to the slice on the screen, by the current model."""
        shown = self.view.shown
        if shown is None:
            return None
        request, session = shown.request, self._model.session
        key = session.key_of(request.volume_number, request.direction, request.index)
        return None if key is None else session.predictions.find(key)

    def follow(self, direction: str) -> None:
        """Show the session's present slice of a direction."""
        self._loader.request(direction)
        self._await_slice()

    def read_anew(self) -> None:
        """Read the present slice again: the file turned out to be otherwise."""
        direction = self.direction
        self._loader.forget()
        if direction:
            self._loader.request(direction)

    def clear(self) -> None:
        """Show nothing and await nothing."""
        self._loader.forget()
        self._ranges.clear()
        self._stale.stop()
        self.view.clear_slice()
        self._title.clear()
        self._processing.clear()
        self._scale.clear()
        self._badge.clear()

    def mark(self, *, active: bool) -> None:
        """Colour the title of the one section that the controls move."""
        role = QPalette.ColorRole.Link if active else QPalette.ColorRole.WindowText
        self._title.setForegroundRole(role)

    def set_work_text(self, text: str) -> None:
        """Say what is being computed for the slice; empty for nothing."""
        self._work_text = text
        self._write_badge()

    def set_note(self, text: str) -> None:
        """Say what holds while nothing is computed; empty for nothing."""
        self._note = text
        self._write_badge()

    def show_prediction(self) -> None:
        """Draw what is known of the slice."""
        self.view.show_content(self._content())

    def _content(self) -> OverlayContent:
        shown, session = self.view.shown, self._model.session
        if shown is None:
            return OverlayContent()
        request = shown.request
        key = session.key_of(request.volume_number, request.direction, request.index)
        if key is None:
            return OverlayContent()
        other, own = session.compared_key(key), session.features_key(key)
        return OverlayContent(
            session.predictions.find(key),
            None if other is None else session.predictions.find(other),
            None if own is None else session.pictures.find(own),
        )

    def show_place_of(self, other: SectionView, pointer: Pointer | None) -> None:
        """Draw the crosshair where a sample of another section lies in this one."""
        shown = other.shown
        if pointer is None or shown is None or shown.section.plane is None:
            self.view.show_place({})
            return
        self.view.show_place(
            numbers_at(shown.request.volume, pointer.section, pointer.row, pointer.col)
            | {shown.section.plane.direction: shown.section.plane.number}
        )

    def _on_slice(self, image: SliceImage) -> None:
        self._stale.stop()
        request = image.request
        wanted = self._ranges.pop(request.direction, None)
        self.view.show_slice(image)
        if wanted is not None:
            self.view.view_box.look_at(wanted)
        self._note_range()
        axis, plane = request.volume.axis_along(request.direction), image.section.plane
        here = Plane(request.direction, request.index, axis.value(request.index))
        title = plane_text(plane or here, axis)
        self._title.set_texts(title, short_title(title, request.direction))
        self._processing.setText(image.section.processing)
        self.show_prediction()
        self._write_badge()
        self.slice_shown.emit(image)

    def _on_view_applied(self, state: ViewState) -> None:
        self._ranges = dict(state.ranges)
        shown = self.view.shown
        if shown is not None and not self._loader.busy and shown.request.direction in self._ranges:
            self.view.view_box.look_at(self._ranges.pop(shown.request.direction))

    def _note_range(self) -> None:
        if self.view.shown is not None:
            self._model.note_range(self.view.shown.request.direction, self.view.view_box.seen)

    def _on_failed(self, error: BaseException) -> None:
        self._mark_stale()
        self.read_failed.emit(error)

    def _on_busy(self, busy: bool) -> None:  # noqa: FBT001 - a slot
        if busy:
            self._await_slice()
        else:
            self._stale.stop()

    def _await_slice(self) -> None:
        """Mark what is shown as old after a while, unless it is a part of what is awaited."""
        if self._loader.busy and not self._loader.refining and not self._stale.isActive():
            self._stale.start()

    def _mark_stale(self) -> None:
        self.view.set_stale(stale=True)
        self._write_badge(stale=True)

    def _on_window_state(self, text: str) -> None:
        self._window_text = text
        self._write_badge()

    def _write_badge(self, *, stale: bool = False) -> None:
        opened, direction = self._model.session.opened, self.direction
        text = self._window_text or self._work_text or self._note
        if stale and opened is not None and direction in opened.indices:
            axis = opened.volume.axis_along(direction)
            wanted = position_text(axis, direction, opened.indices[direction])
            text = self.tr("reading {0}…").format(in_sentence(wanted))
        elif not text and self._loader.refining:
            text = self.tr("coarse, reading on…")
        self._badge.setText(text)

    def _write_scale(self) -> None:
        shown, times = self.view.shown, self.view.exaggeration
        if shown is None or times is None:
            self._scale.clear()
            return
        rows = shown.section.rows
        vertical = rows.is_samples
        text = self.tr("vertical exaggeration {0}") if vertical else self.tr("proportions {0}")
        short = self.tr("VE {0}") if vertical else self.tr("1:{0}")
        if rows.name == "twt":
            velocity = self._model.session.display.velocity_m_s
            text += self.tr(" at {0} m/s").format(f"{velocity:.0f}")
        ratio = f"{times:.3g}" if times < 100 else f"{times:.0f}"
        self._scale.set_texts(text.format(ratio), short.format(ratio))
