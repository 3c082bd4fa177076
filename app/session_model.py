"""The session as Qt sees it: one object that changes it and tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from engine.core.amplitudes import AmplitudeStatistics
from engine.core.labels import CERTAIN, LEFT_OUT, POSSIBLE
from engine.core.volume import Volume
from engine.session.edits import LabelChange
from engine.session.label_scheme import FIRST_CLASSES, LabelScheme
from engine.session.labelling import LabelLook, ToolSettings
from engine.session.labels import LabelDocument
from engine.session.predictions import FeaturePicture, Prediction
from engine.session.session import (
    DisplaySettings,
    InstantModel,
    ModelInfo,
    OpenVolume,
    OverlaySettings,
    Session,
)


class SessionModel(QObject):
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
    position_changed = Signal()
    """Another direction or slice is current."""
    display_changed = Signal()
    overlay_changed = Signal()
    models_changed = Signal()
    """The list of models changed."""
    model_changed = Signal()
    """Another model or device is current."""
    live_changed = Signal(bool)
    prediction_added = Signal()
    views_changed = Signal()
    """More or fewer sections are to be shown side by side."""
    tool_changed = Signal()
    """Another tool, or none, has the left mouse button."""
    instant_changed = Signal()
    """Instant mode was switched, or its head is another."""
    suggesting_changed = Signal()
    """What to label next is to be shown, or not any more."""
    picture_added = Signal()
    """The features of a section are known as colours."""
    labels_changed = Signal(object)
    """What changed in the labels, a `LabelChange`."""
    history_changed = Signal()
    """Something else can be undone or redone."""
    labels_replaced = Signal()
    """Another document of labels, or none, is open."""
    class_changed = Signal()
    """Another class, certainty or author is to be labelled with."""
    label_look_changed = Signal()
    """Labels are to be drawn in another way."""
    tool_settings_changed = Signal()
    """The tools are to do something else."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._stop_listening: Callable[[], None] | None = None

    @property
    def session(self) -> Session:
        """The document, for reading."""
        return self._session

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
        # Levels chosen for other data mean nothing for these.
        session.display = replace(session.display, chosen_levels=None)
        blank = LabelDocument(volume.section_shape, LabelScheme(FIRST_CLASSES))
        self.set_labels(labels or blank)
        self.volume_changed.emit()
        self.position_changed.emit()
        self.suit_model()
        self._suit_scheme()

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

    def set_overlay(self, **changes: Any) -> None:
        """Change fields of `OverlaySettings`."""
        overlay: OverlaySettings = replace(self._session.overlay, **changes)
        if overlay != self._session.overlay:
            self._session.overlay = overlay
            self.overlay_changed.emit()

    def set_class_visible(self, class_id: int, *, visible: bool) -> None:
        """Show or hide one class."""
        hidden = self._session.overlay.hidden
        self.set_overlay(hidden=hidden - {class_id} if visible else hidden | {class_id})

    def set_models(self, models: tuple[ModelInfo, ...]) -> None:
        """Take over a new list of models; the present one stays if it is still there."""
        self._session.models = models
        present = self._session.model
        self.models_changed.emit()
        if present is not None:
            same = next((m for m in models if m.path == present.path), None)
            self.set_model(same)

    def set_model(self, model: ModelInfo | None) -> None:
        """Use another model."""
        if model == self._session.model:
            return
        self._session.model = model
        self._suit_scheme()
        self.set_overlay(hidden=frozenset())
        self.model_changed.emit()

    def suit_model(self) -> None:
        """Use a model for the data that are open, unless the present one is."""
        self.set_model(self._session.suited_model())

    def step_model(self, n_models: int) -> None:
        """Use the model that many places further on in the list; round at its ends."""
        models = self._session.models_by_task()
        if models:
            present = self._session.model
            outside = -1 if n_models > 0 else 0
            here = models.index(present) if present in models else outside
            self.set_model(models[(here + n_models) % len(models)])

    def set_compared(self, model: ModelInfo | None) -> None:
        """Compare the model with another, or with none."""
        if model != self._session.compared:
            self._session.compared = model
            self.overlay_changed.emit()

    def set_instant_on(self, on: bool) -> None:  # noqa: FBT001 - a slot of QAction.toggled
        """Fit a head to each stroke, or go back to the model."""
        session = self._session
        if on != session.instant_on:
            session.instant_on = on
            session.instant = None
            if on:
                self.set_live(False)
            self.instant_changed.emit()

    def set_instant(self, instant: InstantModel | None) -> None:
        """Use another instant head, while instant mode is on."""
        if self._session.instant_on and instant != self._session.instant:
            self._session.instant = instant
            self.instant_changed.emit()

    def set_suggesting(self, on: bool) -> None:  # noqa: FBT001 - a slot of QAction.toggled
        """Find out which slice to label next, or stop."""
        if on != self._session.suggesting:
            self._session.suggesting = on
            self.suggesting_changed.emit()

    def add_picture(self, picture: FeaturePicture) -> None:
        """Keep features as colours."""
        self._session.pictures.add(picture)
        self.picture_added.emit()

    def set_device(self, device: str) -> None:
        """Use another device for what is segmented from now on."""
        if device != self._session.device:
            self._session.device = device
            self.model_changed.emit()

    def set_live(self, live: bool) -> None:  # noqa: FBT001 - a slot of QAction.toggled
        """Segment each slice that is shown, or stop doing so."""
        if live != self._session.live:
            self._session.live = live
            self.live_changed.emit(live)

    def set_tool(self, tool: str) -> None:
        """Give the left mouse button to a tool; to none when empty."""
        if tool != self._session.tool:
            self._session.tool = tool
            self.tool_changed.emit()

    def set_views(self, n_views: int) -> None:
        """Show several sections side by side."""
        if n_views != self._session.n_views:
            self._session.n_views = n_views
            self.views_changed.emit()

    def add_prediction(self, prediction: Prediction) -> None:
        """Keep a prediction."""
        self._session.predictions.add(prediction)
        self.prediction_added.emit()

    def set_labels(self, labels: LabelDocument | None) -> None:
        """Label in another document from now on."""
        if self._stop_listening is not None:
            self._stop_listening()
        self._session.labels = labels
        self._stop_listening = labels.subscribe(self._on_labels) if labels is not None else None
        self.set_class(self._session.class_id)
        self.labels_replaced.emit()
        self.history_changed.emit()

    def set_class(self, class_id: int) -> None:
        """Label with another class; an id that is none becomes the nearest."""
        labels = self._session.labels
        last = len(labels.scheme) - 1 if labels is not None else class_id
        self._label_with(class_id=min(max(class_id, 0), last))

    def set_certainty(self, certainty: int) -> None:
        """Label with another certainty, from `POSSIBLE` to `CERTAIN`."""
        self._label_with(certainty=min(max(certainty, POSSIBLE), CERTAIN))

    def set_author(self, author: str) -> None:
        """Label in another name."""
        self._label_with(author=author)

    def set_label_look(self, **changes: Any) -> None:
        """Change fields of `LabelLook`."""
        look: LabelLook = replace(self._session.label_look, **changes)
        if look != self._session.label_look:
            self._session.label_look = look
            self.label_look_changed.emit()

    def set_tools(self, **changes: Any) -> None:
        """Change fields of `ToolSettings`."""
        tools: ToolSettings = replace(self._session.tools, **changes)
        if tools != self._session.tools:
            self._session.tools = tools
            self.tool_settings_changed.emit()

    def _label_with(self, **values: Any) -> None:
        session = self._session
        changed = {name: v for name, v in values.items() if getattr(session, name) != v}
        for name, value in changed.items():
            setattr(session, name, value)
        if changed:
            self.class_changed.emit()

    def _on_labels(self, change: LabelChange) -> None:
        if change.kind == "scheme":
            self.set_class(self._session.class_id)
        self.labels_changed.emit(change)
        if change.kind == "history":
            self.history_changed.emit()

    def _suit_scheme(self) -> None:
        """Until something is labelled, label with the classes of the model."""
        labels, model = self._session.labels, self._session.model
        if labels is None or not labels.pristine or model is None or model.classes is None:
            return
        if len(model.classes) <= LEFT_OUT:
            labels.adopt_scheme(LabelScheme(model.classes))

    def _replace_display(self, display: DisplaySettings) -> None:
        if display != self._session.display:
            self._session.display = display
            self.display_changed.emit()
