"""The classes with their colours, and which of them are drawn."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QWidget

from app.session_model import SessionModel
from app.widgets.own_keys import OwnKeys
from engine.core.class_scheme import ClassScheme, SegmentationClass

_SWATCH_PX = 14
_N_VISIBLE = 8


class ClassLegend(QListWidget):
    """One row for each class of the current model.

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
        self._shown: tuple[ClassScheme | None, frozenset[int]] | None = None
        self.setAccessibleName(self.tr("Classes"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.installEventFilter(OwnKeys(self))
        self.itemChanged.connect(self._on_item)
        model.model_changed.connect(self._show)
        model.overlay_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        session = self._model.session
        scheme = session.model.classes if session.model else None
        state = (scheme, session.overlay.hidden)
        if state == self._shown:
            return
        self._shown = state
        with QSignalBlocker(self):
            self.clear()
            for number, item in enumerate(scheme.classes if scheme else ()):
                self.addItem(_row(number, item, shown=number not in session.overlay.hidden))
        n_rows = min(self.count(), _N_VISIBLE)
        self.setFixedHeight(n_rows * self.sizeHintForRow(0) + 2 * self.frameWidth() + 4)
        self.setVisible(self.count() > 0)

    def _on_item(self, item: QListWidgetItem) -> None:
        self._model.set_class_visible(
            self.row(item), visible=item.checkState() is Qt.CheckState.Checked
        )


def _row(number: int, item: SegmentationClass, *, shown: bool) -> QListWidgetItem:
    row = QListWidgetItem(_swatch(item), f"{number}  {item.name}")
    if item.background:
        row.setText(f"{row.text()} (not drawn)")
        row.setFlags(Qt.ItemFlag.ItemIsEnabled)
        return row
    row.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
    row.setCheckState(Qt.CheckState.Checked if shown else Qt.CheckState.Unchecked)
    return row


def _swatch(item: SegmentationClass) -> QIcon:
    pixmap = QPixmap(_SWATCH_PX, _SWATCH_PX)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setPen(QColor(item.color))
    if not item.background:
        painter.setBrush(QColor(item.color))
    painter.drawRect(0, 0, _SWATCH_PX - 1, _SWATCH_PX - 1)
    painter.end()
    return QIcon(pixmap)
