"""The models that were found, by task; one click or key chooses one."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from app.session_model import SessionModel
from app.widgets.own_keys import OwnKeys
from engine.session.model_info import ModelInfo

_N_VISIBLE = 9
_TASK_SHARE = 0.48
_WARNING = "\u26a0 "


class ModelList(QTreeWidget):
    """One row for each model: its name and its task.

    Parameters
    ----------
    model : SessionModel
        What it shows and changes.
    parent : QWidget or None
        The usual Qt owner.
    """

    def __init__(self, model: SessionModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._listed: tuple[ModelInfo, ...] = ()
        self.setAccessibleName(self.tr("Models"))
        self.setHeaderLabels([self.tr("Model"), self.tr("Task")])
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Fixed)
        # Keys stay with the section after a click, as with the other controls of the panel.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.installEventFilter(OwnKeys(self))
        self.currentItemChanged.connect(self._on_current)
        model.models_changed.connect(self._show_models)
        model.model_changed.connect(self._show_current)
        self._show_models()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width between names and tasks."""
        super().resizeEvent(event)
        self._share_width()

    def _share_width(self) -> None:
        """Give tasks what they need, but no more than leaves the names most of the room."""
        task = max(self.sizeHintForColumn(1), self.header().sectionSizeHint(1))
        self.setColumnWidth(1, min(task, int(self.viewport().width() * _TASK_SHARE)))

    def _show_models(self) -> None:
        listed = self._model.session.models_by_task()
        if listed != self._listed:
            self._listed = listed
            with QSignalBlocker(self):
                self.clear()
                self.addTopLevelItems([self._row(entry) for entry in listed])
        n_rows = min(max(len(listed), 1), _N_VISIBLE)
        row = self.sizeHintForRow(0) if listed else self.fontMetrics().height() + 4
        height = self.header().sizeHint().height() + n_rows * row + 2 * self.frameWidth() + 2
        self.setFixedHeight(height)
        self.setVisible(bool(listed))
        self._share_width()
        self._show_current()

    def _row(self, entry: ModelInfo) -> QTreeWidgetItem:
        name = entry.name if entry.available else _WARNING + entry.name
        item = QTreeWidgetItem([name, entry.task_title or entry.task or self.tr("not readable")])
        where = self.tr("Comes with Outcrop") if entry.shipped else str(entry.path)
        notes = [entry.name, where, *([] if entry.available else [entry.reason])]
        item.setToolTip(0, "\n".join(notes))
        item.setToolTip(1, item.text(1))
        if not entry.available:
            grey = self.palette().brush(self.palette().ColorGroup.Disabled, self.foregroundRole())
            for column in (0, 1):
                item.setForeground(column, grey)
        return item

    def _show_current(self) -> None:
        present = self._model.session.model
        row = self._listed.index(present) if present in self._listed else -1
        with QSignalBlocker(self):
            self.setCurrentIndex(self.model().index(row, 0))
            if row < 0:
                self.clearSelection()
        # Signals tell the view what to draw anew; they were held back.
        self.viewport().update()

    def _on_current(self, item: QTreeWidgetItem | None) -> None:
        index = -1 if item is None else self.indexOfTopLevelItem(item)
        if 0 <= index < len(self._listed):
            self._model.set_model(self._listed[index])
