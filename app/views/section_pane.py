"""The sections on the screen, side by side, with navigator and colour bar."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QSplitter, QWidget

from app.session_model import SessionModel
from app.views.color_bar import ColorBar
from app.views.navigator import Navigator
from app.views.placing import Pointer
from app.views.section_frame import SectionFrame
from app.views.section_view import SectionView
from app.views.suggestion_strip import SuggestionStrip
from app.workers.analysis import VisiblePart
from app.workers.job_bridge import JobBridge
from app.workers.slices import SliceImage
from engine.core.image_window import ImageWindow
from engine.core.lined_volume import numbers_at
from engine.session.predictions import Prediction
from engine.session.session import MOST_VIEWS


class SectionPane(QWidget):
    """Shows one, two or three linked sections; the controls move the active one.

    The active section follows the session's direction, the others keep theirs.
    All share the present place in each direction, and one crosshair.

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
    """A `SliceImage` that is now shown in the active section."""
    beside_changed = Signal(object)
    """The `SliceImage` of each section on the screen but the active one, as a tuple."""
    part_changed = Signal()
    """`visible_part` is another."""
    seen_changed = Signal(object)
    """The `ImageWindow` that is seen of a large image in the active section, or None."""
    prediction_shown = Signal(object)
    """The `Prediction` drawn over the active section, or None."""
    pointed = Signal(object, object)
    """A `SectionFrame`, and the `Pointer` to its sample or None."""
    read_failed = Signal(object)
    told = Signal(str)
    """Something for the status bar."""

    def __init__(
        self, model: SessionModel, read_lane: JobBridge, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._frames = tuple(SectionFrame(model, read_lane) for _ in range(MOST_VIEWS))
        self._active = self._frames[0]
        self._bar = ColorBar()
        self._navigator = Navigator(model)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        # A splitter puts what comes last first among its children, and so in the order of Tab.
        for frame in reversed(self._frames):
            splitter.insertWidget(0, frame)
            frame.setVisible(frame is self._active)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._navigator, 0, 0, 1, 2)
        layout.addWidget(splitter, 1, 0)
        layout.addWidget(self._bar, 1, 1)
        layout.setColumnStretch(0, 1)
        layout.setRowStretch(1, 1)
        self._connect()

    def _connect(self) -> None:
        model = self._model
        self._navigator.left.connect(self._take_keyboard)
        self._navigator.told.connect(self.told)
        for frame in self._frames:
            self._connect_frame(frame)
        model.volume_changed.connect(self._on_volume)
        model.position_changed.connect(self._follow)
        model.volume_confirmed.connect(self._on_confirmed)
        self._bar.dragged.connect(
            lambda levels: model.set_display(chosen_levels=levels, gain_db=0.0)
        )
        self._bar.double_clicked.connect(model.reset_display)
        model.views_changed.connect(self._on_views)
        model.display_changed.connect(self._on_display)
        model.overlay_changed.connect(self._on_overlay)
        model.model_changed.connect(self._show_predictions)
        model.prediction_added.connect(self._show_predictions)
        model.picture_added.connect(self._show_predictions)
        model.instant_changed.connect(self._show_predictions)
        self._on_overlay()

    def _connect_frame(self, frame: SectionFrame) -> None:
        frame.activated.connect(lambda: self._activate(frame))
        frame.pointed.connect(lambda pointer: self._on_pointed(frame, pointer))
        frame.slice_shown.connect(lambda image: self._on_slice(frame, image))
        frame.read_failed.connect(self.read_failed)
        frame.seen_changed.connect(lambda window: self._on_seen(frame, window))
        frame.view.scale_changed.connect(lambda: self._on_scale(frame))
        frame.view.place_chosen.connect(lambda place: self._go_to(frame, place))

    @property
    def view(self) -> SectionView:
        """The active section's view."""
        return self._active.view

    @property
    def frames(self) -> tuple[SectionFrame, ...]:
        """All sections, hidden ones too."""
        return self._frames

    @property
    def frame(self) -> SectionFrame:
        """The active section."""
        return self._active

    @property
    def views(self) -> tuple[SectionView, ...]:
        """The views of all sections, hidden ones too."""
        return tuple(frame.view for frame in self._frames)

    @property
    def prediction(self) -> Prediction | None:
        """The prediction of the active section's slice, by the current model."""
        return self._active.prediction

    def is_painted(self) -> bool:
        """Tell whether a stroke is under way in a section."""
        return any(frame.labels.painting for frame in self.frames)

    @property
    def visible_part(self) -> VisiblePart | None:
        """What of the active section is on the screen."""
        return self.view.visible_part

    def set_work_text(self, text: str) -> None:
        """Say what is being computed for the active section; empty for nothing."""
        for frame in self._frames:
            frame.set_work_text(text if frame is self._active else "")

    @property
    def strip(self) -> SuggestionStrip:
        """The strip below the slider of slices."""
        return self._navigator.strip

    def set_note(self, text: str) -> None:
        """Say in the active section's badge what holds for longer; empty for nothing."""
        for frame in self._frames:
            frame.set_note(text if frame is self._active else "")

    def edit_number(self) -> None:
        """Let the user type which slice to go to."""
        self._navigator.edit_number()

    def _take_keyboard(self) -> None:
        self.view.setFocus()

    def fit(self) -> None:
        """Show the whole of the active section."""
        self.view.fit()

    def _shown_frames(self) -> tuple[SectionFrame, ...]:
        """Return the frames in use: no more than there are directions."""
        session = self._model.session
        n_directions = len(session.opened.volume.directions) if session.opened else 1
        return self._frames[: min(session.n_views, n_directions)]

    def _on_volume(self) -> None:
        for frame in self._frames:
            frame.clear()
        self._active = self._frames[0]
        self.part_changed.emit()
        self._on_display()
        self._on_views()

    def _on_confirmed(self, other_sections: bool) -> None:  # noqa: FBT001 - a slot
        for frame in self._shown_frames() if other_sections else ():
            frame.read_anew()

    def _on_views(self) -> None:
        """Show as many sections as are wanted, new ones in directions not yet seen."""
        shown = self._shown_frames()
        if self._active not in shown:
            self._activate(shown[0])
        for frame in self._frames:
            frame.setVisible(frame in shown)
            if frame not in shown:
                frame.clear()
            frame.mark(active=frame is self._active and len(shown) > 1)
        self._follow()
        self._tell_beside()

    def _follow(self) -> None:
        opened = self._model.session.opened
        if opened is None:
            return
        shown = self._shown_frames()
        self._active.follow(opened.direction)
        directions = opened.volume.directions
        seen = [frame.direction for frame in shown]
        for frame in shown:
            if frame is not self._active:
                unseen = (d for d in directions if d not in seen)
                present = frame.direction if frame.direction in directions else ""
                direction = present or next(unseen, opened.direction)
                seen.append(direction)
                frame.follow(direction)

    def _activate(self, frame: SectionFrame) -> None:
        if frame is self._active:
            return
        self._active = frame
        several = len(self._shown_frames()) > 1
        for other in self._frames:
            other.mark(active=other is frame and several)
            other.set_work_text("")
        self._model.set_direction(frame.direction)
        if frame.view.shown is not None:
            self._on_slice(frame, frame.view.shown)

    def _on_slice(self, frame: SectionFrame, image: SliceImage) -> None:
        if frame is self._active:
            self.prediction_shown.emit(frame.prediction)
            self.slice_shown.emit(image)
            self.part_changed.emit()
        self._tell_beside()

    def _tell_beside(self) -> None:
        others = (f.view.shown for f in self._shown_frames() if f is not self._active)
        self.beside_changed.emit(tuple(image for image in others if image is not None))

    def _on_seen(self, frame: SectionFrame, window: ImageWindow | None) -> None:
        if frame is self._active:
            self.seen_changed.emit(window)

    def _on_scale(self, frame: SectionFrame) -> None:
        if frame is self._active:
            self.part_changed.emit()

    def _on_pointed(self, frame: SectionFrame, pointer: Pointer | None) -> None:
        for other in self._shown_frames():
            if other is not frame:
                other.show_place_of(frame.view, pointer)
        self.pointed.emit(frame, pointer)

    def _go_to(self, frame: SectionFrame, place: dict[str, float]) -> None:
        """Move the sections of other directions to a place of this one."""
        opened, shown = self._model.session.opened, frame.view.shown
        if opened is not None and shown is not None:
            section = shown.section
            row, col = (axis.clamp(place[axis.name]) for axis in (section.rows, section.cols))
            place = {**numbers_at(shown.request.volume, section, row, col), **place}
            place.pop(shown.request.direction, None)
            self._model.set_indices(
                {
                    name: opened.volume.axis_along(name).clamp(number)
                    for name, number in place.items()
                    if name in opened.volume.directions
                }
            )

    def _show_predictions(self) -> None:
        for frame in self._frames:
            frame.show_prediction()
        self.prediction_shown.emit(self.prediction)

    def _on_overlay(self) -> None:
        for view in self.views:
            view.set_overlay(self._model.session.overlay)
        for frame in self._frames:
            frame.show_prediction()  # another model may be compared

    def _on_display(self) -> None:
        session = self._model.session
        display = session.shown_display
        for view in self.views:
            view.set_display(display)
        if session.opened is not None:
            self._bar.show_scale(display, display.levels(session.opened.shown_statistics))
            self._follow()
