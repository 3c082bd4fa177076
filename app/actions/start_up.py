"""What the command line asks of the window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from app.actions.files import FileCommands
from app.session_model import SessionModel
from app.views.prediction_loader import PredictionLoader
from app.views.section_pane import SectionPane
from engine.errors import EngineError, ModelError, SettingsError

# Lets the last change reach the screen before it is grabbed.
_SETTLE_MS = 250
_SCREENSHOT_SIZE = (1400, 900)


@dataclass(frozen=True, slots=True)
class StartOptions:
    """What was asked for.

    Parameters
    ----------
    files : tuple of pathlib.Path
        The first is opened, the others are listed with the recent files.
    demo : bool, default False
        Open the demo survey.
    reader_options : mapping of str to object, default empty
        How the first file is opened.
    direction : str, default ""
        Direction of the first section; the volume's first when empty.
    number : float, optional
        Its line number, time or depth; the middle when left out.
    color_map : str, default ""
        Key of the colour map; the one used last when empty.
    model : str, default ""
        Name or folder of a bundle.
    segment : bool, default False
        Segment the first slice.
    screenshot : pathlib.Path, optional
        Save the window as PNG when everything is shown, and end.
    """

    files: tuple[Path, ...] = ()
    demo: bool = False
    reader_options: Mapping[str, Any] = field(default_factory=dict)
    direction: str = ""
    number: float | None = None
    color_map: str = ""
    model: str = ""
    segment: bool = False
    screenshot: Path | None = None


class StartUp(QObject):
    """Opens, segments and grabs, each step when the one before is done.

    Parameters
    ----------
    options : StartOptions
        What to do.
    window : QWidget
        What is grabbed.
    model : SessionModel
        Followed.
    files : FileCommands
        Opens the file.
    pane : SectionPane
        Shows it.
    predictions : PredictionLoader
        Segments it.
    """

    ended = Signal(object)
    """After a screenshot: None, or the error that prevented it."""
    failed = Signal(object)
    """An error that the user should see."""

    def __init__(
        self,
        options: StartOptions,
        window: QWidget,
        *,
        model: SessionModel,
        files: FileCommands,
        pane: SectionPane,
        predictions: PredictionLoader,
    ) -> None:
        super().__init__(window)
        self._options = options
        self._window = window
        self._model = model
        self._files = files
        self._pane = pane
        self._predictions = predictions
        self._asked = False
        self._listed = False
        self._grabbing = False
        model.models_changed.connect(self._on_models)
        if options.model:
            files.opened.connect(self._keep_model)
        if options.direction or options.number is not None:
            files.opened.connect(self._go_there)
        pane.slice_shown.connect(self._advance_later)
        pane.prediction_shown.connect(self._advance_later)
        if options.screenshot is not None:
            for signal in (files.failed, pane.read_failed, predictions.failed):
                signal.connect(self.ended)
            files.refused.connect(lambda _path, error: self.ended.emit(error))

    def begin(self) -> None:
        """Open what was asked for."""
        if self._options.screenshot is not None:
            self._window.resize(*_SCREENSHOT_SIZE)
        if self._options.color_map:
            wanted = self._options.color_map
            self._model.set_display(color_map=wanted, image_color_map=wanted)
        if self._options.files:
            self._files.open_path(self._options.files[0], self._options.reader_options)
        elif self._options.demo:
            self._files.open_demo()
        elif self._options.screenshot is not None:
            self._grab_later()

    def _keep_model(self, _path: Path) -> None:
        """Use the model that was named, even if it is for other data."""
        self._files.opened.disconnect(self._keep_model)
        if self._listed:
            self._choose_model()

    def _go_there(self, _path: Path) -> None:
        self._files.opened.disconnect(self._go_there)
        opened = self._model.session.opened
        if opened is None:
            return
        name, directions = opened.volume.path.name, opened.volume.directions
        direction = self._options.direction or opened.direction
        if direction not in directions:
            hint = f"Choose one of {', '.join(directions)}."
            self._fail(SettingsError(f"{name}: no direction {direction!r}", hint=hint))
            return
        axis = opened.volume.axis_along(direction)
        try:
            number = self._options.number
            index = opened.indices[direction] if number is None else axis.index(number)
        except ValueError as error:
            hint = f"Choose a number from {axis.first:g} to {axis.last:g}."
            self._fail(SettingsError(f"{name}: {error}", hint=hint))
            return
        # In this order no other section of the direction is shown in between.
        self._model.set_indices({direction: index})
        self._model.set_direction(direction)

    def _on_models(self) -> None:
        self._listed = True
        if not self._options.model or self._choose_model():
            self._advance_later()

    def _choose_model(self) -> bool:
        """Use the model that was named; return whether there is one."""
        wanted, models = self._options.model, self._model.session.models
        # The store takes in a folder that was named, under its own name.
        path = Path(wanted)
        found = next((m for m in models if m.name == wanted or m.path == path), None)
        if found is None:
            known = ", ".join(m.name for m in models) or "none"
            self._fail(ModelError(f"there is no model {wanted!r}", hint=f"Known are: {known}."))
            return False
        self._model.set_model(found)
        return True

    def _advance_later(self, _news: object = None) -> None:
        """Go on when the others have heard the same signal."""
        QTimer.singleShot(0, self, self._advance)

    def _advance(self) -> None:
        options, session = self._options, self._model.session
        shown, opened = self._pane.view.shown, session.opened
        if shown is None or opened is None or not self._listed:
            return
        if (shown.request.direction, shown.request.index) != (opened.direction, opened.index):
            return  # another slice is on its way
        if options.segment and self._pane.prediction is None:
            if not self._asked:
                self._asked = True
                self._segment()
            return
        if options.screenshot is not None:
            self._grab_later()

    def _segment(self) -> None:
        session = self._model.session
        model = session.model or next(iter(session.models), None)
        if model is None:
            hint = "Train a model, or name the folder of one with --model."
            self._fail(ModelError("no model was found", hint=hint))
        elif not model.available:
            hint = "Choose another model in the panel, or with --model."
            self._fail(ModelError(f"{model.name} cannot be used: {model.reason}", hint=hint))
        else:
            self._predictions.segment()

    def _grab_later(self) -> None:
        if not self._grabbing:
            self._grabbing = True
            QTimer.singleShot(_SETTLE_MS, self, self._grab)

    def _grab(self) -> None:
        path = self._options.screenshot
        saved = path is not None and self._window.grab().save(str(path), "PNG")
        error = EngineError(
            f"{path}: cannot be written", hint="Check the folder, its permissions and its room."
        )
        self.ended.emit(None if saved else error)

    def _fail(self, error: EngineError) -> None:
        if self._options.screenshot is not None:
            self.ended.emit(error)
        else:
            self.failed.emit(error)
