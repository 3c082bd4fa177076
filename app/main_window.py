"""The main window: section in the middle, panels round it."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, QTimer
from PySide6.QtGui import QActionGroup, QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QMainWindow,
    QMenu,
    QStackedWidget,
)

from app.actions.action_set import ActionSet
from app.actions.arbitrary_lines import line_callbacks
from app.actions.class_keys import ClassKeys
from app.actions.display_copies import DisplayCopyCommands
from app.actions.export import ExportCommands
from app.actions.figures import FigureCommands
from app.actions.files import FileCommands
from app.actions.label_steps import LabelSteps
from app.actions.labelling import LabelCommands
from app.actions.learning import Learning
from app.actions.leaving import ask_to_stop
from app.actions.looking import looking_callbacks
from app.actions.model_cards import ModelCards
from app.actions.model_folders import ModelFolders
from app.actions.opening import Opening
from app.actions.preferences import Preferences
from app.actions.projects import ProjectCommands, project_callbacks
from app.actions.start_up import StartOptions, StartUp
from app.actions.table import key_groups
from app.actions.training import TrainingCommands
from app.actions.warm_up import WarmUp
from app.dialogs.about import show_about
from app.dialogs.key_card import KeyCard
from app.error_presenter import ErrorPresenter
from app.panels.docks import Docks
from app.panels.welcome import Welcome
from app.session_model import SessionModel
from app.settings import SettingsFile
from app.theme import SCHEMES
from app.tools.tool_box import ToolBox
from app.views.placing import Pointer
from app.views.prediction_loader import PredictionLoader
from app.views.readout import read_out
from app.views.section_frame import SectionFrame
from app.views.section_pane import SectionPane
from app.views.status_readout import StatusReadout
from app.widgets.recent_menu import RecentMenu
from app.workers.lanes import Lanes
from app.workers.latest import Latest
from app.workers.work import Work
from engine.session.model_info import ModelInfo
from engine.session.project_file import SUFFIX
from engine.session.session import Session

_TELL_MS = 10_000
_CLOSING_S = 1.8


class MainWindow(QMainWindow):
    """Puts the parts together and passes wishes on to them.

    Parameters
    ----------
    model : SessionModel
        The session.
    lanes : Lanes
        Shut down when the window closes.
    work : Work
        The jobs.
    settings_file : SettingsFile
        Read at the start, written at the end.
    options : StartOptions
        What the command line asks for.

    Attributes
    ----------
    lanes_ended : bool or None
        After closing, whether all jobs stopped in time; None before.
    """

    _may_stop = False
    lanes_ended: bool | None = None

    def __init__(
        self,
        model: SessionModel,
        lanes: Lanes,
        work: Work,
        settings_file: SettingsFile,
        options: StartOptions,
    ) -> None:
        super().__init__()
        self._model = model
        self._lanes = lanes
        self._work = work
        self.setAcceptDrops(True)
        self.presenter = ErrorPresenter(self)
        self._make_commands(lanes, work, settings_file)
        self._welcome = Welcome()
        self._middle = QStackedWidget()
        self._middle.addWidget(self._welcome)
        self._middle.addWidget(self.pane)
        self.setCentralWidget(self._middle)
        self._predictions = PredictionLoader(model, lanes.compute, work, self)
        self._warm_up = WarmUp(model, lanes.compute, work, self)
        self._models_request = Latest(lanes.read, self)
        self._docks = Docks(self, model, self.pane, lanes)
        self.training = TrainingCommands(self, model, lanes, work, self.model_folders)
        self.training.attach(self._docks)
        self._readout = StatusReadout()
        self.statusBar().addWidget(self._readout, 1)
        # Tips of buttons under a pointer that rests come to an end too.
        self._message_end = QTimer(self, singleShot=True, interval=_TELL_MS)
        self._message_end.timeout.connect(self.statusBar().clearMessage)
        self.statusBar().messageChanged.connect(self._message_end.start)
        self._actions = ActionSet(self, model, self._callbacks())
        self._docks.label_panel.take_actions(self._actions.actions)
        ClassKeys(self, model).told.connect(self.tell)
        self._recent_menu = RecentMenu(self)
        self.start_up = StartUp(
            options,
            self,
            model=model,
            files=self.files,
            pane=self.pane,
            predictions=self._predictions,
        )
        self._add_menus()
        self._connect()
        self.preferences.restore(self._docks.widths)
        self._list_others(options.files[1:])
        self.refresh_models()
        self.start_up.begin()

    def _make_commands(self, lanes: Lanes, work: Work, settings_file: SettingsFile) -> None:
        """Make one object for the commands of each subject, and the sections they work on."""
        model = self._model
        self.files = FileCommands(self, model, lanes, work)
        self.projects = ProjectCommands(self, model, self.files, lanes, work)
        self.exports = ExportCommands(self.files, model, lanes, work)
        self.preferences = Preferences(self, model, self.files, settings_file)
        self.opening = Opening(self, model, self.files, lanes, work, self.preferences)
        self.copies = DisplayCopyCommands(self, model, lanes, work, self.preferences)
        self.model_folders = ModelFolders(
            self, model, lanes.read, work, self.preferences, self.projects
        )
        self.model_cards = ModelCards(self, model, lanes.read, work)
        self.pane = SectionPane(model, lanes.read)
        self.figures = FigureCommands(self.files, model, self.pane, lanes.read, work)
        self.tool_boxes = tuple(ToolBox(model, frame) for frame in self.pane.frames)
        self.steps = LabelSteps(model, lanes.label, self.pane.is_painted, self)
        self.labelling = LabelCommands(self, model, self.pane, self.tool_boxes)
        self.learning = Learning(model, self.pane, self.tool_boxes, lanes.compute, work)

    @property
    def session(self) -> Session:
        """The document, for reading."""
        return self._model.session

    def _callbacks(self) -> dict[str, Callable[..., object]]:
        model = self._model
        return {
            "open": self.files.choose,
            "open_headers": self.opening.headers.choose,
            "open_folder": self.files.choose_folder,
            "display_copies": self.copies.show_dialog,
            "open_demo": self.files.open_demo,
            **project_callbacks(self.projects),
            "close": self.files.close,
            "quit": self.close,
            **looking_callbacks(model, self.pane),
            **self.steps.callbacks,
            **self.labelling.callbacks(),
            **self.learning.callbacks(self.refresh_models),
            **line_callbacks(model, self._docks.show_map),
            "segment": self._predictions.segment,
            "live": model.set_live,
            "overlay": lambda on: model.set_overlay(visible=on),
            "outline": lambda on: model.set_overlay(outline=on),
            "next_model": partial(model.step_model, 1),
            "previous_model": partial(model.step_model, -1),
            "model_card": self.model_cards.show_card,
            "open_model": self.model_folders.choose,
            "refresh_models": self.refresh_models,
            "fine_tune": self.training.show_dialog,
            "export": self.exports.choose,
            "figure": self.figures.choose,
            "keys": self._show_keys,
            "about": partial(show_about, self),
        }

    def _add_menus(self) -> None:
        open_demo = self._actions.actions["open_demo"]
        self._actions.menus["&File"].insertMenu(open_demo, self._recent_menu)
        window_menu = self._actions.menus["&Window"]
        self._docks.add_to_menu(window_menu)
        self._add_scheme_menu(window_menu)

    def _add_scheme_menu(self, menu: QMenu) -> None:
        menu.addSeparator()
        schemes = menu.addMenu(self.tr("&Colours of the window"))
        group = QActionGroup(self)
        for scheme in SCHEMES:
            action = schemes.addAction(self.tr(scheme.capitalize()))
            action.setCheckable(True)
            action.setChecked(scheme == self.preferences.settings.scheme)
            action.triggered.connect(lambda _=False, name=scheme: self.preferences.set_scheme(name))
            group.addAction(action)

    def _connect(self) -> None:
        model, files = self._model, self.files
        model.volume_changed.connect(self._on_volume)
        files.opened.connect(self.preferences.add_recent)
        self.projects.opened.connect(self.refresh_models)
        self.preferences.recent_changed.connect(self._recent_menu.show_recent)
        self.preferences.recent_changed.connect(self._welcome.show_recent)
        self._recent_menu.chosen.connect(files.open_path)
        commands = (files, self.copies, self.exports, self.figures)
        requests = (self.model_cards, self.model_folders, self._predictions, self._models_request)
        tellers = (self.opening, self.steps, self.projects, self.learning, self.training)
        for part in (*commands, *requests, self.start_up, self._docks.label_panel, *tellers):
            part.failed.connect(self.presenter.show_error)
        for teller in (files, self.copies, self.figures, self.labelling, *tellers):
            teller.told.connect(self.tell)
        self.pane.read_failed.connect(self.presenter.show_error)
        self.pane.told.connect(self.tell)
        self.pane.slice_shown.connect(self._predictions.follow_slice)
        self.pane.beside_changed.connect(self._predictions.follow_beside)
        self.pane.seen_changed.connect(self._predictions.follow_window)
        self.pane.prediction_shown.connect(self._docks.model_panel.show_prediction)
        self.pane.pointed.connect(self._on_pointer)
        self.pane.pointed.connect(lambda *_: self._warm_up.wait())
        self._predictions.state_changed.connect(self.pane.set_work_text)
        details = self._docks.model_panel.details
        self._docks.model_panel.segment_clicked.connect(self._predictions.segment)
        details.card_clicked.connect(self.model_cards.show_card)
        details.folder_clicked.connect(self.model_cards.show_folder)
        self._welcome.open_clicked.connect(files.choose)
        self._welcome.demo_clicked.connect(files.open_demo)
        self._welcome.recent_clicked.connect(files.open_path)
        self._models_request.arrived.connect(self._on_models)
        self._models_request.failed.connect(lambda _: model.set_models(model.session.models))
        self.exports.instant_wanted.connect(
            lambda: self.learning.keep_then(self.exports.choose_with)
        )
        self.learning.carried_on.connect(lambda _: self.training.show_dialog())

    def tell(self, text: str) -> None:
        """Say something in the status bar for a while, or until other data are opened."""
        self.statusBar().showMessage(text)
        self._message_end.start()

    def refresh_models(self) -> None:
        """List the models anew, on the read lane."""
        self._models_request.request(partial(self._work.list_models, self.model_folders.all))

    def _on_models(self, models: tuple[ModelInfo, ...]) -> None:
        model = self._model
        model.set_models(models)
        if model.session.model is None:
            model.set_model(self.preferences.preferred_model(models))
            model.suit_model()

    def _on_volume(self) -> None:
        opened = self._model.session.opened
        self._middle.setCurrentWidget(self._welcome if opened is None else self.pane)
        self._readout.show_readout(None)
        self.statusBar().clearMessage()
        if opened is not None:
            self.pane.view.setFocus()

    def _show_keys(self) -> None:
        KeyCard(key_groups(), self).open()

    def _on_pointer(self, frame: SectionFrame, pointer: Pointer | None) -> None:
        shown = frame.view.shown
        if pointer is None or shown is None:
            self._readout.show_readout(None)
            return
        self._readout.show_readout(
            read_out(
                pointer.section,
                pointer.row,
                pointer.col,
                volume=shown.request.volume,
                prediction=frame.prediction,
                drawn=frame.drawn_at(pointer),
            )
        )

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept local files."""
        if _local_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the first of the dropped files, or look for models in a dropped folder."""
        paths = _local_files(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self._open_dropped(paths)

    def _open_dropped(self, paths: list[Path]) -> None:
        if paths[0].is_dir() and paths[0].suffix not in {".zarr", ".mdio", SUFFIX}:
            self.model_folders.add(paths[0])
            return
        self.files.open_path(paths[0])
        self._list_others(tuple(paths[1:]))

    def _list_others(self, paths: tuple[Path, ...]) -> None:
        """List further files; only one is open at a time."""
        for path in reversed(paths):
            self.preferences.add_recent(path.absolute())
        if paths:
            names = ", ".join(path.name for path in paths)
            text = self.tr("One file is open at a time. In File, Open recent: {0}").format(names)
            # The first is still to be opened, which ends what was said before.
            once = Qt.ConnectionType.SingleShotConnection
            self.files.opened.connect(lambda _: self.tell(text), once)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep the labels, remember the settings and end all lanes; ask if an export runs."""
        if self.exports.running and not self._may_stop:
            event.ignore()
            ask_to_stop(self, self.exports, self._stop_and_close)
            return
        if self.lanes_ended is None:
            end_s = time.monotonic() + _CLOSING_S
            self.preferences.remember()
            self.hide()
            # Other work stops while labels are kept.
            self._lanes.stop_working()
            self.projects.keeper.finish(_CLOSING_S / 2)
            self.lanes_ended = self._lanes.shutdown(end_s - time.monotonic())
        event.accept()

    def _stop_and_close(self) -> None:
        self._may_stop = True
        self.close()


def _local_files(data: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
