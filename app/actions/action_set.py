"""Turns the table of actions into menus."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from app.actions.label_states import label_switches, name_classes
from app.actions.label_table import LABELLING_STEPS
from app.actions.learning_table import learning_switches
from app.actions.section_texts import name_sections
from app.actions.spec import ActionSpec
from app.actions.table import ACTIONS, MENUS, VIEWS
from app.session_model import SessionModel
from app.views.navigator import ALONE
from engine.session.edits import LabelChange


class ActionSet(QObject):
    """The window's actions, enabled as the session allows.

    Parameters
    ----------
    window : QMainWindow
        Gets the menus.
    model : SessionModel
        Says what is possible.
    callbacks : mapping of str to callable
        What each action does, by its key; switches get their new state.

    Raises
    ------
    KeyError
        If an action has no callback.
    """

    def __init__(
        self,
        window: QMainWindow,
        model: SessionModel,
        callbacks: Mapping[str, Callable[..., object]],
    ) -> None:
        super().__init__(window)
        self._model = model
        self.actions: dict[str, QAction] = {}
        self.menus: dict[str, QMenu] = {}
        self._choices: dict[str, QActionGroup] = {}
        for title in MENUS:
            self.menus[title] = window.menuBar().addMenu(self.tr(title))
        for spec in ACTIONS:
            self._add(spec, window, callbacks[spec.key])
        for signal in (model.volume_changed, model.model_changed, model.models_changed):
            signal.connect(self._update)
        model.volume_changed.connect(lambda: name_sections(self.actions, model.session))
        model.lines_changed.connect(self._update)
        model.live_changed.connect(self._update)
        model.overlay_changed.connect(self._update)
        model.display_changed.connect(self._update)
        model.tool_changed.connect(self._update)
        model.views_changed.connect(self._update)
        model.class_changed.connect(self._update)
        model.label_look_changed.connect(self._update)
        model.instant_changed.connect(self._update)
        model.suggesting_changed.connect(self._update)
        model.labels_replaced.connect(self._name_classes)
        model.labels_changed.connect(self._on_labels)
        model.history_changed.connect(self._update)
        self._update()
        self._name_classes()

    def _add(self, spec: ActionSpec, window: QMainWindow, callback: Callable[..., object]) -> None:
        menu = self._menu(spec.menu)
        if spec.starts_group:
            menu.addSeparator()
        action = QAction(self.tr(spec.text), window)
        action.setObjectName(spec.key)
        action.setShortcuts([QKeySequence(keys) for keys in spec.shortcuts])
        action.setCheckable(spec.checkable)
        if spec.choice:
            group = self._choices.setdefault(spec.choice, QActionGroup(self))
            group.addAction(action)
        if spec.tip:
            action.setStatusTip(self.tr(spec.tip))
            action.setToolTip(self.tr(spec.tip))
        if spec.checkable:
            action.toggled.connect(callback)
        else:
            action.triggered.connect(lambda _=False, call=callback: call())
        menu.addAction(action)
        self.actions[spec.key] = action

    def _menu(self, path: str) -> QMenu:
        if path not in self.menus:
            outer, title = path.split("/")
            self.menus[path] = self.menus[outer].addMenu(self.tr(title))
        return self.menus[path]

    def _name_steps(self) -> None:
        labels = self._model.session.labels
        for key, text, step in (
            ("undo", self.tr("&Undo"), labels.undo_text if labels else ""),
            ("redo", self.tr("&Redo"), labels.redo_text if labels else ""),
        ):
            # An ampersand of a title would be taken for a mnemonic.
            self.actions[key].setText(f"{text} {step.lower().replace('&', '&&')}".rstrip())

    def _update(self) -> None:
        session = self._model.session
        opened, labels = session.opened, session.labels
        directions = opened.volume.directions if opened else ()
        usable = session.model is not None and session.model.available
        there = {
            "": True,
            "volume": opened is not None,
            "slices": opened is not None and not ALONE.issuperset(directions),
            "several": len(directions) > 1,
            "record": session.shows_record,
            "model": opened is not None and usable,
            "models": bool(session.models),
            "chosen": session.model is not None,
            "undo": labels is not None and bool(labels.undo_text),
            "redo": labels is not None and bool(labels.redo_text),
            "instant": session.instant is not None,
        }
        for spec in ACTIONS:
            self.actions[spec.key].setEnabled(there[spec.needs])
        if labels is not None and labels.read_only:
            for key in LABELLING_STEPS:
                self.actions[key].setEnabled(False)
        self._name_steps()
        self.actions["inline"].setEnabled("inline" in directions)
        self.actions["crossline"].setEnabled("crossline" in directions)
        for name in ("arbitrary", "draw_line"):
            self.actions[name].setEnabled(opened is not None and opened.has_lines)
        self.actions["remove_line"].setEnabled(bool(opened and opened.lines))
        self.actions["slice"].setEnabled(bool({"twt", "depth"} & set(directions)))
        for name, checked in (
            ("live", session.live),
            ("overlay", session.overlay.visible),
            ("outline", session.overlay.outline),
            ("flipped", session.display.flipped),
            ("swapped", session.display.swapped),
            ("true_scale", session.display.exaggeration == 1.0),
            (session.display.drawing, True),
            ("measure", session.tool == "measure"),
            (VIEWS[session.n_views - 1], True),
            *label_switches(session),
            *learning_switches(session),
        ):
            self.actions[name].setChecked(checked)

    def _on_labels(self, change: LabelChange) -> None:
        if change.kind == "scheme":
            self._name_classes()

    def _name_classes(self) -> None:
        name_classes(self.actions, self._model.session)
