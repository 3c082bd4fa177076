"""What is remembered, carried between the settings file and the session."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QMainWindow

from app.actions.files import FileCommands
from app.panels.dock_widths import DockWidths
from app.session_model import SessionModel
from app.settings import Settings, SettingsFile
from app.theme import apply_theme
from engine.core.prediction_options import PredictionOptions
from engine.core.provenance import user_name
from engine.preprocessing.das_chain import DasChain
from engine.session.model_info import ModelInfo

_SIZE = (1400, 900)
_STATE_VERSION = 1
_DISPLAY = (
    "color_map",
    "image_color_map",
    "percentile",
    "polarity",
    "drawing",
    "flipped",
    "exaggeration",
    "velocity_m_s",
    "swapped",
)
_TOOLS = ("brush", "tolerance", "smoothing", "line_width", "fills_labelled", "pick_kind")
_LABEL_LOOK = ("opacity", "others", "disagreement")


class Preferences(QObject):
    """Gives the session what was remembered and takes back what to remember.

    Parameters
    ----------
    window : QMainWindow
        Its place and docks are remembered too.
    model : SessionModel
        Display, overlay, model, device, and what one labels with.
    files : FileCommands
        The last folder.
    settings_file : SettingsFile
        Where all is stored.
    """

    recent_changed = Signal(tuple)
    """Paths of the files opened last."""

    def __init__(
        self,
        window: QMainWindow,
        model: SessionModel,
        files: FileCommands,
        settings_file: SettingsFile,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._model = model
        self._files = files
        self._file = settings_file
        self._settings = settings_file.read()
        self._widths: DockWidths | None = None

    @property
    def settings(self) -> Settings:
        """The values as they are now."""
        return self._settings

    def restore(self, widths: DockWidths) -> None:
        """Apply what was remembered; called when window and docks are there."""
        self._widths = widths
        settings, model = self._settings, self._model
        model.set_display(**{name: getattr(settings, name) for name in _DISPLAY})
        model.set_overlay(opacity=settings.opacity, outline=settings.outline)
        model.set_device(settings.device)
        options = PredictionOptions(settings.mirror, settings.smallest_region)
        model.set_prediction_options(options)
        model.set_views(settings.n_views)
        model.set_processing(chain=DasChain.from_json(json.loads(settings.processing)))
        self._restore_labelling()
        self._files.last_folder = settings.last_folder
        self._files.place.last = settings.written_folder
        self.recent_changed.emit(settings.recent)
        if not self._window.restoreGeometry(self._file.read_bytes("geometry")):
            self._window.resize(*_SIZE)
        self._window.restoreState(self._file.read_bytes("state"), _STATE_VERSION)
        # The state has them as narrow as the window was.
        widths.set_wanted((settings.left_width, settings.right_width))

    def remember(self) -> None:
        """Store everything; called when the window closes."""
        session = self._model.session
        self._settings = replace(
            self._settings,
            **{name: getattr(session.display, name) for name in _DISPLAY},
            opacity=session.overlay.opacity,
            outline=session.overlay.outline,
            device=session.device,
            **session.prediction_options.to_json(),
            n_views=session.n_views,
            processing=json.dumps(session.processing.chain.to_json()),
            **self._labelling(),
            model=str(session.model.path) if session.model else self._settings.model,
            last_folder=self._files.last_folder,
            written_folder=self._files.place.last,
        )
        if self._widths is not None:
            left, right = self._widths.wanted
            self._settings = replace(self._settings, left_width=left, right_width=right)
        self._file.write_bytes("geometry", self._window.saveGeometry())
        self._file.write_bytes("state", self._window.saveState(_STATE_VERSION))
        self._file.write(self._settings)

    def _restore_labelling(self) -> None:
        settings, model = self._settings, self._model
        model.set_tools(**{name: getattr(settings, name) for name in _TOOLS})
        model.set_label_look(**{name: getattr(settings, f"label_{name}") for name in _LABEL_LOOK})
        if settings.author:
            model.set_author(settings.author)

    def _labelling(self) -> dict[str, Any]:
        """Return what one labels with."""
        session = self._model.session
        return {
            **{name: getattr(session.tools, name) for name in _TOOLS},
            **{f"label_{name}": getattr(session.label_look, name) for name in _LABEL_LOOK},
            "author": "" if session.author == user_name() else session.author,
        }

    def preferred_model(self, models: tuple[ModelInfo, ...]) -> ModelInfo | None:
        """Return the model used last, else the first that can be used."""
        wanted = next((m for m in models if str(m.path) == self._settings.model), None)
        if wanted is not None and wanted.available:
            return wanted
        return next((m for m in models if m.available), wanted)

    def add_recent(self, path: Path) -> None:
        """Put a file first among those opened last, in whatever window."""
        self._set_recent(self._file.put_first("recent", path))

    def drop_recent(self, path: Path) -> bool:
        """Forget a file that cannot be opened; return whether it was listed."""
        listed = str(path) in self._settings.recent
        if listed:
            self._set_recent(self._file.drop("recent", path))
        return listed

    def add_model_folder(self, folder: Path) -> None:
        """Look for models in a folder from now on."""
        folders = self._file.put_first("model_folders", folder)
        self._settings = replace(self._settings, model_folders=folders)

    def set_output_folder(self, folder: Path) -> None:
        """Offer a folder for the next model that is trained."""
        self._settings = replace(self._settings, output_folder=str(folder))

    def set_copies_gb(self, gigabytes: float) -> None:
        """Let display copies take so much room from now on."""
        self._settings = replace(self._settings, copies_gb=gigabytes)

    def set_scheme(self, scheme: str) -> None:
        """Turn the window light or dark."""
        self._settings = replace(self._settings, scheme=scheme)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply_theme(app, scheme)

    def _set_recent(self, recent: tuple[str, ...]) -> None:
        self._settings = replace(self._settings, recent=recent)
        self.recent_changed.emit(recent)
