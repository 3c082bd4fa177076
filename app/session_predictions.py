"""The models of the session and what they say, as Qt sees them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal

from app.session_labels import SessionLabels
from engine.core.prediction_options import PredictionOptions
from engine.session.display_settings import OverlaySettings
from engine.session.model_info import InstantModel, ModelInfo
from engine.session.predictions import FeaturePicture, Prediction


class SessionPredictions(SessionLabels):
    """The part of `SessionModel` that changes models, predictions and their overlay.

    Parameters
    ----------
    session : Session
        The document.
    parent : QObject or None
        The usual Qt owner.
    """

    overlay_changed = Signal()
    models_changed = Signal()
    """The list of models changed."""
    model_changed = Signal()
    """Another model, device or way of predicting is current."""
    live_changed = Signal(bool)
    prediction_added = Signal()
    instant_changed = Signal()
    """Instant mode was switched, or its head is another."""
    suggesting_changed = Signal()
    """What to label next is to be shown, or not any more."""
    picture_added = Signal()
    """The features of a section are known as colours."""

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
        self._session.models, self._session.models_listed = models, True
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
        self._compare_alike()
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
        """Compare the model with another of the same classes, or with none."""
        if model is not None and not self._session.can_compare(model):
            return
        if model != self._session.compared:
            self._session.compared = model
            self.overlay_changed.emit()

    def _compare_alike(self) -> None:
        """Compare with no model that tells other classes apart than the one now in use."""
        if self._session.compared is not None and not self._session.can_compare(
            self._session.compared
        ):
            self.set_compared(None)

    def set_instant_on(self, on: bool) -> None:  # noqa: FBT001 - a slot of QAction.toggled
        """Fit a head to each stroke, or go back to the model."""
        session = self._session
        if on != session.instant_on:
            session.instant_on = on
            session.instant = None
            self._compare_alike()
            if on:
                self.set_live(False)
            self.instant_changed.emit()

    def set_instant(self, instant: InstantModel | None) -> None:
        """Use another instant head, while instant mode is on."""
        if self._session.instant_on and instant != self._session.instant:
            self._session.instant = instant
            self._compare_alike()
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

    def set_prediction_options(self, options: PredictionOptions) -> None:
        """Predict in another way from now on."""
        if options != self._session.prediction_options:
            self._session.prediction_options = options
            self.model_changed.emit()

    def set_live(self, live: bool) -> None:  # noqa: FBT001 - a slot of QAction.toggled
        """Segment each slice that is shown, or stop doing so."""
        if live != self._session.live:
            self._session.live = live
            self.live_changed.emit(live)

    def add_prediction(self, prediction: Prediction) -> None:
        """Keep a prediction."""
        self._session.predictions.add(prediction)
        self.prediction_added.emit()
