"""Everything to label with in one place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QPalette
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.icons import icon
from app.panels.class_table import ClassTable, can_add, free_color, free_name
from app.panels.tool_options import ToolOptions
from app.session_model import SessionModel
from app.views.section_words import section_word
from app.widgets.focus import focus_by_tab_only
from app.widgets.own_keys import OwnKeys
from engine.core.class_scheme import SegmentationClass
from engine.core.labels import CERTAIN, POSSIBLE, PROBABLE
from engine.session.class_removal import remove_class
from engine.session.labelling import LABEL_TOOLS

_WORKS = ("interpolate", "copy_to_next", "accept_visible", "label_rest", "clear_slice")
_TOOL_WORKS = {"pick": "paint_picks", "threshold": "threshold_visible"}
_TITLES = {
    "interpolate": "Interpolate",
    "copy_to_next": "Copy to next",
    "accept_visible": "Accept visible",
    "label_rest": "Label the rest",
    "clear_slice": "Clear slice",
    "paint_picks": "Paint picks as labels",
    "threshold_visible": "Label all that is visible",
}
_ICON = QSize(20, 20)
_DOUBT, _ON_DOUBT = QColor("#f2a93b"), QColor("#14181c")


class LabelPanel(QWidget):
    """Tools, classes, certainty and what can be done with a whole slice.

    Parameters
    ----------
    model : SessionModel
        What it shows and changes.
    parent : QWidget or None
        The usual Qt owner.
    """

    failed = Signal(object)
    """An `EngineError`: a change was refused."""

    def __init__(self, model: SessionModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._tools, self._works = QHBoxLayout(), QGridLayout()
        self._tool_before = ""
        self._tool_works: dict[str, QToolButton] = {}
        self.classes = ClassTable(model, self.failed.emit)
        self.options = ToolOptions(model)
        self._certainty = QComboBox()
        for value, title in ((CERTAIN, "Certain"), (PROBABLE, "Probable"), (POSSIBLE, "Possible")):
            self._certainty.addItem(self.tr(title), value)
        self._certainty.setToolTip(
            self.tr("In training, probable labels count half and possible ones a quarter.")
        )
        self._author = QLineEdit()
        self._author.setToolTip(self.tr("Labels are kept apart by their author."))
        self._opacity = QSlider(Qt.Orientation.Horizontal)
        self._opacity.setRange(5, 100)
        self._lay_out()
        self._connect()
        focus_by_tab_only(self)
        self._show()

    def take_actions(self, actions: Mapping[str, QAction]) -> None:
        """Offer the actions of the Label menu as buttons."""
        for name in LABEL_TOOLS:
            actions[name].setIcon(icon(name))
            button = _button(actions[name])
            button.setIconSize(_ICON)
            keys = actions[name].shortcut().toString()
            title = actions[name].text().replace("&", "")
            named = f"{title} ({keys})" if keys else title
            actions[name].setToolTip(f"<b>{named}</b><br>{actions[name].statusTip()}")
            button.setAccessibleName(title)
            button.pressed.connect(self._note_tool)
            button.clicked.connect(partial(self._leave_tool, name))
            self._tools.insertWidget(self._tools.count() - 1, button)
        for number, name in enumerate(_WORKS):
            button = _button(actions[name], self.tr(_TITLES[name]))
            self._works.addWidget(button, number // 2, number % 2)
        for row, (tool, name) in enumerate(_TOOL_WORKS.items(), start=len(_WORKS)):
            button = _button(actions[name], self.tr(_TITLES[name]))
            self._works.addWidget(button, row, 0, 1, 2)
            self._tool_works[tool] = button
        self._model.volume_changed.connect(lambda: self._name_clearing(actions["clear_slice"]))
        self._show()

    def _name_clearing(self, action: QAction) -> None:
        word = section_word(self._model.session)
        action.setIconText(self.tr("Clear {0}").format(word))

    def _lay_out(self) -> None:
        self._tools.setSpacing(0)  # of all buttons in a row, in a window of 720 pixels
        self._tools.addStretch(1)
        change = QHBoxLayout()
        change.setSpacing(4)
        for text, tip, call in (
            ("+", self.tr("Add a class"), self.add_class),
            ("−", self.tr("Remove the class with its labels"), self.remove_class),
            ("✎", self.tr("Rename the class"), self._rename),
            ("◧", self.tr("Change the colour of the class"), self._recolor),
        ):
            button = QToolButton()
            button.setText(text)
            button.setToolTip(tip)
            button.setAccessibleName(tip)
            button.setMinimumSize(26, 24)
            button.clicked.connect(lambda _=False, call=call: call())
            change.addWidget(button)
        change.addStretch(1)
        certainty = QFormLayout()
        certainty.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        certainty.addRow(self.tr("Certainty"), self._certainty)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("Opacity"), self._opacity)
        form.addRow(self.tr("Author"), self._author)
        names: tuple[tuple[QWidget, str], ...] = (
            (self._certainty, "Certainty"),
            (self._author, "Author"),
            (self._opacity, "Opacity of labels"),
        )
        for control, name in names:
            control.setAccessibleName(self.tr(name))
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(7)
        column.addLayout(self._tools)
        column.addLayout(certainty)
        column.addWidget(self.options)
        column.addWidget(self.classes)
        column.addLayout(change)
        column.addLayout(form)
        self._works.setSpacing(4)
        column.addLayout(self._works)
        column.addStretch(1)

    def _connect(self) -> None:
        model, keys = self._model, OwnKeys(self)
        for control in (self._certainty, self._opacity):
            control.installEventFilter(keys)
        self._certainty.currentIndexChanged.connect(
            lambda: model.set_certainty(self._certainty.currentData())
        )
        self._opacity.valueChanged.connect(lambda value: model.set_label_look(opacity=value / 100))
        self._author.editingFinished.connect(self._on_author)
        self._author.returnPressed.connect(self._author.clearFocus)
        for signal in (
            model.class_changed,
            model.label_look_changed,
            model.tool_changed,
            model.labels_replaced,
        ):
            signal.connect(self._show)

    def _show(self) -> None:
        session = self._model.session
        self.setEnabled(session.labels is not None)
        blocked: Iterable[QWidget] = (self._certainty, self._opacity)
        blockers = [QSignalBlocker(control) for control in blocked]
        self._certainty.setCurrentIndex(self._certainty.findData(session.certainty))
        self._certainty.setPalette(_palette(doubtful=session.certainty != CERTAIN))
        self._opacity.setValue(round(session.label_look.opacity * 100))
        for blocker in blockers:
            blocker.unblock()
        if not self._author.hasFocus():
            self._author.setText(session.author)
        for tool, button in self._tool_works.items():
            button.setVisible(session.tool == tool)

    def add_class(self) -> None:
        """Add a class and label with it."""
        labels = self._model.session.labels
        if labels is None or not can_add(labels.scheme):
            return
        added = SegmentationClass(
            free_name(labels.scheme, self.tr("Class")), free_color(labels.scheme)
        )
        labels.set_scheme(labels.scheme.with_class(added), title=self.tr("Add class"))
        self._model.set_class(len(labels.scheme) - 1)
        self.classes.edit_name(len(labels.scheme) - 1)

    def remove_class(self) -> None:
        """Remove the active class with its labels."""
        session = self._model.session
        if session.labels is None:
            return
        title = self.tr("Remove class {0}").format(session.labels.scheme.names[session.class_id])
        self._model.label_later(title, partial(remove_class, session.class_id))

    def _note_tool(self) -> None:
        self._tool_before = self._model.session.tool

    def _leave_tool(self, name: str) -> None:
        """Switch a tool off by a click on its button, which its key does not."""
        if self._tool_before == name:
            self._model.set_tool("")

    def _rename(self) -> None:
        self.classes.edit_name(self._model.session.class_id)

    def _recolor(self) -> None:
        self.classes.choose_color(self._model.session.class_id)

    def _on_author(self) -> None:
        author = self._author.text().strip()
        if author:
            self._model.set_author(author)
        else:
            self._author.setText(self._model.session.author)


def _palette(*, doubtful: bool) -> QPalette:
    """Return colours for the choice of certainty: those of a warning unless it is certain."""
    palette = QPalette()
    if doubtful:
        palette.setColor(QPalette.ColorRole.Button, _DOUBT)
        palette.setColor(QPalette.ColorRole.ButtonText, _ON_DOUBT)
    return palette


def _button(action: QAction, text: str = "") -> QToolButton:
    """Return a button of an action, with a shorter text if one is given."""
    button = QToolButton()
    button.setDefaultAction(action)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    if text:
        action.setIconText(text)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        policy = button.sizePolicy()
        policy.setHorizontalPolicy(policy.Policy.Expanding)
        button.setSizePolicy(policy)
        button.setMinimumHeight(26)
    else:
        button.setAutoRaise(True)
    return button
