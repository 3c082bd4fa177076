"""The session as Qt sees it: one object that changes it and tells."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields, replace
from typing import Any

from PySide6.QtCore import Signal

from app.session_predictions import SessionPredictions
from engine.core.amplitudes import AmplitudeStatistics
from engine.core.arbitrary_line import ARBITRARY, ArbitraryLine
from engine.core.labels import CERTAIN
from engine.core.volume import Volume
from engine.errors import ShapeError
from engine.session.display_settings import DisplaySettings
from engine.session.label_scheme import FIRST_CLASSES, LabelScheme
from engine.session.labels import LabelDocument
from engine.session.open_volume import OpenVolume, ViewRange
from engine.session.processing import ProcessedView
from engine.session.view_state import ViewState


class SessionModel(SessionPredictions):
    """The only mutator of a session; lives on the GUI thread.

    Parameters
    ----------
    session : Session
        The document.
    parent : QObject or None
        The usual Qt owner.
    """

    volume_changed = Signal()
    """Another volume was opened, or the last was closed."""
    volume_confirmed = Signal(bool)
    """The open volume is the same, its description is not; whether its sections are others."""
    position_changed = Signal()
    """Another direction or slice is current."""
    lines_changed = Signal()
    """Other arbitrary lines are drawn through the volume."""
    view_applied = Signal(object)
    """A `ViewState` is shown again; what was seen of each direction is for the views."""
    display_changed = Signal()
    views_changed = Signal()
    """More or fewer sections are to be shown side by side."""
    processing_changed = Signal()
    """Other steps are chosen for records, or models are to see something else."""
    processed_changed = Signal()
    """The open record is shown in another way than before: as recorded, or processed."""

    def open_volume(
        self,
        volume: Volume,
        statistics: AmplitudeStatistics,
        *,
        description: Mapping[str, Any] | None = None,
        reader_options: Mapping[str, Any] | None = None,
        labels: LabelDocument | None = None,
    ) -> None:
        """Show another volume instead of the present one, with new labels or these."""
        session = self._session
        session.n_opened += 1
        session.predictions.clear()
        session.pictures.clear()
        opened = OpenVolume.centred(session.n_opened, volume, statistics)
        opened.description = description or {}
        opened.reader_options = reader_options or {}
        session.opened = opened
        # Levels and doubts about other data mean nothing for these.
        session.display = replace(session.display, chosen_levels=None)
        self.set_certainty(CERTAIN)
        blank = LabelDocument(volume.section_shape, LabelScheme(FIRST_CLASSES))
        self.set_labels(labels or blank)
        self.volume_changed.emit()
        self.position_changed.emit()
        self.suit_model()
        self._suit_scheme()

    def confirm_volume(self, description: Mapping[str, Any], *, other_sections: bool) -> None:
        """Take over what the open volume turned out to be; see `Confirming`."""
        if self._session.opened is not None:
            self._session.opened.description = description
            self.volume_confirmed.emit(other_sections)

    def close_volume(self) -> Volume | None:
        """Forget the present volume and return it; whoever reads it may still be at it."""
        opened = self._session.opened
        if opened is None:
            return None
        self._session.opened = None
        self._session.predictions.clear()
        self._session.pictures.clear()
        self.set_labels(None)
        self.volume_changed.emit()
        return opened.volume

    def set_direction(self, direction: str) -> None:
        """Look along another direction."""
        opened = self._session.opened
        if opened is None or direction == opened.direction:
            return
        if direction in opened.volume.directions:
            opened.direction = direction
            self.position_changed.emit()

    def set_index(self, index: int) -> None:
        """Look at another slice; indices outside go to the nearest end."""
        opened = self._session.opened
        if opened is not None:
            self.set_indices({opened.direction: index})

    def set_indices(self, indices: Mapping[str, int]) -> None:
        """Move in several directions at once; indices outside go to the nearest end."""
        opened = self._session.opened
        if opened is None:
            return
        before = dict(opened.indices)
        for direction, index in indices.items():
            last = opened.volume.axis_along(direction).size - 1
            opened.indices[direction] = min(max(index, 0), last)
        if opened.indices != before:
            self.position_changed.emit()

    def set_lines(self, lines: tuple[ArbitraryLine, ...]) -> None:
        """Draw other arbitrary lines through the volume.

        Raises
        ------
        ShapeError
            If a line is too long.
        """
        opened = self._session.opened
        if opened is None or not opened.has_lines or lines == opened.lines:
            return
        opened.take_lines(lines)
        self._session.predictions.forget(ARBITRARY)
        self.lines_changed.emit()
        self.position_changed.emit()

    def note_range(self, direction: str, seen: ViewRange) -> None:
        """Remember what is seen of a direction."""
        if self._session.opened is not None:
            self._session.opened.ranges[direction] = seen

    def view_state(self) -> ViewState:
        """Return what one looks at and how."""
        return ViewState.of(self._session)

    def apply_view(self, state: ViewState) -> None:
        """Look at something as it was looked at before, as far as the open volume has it."""
        opened = self._session.opened
        self._replace_display(state.display)
        self.set_overlay(**{f.name: getattr(state.overlay, f.name) for f in fields(state.overlay)})
        self.set_views(state.n_views)
        self.set_class(state.class_id)
        if opened is None:
            return
        with suppress(ShapeError):  # lines of another, larger survey
            self.set_lines(state.lines)
        directions = opened.volume.directions
        opened.ranges.update({d: seen for d, seen in state.ranges.items() if d in directions})
        self.set_indices({d: index for d, index in state.indices.items() if d in directions})
        self.set_direction(state.direction)
        self.view_applied.emit(state)

    def step(self, n_slices: int) -> None:
        """Move by a number of slices."""
        if self._session.opened is not None:
            self.set_index(self._session.opened.index + n_slices)

    def set_display(self, **changes: Any) -> None:
        """Change fields of `DisplaySettings`."""
        self._replace_display(replace(self._session.display, **changes))

    def set_color_map(self, key: str) -> None:
        """Use another colour map for data of the open kind."""
        name = "image_color_map" if self._session.shows_image else "color_map"
        self.set_display(**{name: key})

    def change_gain(self, change_db: float) -> None:
        """Raise or lower the gain."""
        self._replace_display(self._session.with_gain(change_db))

    def reset_display(self) -> None:
        """Return to the automatic clip: the default percentile, no gain, no levels chosen."""
        default = DisplaySettings()
        self.set_display(percentile=default.percentile, gain_db=default.gain_db, chosen_levels=None)

    def set_views(self, n_views: int) -> None:
        """Show several sections side by side."""
        if n_views != self._session.n_views:
            self._session.n_views = n_views
            self.views_changed.emit()

    def set_processing(self, **changes: Any) -> None:
        """Change fields of `RecordProcessing`."""
        session = self._session
        processing = replace(session.processing, **changes)
        if processing == session.processing:
            return
        what_models_saw = session.processed_for_models
        session.processing = processing
        self.processing_changed.emit()
        if session.processed_for_models is not what_models_saw:
            self.model_changed.emit()

    def show_processed(self, view: ProcessedView | None) -> None:
        """Show the open record as it was processed; as recorded for None."""
        session, opened = self._session, self._session.opened
        if opened is None or view is opened.processed:
            return
        what_models_saw = session.processed_for_models
        opened.processed = view
        # Levels chosen for other amplitudes mean nothing for these.
        session.display = replace(session.display, chosen_levels=None)
        self.processed_changed.emit()
        self.display_changed.emit()
        if session.processed_for_models is not what_models_saw:
            self.model_changed.emit()

    def _replace_display(self, display: DisplaySettings) -> None:
        if display != self._session.display:
            self._session.display = display
            self.display_changed.emit()
