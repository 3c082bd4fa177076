"""The classes one labels with: names, colours, keys, locks and counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QColorDialog,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from app.panels.label_counts import LabelCounts, short_number
from app.session_model import SessionModel
from app.views.section_words import section_word
from app.widgets.own_keys import OwnKeys
from engine.core.class_scheme import SegmentationClass
from engine.core.labels import LEFT_OUT
from engine.errors import EngineError
from engine.session.edits import LabelChange, LabelKey
from engine.session.label_scheme import LabelScheme
from engine.session.labels import LabelDocument

SHOWN, NAME, KEY, LOCKED, HERE, ALL = range(6)
_SWATCH = QSize(16, 16)
_N_KEYS = 10
_COUNT_AFTER_MS = 120
_COUNT_ON_AFTER_MS = 20
_COUNT_FOR_S = 0.015
_N_VISIBLE = 7


class ClassTable(QTreeWidget):
    """One row for each class; the chosen row is the active class.

    Names are edited in place, a double click on the colour changes it, boxes show
    and lock a class. All changes of the scheme can be undone.

    Parameters
    ----------
    model : SessionModel
        What it shows and changes.
    on_error : callable
        Gets an `EngineError` when a change is refused.
    parent : QWidget or None
        The usual Qt owner.
    """

    def __init__(
        self,
        model: SessionModel,
        on_error: Callable[[EngineError], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._on_error = on_error
        self._counts: LabelCounts | None = None
        self._count_soon = QTimer(self, singleShot=True, interval=_COUNT_AFTER_MS)
        self._count_on = QTimer(self, singleShot=True, interval=_COUNT_ON_AFTER_MS)
        for timer in (self._count_soon, self._count_on):
            timer.timeout.connect(self._show_counts)
        self._dress()
        self._name_counts()
        self.installEventFilter(OwnKeys(self))
        self.itemChanged.connect(self._on_item)
        self.currentItemChanged.connect(self._on_current)
        self.itemDoubleClicked.connect(self._on_double_click)
        model.volume_changed.connect(self._name_counts)
        model.labels_replaced.connect(self._on_document)
        model.labels_changed.connect(self._on_change)
        model.class_changed.connect(self._on_class)
        model.label_look_changed.connect(self._show)
        model.position_changed.connect(self._count_soon.start)
        self._on_document()

    def _dress(self) -> None:
        self.setAccessibleName(self.tr("Classes to label with"))
        names = ("Class", "Key", "Lock", "Here", "All")
        self.setHeaderLabels(["", *(self.tr(name) for name in names)])
        tips = {
            SHOWN: "Drawn or not.",
            NAME: "Double-click a name or a colour to change it.",
            KEY: "Press it to choose the class.",
            LOCKED: "Locked classes are neither painted nor painted over.",
        }
        for column, tip in tips.items():
            self.headerItem().setToolTip(column, self.tr(tip))
        # After a click here the keys are still the section's.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setIconSize(_SWATCH)
        self.setAllColumnsShowFocus(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.header()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(24)
        header.setSectionsMovable(False)
        for column in range(self.columnCount()):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)

    def _name_counts(self) -> None:
        word = section_word(self._model.session)
        tips = {
            HERE: self.tr("Samples you labelled on this {0}."),
            ALL: self.tr("Samples you labelled, on whatever {0}."),
        }
        for column, tip in tips.items():
            self.headerItem().setToolTip(column, tip.format(word))

    @property
    def _document(self) -> LabelDocument | None:
        return self._model.session.labels

    def _on_document(self) -> None:
        document = self._document
        self._counts = None if document is None else LabelCounts(document)
        self._show()

    def _on_change(self, change: LabelChange) -> None:
        if self._counts is not None:
            self._counts.forget(change)
        if change.kind == "scheme":
            self._show()
        elif change.kind == "samples":
            self._count_soon.start()

    def _show(self) -> None:
        document, look = self._document, self._model.session.label_look
        scheme = None if document is None else document.scheme
        with QSignalBlocker(self):
            self.clear()
            for number, item in enumerate(scheme.classes.classes if scheme else ()):
                locked = scheme is not None and number in scheme.locked
                self.addTopLevelItem(
                    _row(number, item, shown=number not in look.hidden, locked=locked)
                )
        n_rows = min(max(self.topLevelItemCount(), 2), _N_VISIBLE)
        row_height = max(self.sizeHintForRow(0), _SWATCH.height() + 6)
        self.setFixedHeight(self.header().sizeHint().height() + n_rows * row_height + 6)
        self._on_class()
        self._show_counts()

    def _show_counts(self) -> None:
        session, opened = self._model.session, self._model.session.opened
        if self._counts is None or opened is None:
            return
        here = self._counts.of(LabelKey(session.author, opened.direction, opened.index))
        total, complete = self._counts.of_all(session.author, _COUNT_FOR_S)
        if not complete:
            self._count_on.start()
        with QSignalBlocker(self):
            for number in range(self.topLevelItemCount()):
                row = self.topLevelItem(number)
                if row is None:
                    continue
                for column, counts in ((HERE, here), (ALL, total)):
                    more = "" if complete or column == HERE else "…"
                    row.setText(column, short_number(int(counts[number])) + more)
                    row.setToolTip(column, f"{int(counts[number]):,}".replace(",", " "))

    def _on_class(self) -> None:
        with QSignalBlocker(self):
            row = self.topLevelItem(self._model.session.class_id)
            if row is not None:
                self.setCurrentItem(row)
        self._count_soon.start()

    def _on_current(self, row: QTreeWidgetItem | None) -> None:
        if row is not None:
            self._model.set_class(self.indexOfTopLevelItem(row))

    def _on_double_click(self, row: QTreeWidgetItem, column: int) -> None:
        if column != NAME:
            return
        left = self.visualItemRect(row).left() + self.columnViewportPosition(NAME)
        pointer = self.viewport().mapFromGlobal(self.cursor().pos())
        if left <= pointer.x() < left + _SWATCH.width() + 4:
            self.choose_color(self.indexOfTopLevelItem(row))
        else:
            self.edit_name(self.indexOfTopLevelItem(row))

    def edit_name(self, class_id: int) -> None:
        """Let the user type another name."""
        row = self.topLevelItem(class_id)
        if row is not None:
            self.editItem(row, NAME)

    def choose_color(self, class_id: int) -> None:
        """Let the user choose another colour."""
        document = self._document
        if document is None:
            return
        item = document.scheme.classes.classes[class_id]
        dialog = QColorDialog(QColor(item.color), self)
        dialog.setWindowTitle(self.tr("Colour of {0}").format(item.name))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.colorSelected.connect(
            lambda color: self.change(class_id, replace(item, color=color.name()))
        )
        dialog.open()

    def change(self, class_id: int, item: SegmentationClass) -> None:
        """Give a class another name or colour."""
        self._set_scheme(lambda scheme: scheme.with_changed(class_id, item))

    def _on_item(self, row: QTreeWidgetItem, column: int) -> None:
        number, look = self.indexOfTopLevelItem(row), self._model.session.label_look
        document = self._document
        if document is None:
            return
        checked = row.checkState(column) is Qt.CheckState.Checked
        if column == SHOWN:
            hidden = look.hidden - {number} if checked else look.hidden | {number}
            # After this event: the rows are made anew.
            QTimer.singleShot(0, self, lambda: self._model.set_label_look(hidden=hidden))
        elif column == LOCKED:
            self._later(lambda scheme: scheme.with_lock(number, locked=checked))
        elif column == NAME:
            item = document.scheme.classes.classes[number]
            name = row.text(NAME).strip()
            self._later(lambda scheme: scheme.with_changed(number, replace(item, name=name)))

    def _later(self, change: Callable[[LabelScheme], LabelScheme]) -> None:
        """Change the scheme after this event: the rows are made anew."""
        QTimer.singleShot(0, self, lambda: self._set_scheme(change))

    def _set_scheme(self, change: Callable[[LabelScheme], LabelScheme]) -> None:
        document = self._document
        if document is None:
            return
        try:
            document.set_scheme(change(document.scheme))
        except EngineError as error:
            self._show()
            self._on_error(error)


def _row(number: int, item: SegmentationClass, *, shown: bool, locked: bool) -> QTreeWidgetItem:
    row = QTreeWidgetItem(["", item.name, str(number) if number < _N_KEYS else "", "", "", ""])
    row.setIcon(NAME, swatch(item.color))
    row.setToolTip(NAME, item.name)
    row.setFlags(row.flags() | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEditable)
    for column, on in ((SHOWN, shown), (LOCKED, locked)):
        row.setCheckState(column, Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
    row.setTextAlignment(KEY, Qt.AlignmentFlag.AlignCenter)
    for column in (HERE, ALL):
        row.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return row


def swatch(color: str) -> QIcon:
    """Return a square of a colour."""
    pixmap = QPixmap(_SWATCH)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setPen(QColor(color).darker(150))
    painter.setBrush(QColor(color))
    painter.drawRoundedRect(1, 1, _SWATCH.width() - 3, _SWATCH.height() - 3, 3, 3)
    painter.end()
    result = QIcon(pixmap)
    # The colour is the point: a chosen row must not tint it.
    result.addPixmap(pixmap, QIcon.Mode.Selected)
    return result


def free_color(scheme: LabelScheme) -> str:
    """Return a colour that no class has yet, far from the others in hue."""
    used = {item.color.lower() for item in scheme.classes.classes}
    number = len(scheme)
    while True:
        # Steps by the golden ratio spread any number of hues evenly.
        color = QColor.fromHsvF(number * 0.618034 % 1.0, 0.75, 0.95).name()
        if color not in used:
            return color
        number += 1


def free_name(scheme: LabelScheme, word: str) -> str:
    """Return a name that no class has yet: the word with a number."""
    names, number = set(scheme.names), len(scheme)
    while f"{word} {number}" in names:
        number += 1
    return f"{word} {number}"


def can_add(scheme: LabelScheme) -> bool:
    """Tell whether there is an id left."""
    return len(scheme) < LEFT_OUT
