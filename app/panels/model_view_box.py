"""What of a model is drawn: classes, probability, confidence, features, difference."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QLinearGradient, QPainter, QPaintEvent, QStandardItemModel
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLabel, QWidget

from app.session_model import SessionModel
from app.views.color_maps import COLOR_MAPS
from app.views.overlay_item import CONFIDENCE, DIFFERENCE, PROBABILITY
from app.widgets.own_keys import OwnKeys
from engine.session.model_info import ModelInfo

TITLES = {
    "classes": "Classes",
    "probability": "Probability of a class",
    "confidence": "Confidence",
    "features": "Features as colours",
    "difference": "Difference of two models",
}
"""Views of a model by their kinds, in their order."""
_MAPS = {"probability": PROBABILITY, "confidence": CONFIDENCE, "difference": DIFFERENCE}


class ShareScale(QWidget):
    """A colour scale from 0 to 1.

    Parameters
    ----------
    parent : QWidget or None
        The usual Qt owner.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = PROBABILITY
        self.setFixedHeight(self.fontMetrics().height() + 4)

    def set_color_map(self, key: str) -> None:
        """Show another colour map."""
        self._key = key
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the colours between their numbers."""
        painter = QPainter(self)
        side = self.fontMetrics().horizontalAdvance("00")
        area = self.rect().adjusted(side, 3, -side, -3)
        gradient = QLinearGradient(area.topLeft(), area.topRight())
        colors = COLOR_MAPS[self._key].colors
        for number, color in enumerate(colors):
            gradient.setColorAt(number / (len(colors) - 1), color)
        painter.fillRect(area, gradient)
        height = (self.height() + self.fontMetrics().ascent() - self.fontMetrics().descent()) // 2
        painter.drawText(0, height, "0")
        painter.drawText(self.width() - side + 4, height, "1")
        painter.end()


class ModelViewBox(QWidget):
    """Chooses the view, its class, and the model that is compared.

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
        self._kind, self._class, self._other = QComboBox(), QComboBox(), QComboBox()
        for kind, title in TITLES.items():
            self._kind.addItem(self.tr(title), kind)
        self._swipe = QCheckBox()
        self._scale = ShareScale()
        self._why = QLabel()
        self._why.setWordWrap(True)
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._form.addRow(self.tr("Show"), self._kind)
        self._form.addRow(self.tr("Of class"), self._class)
        self._form.addRow(self.tr("Compare with"), self._other)
        self._form.addRow(self._swipe)
        self._form.addRow(self._scale)
        self._form.addRow(self._why)
        keys = OwnKeys(self)
        for box, name in (
            (self._kind, self.tr("View of the model")),
            (self._class, self.tr("Class whose probability is shown")),
            (self._other, self.tr("Model to compare with")),
        ):
            box.setAccessibleName(name)
            box.installEventFilter(keys)
            # The longest entry must not widen the panel.
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setMinimumContentsLength(8)
        self._kind.activated.connect(lambda: model.set_overlay(kind=self._kind.currentData()))
        self._class.activated.connect(lambda index: model.set_overlay(class_id=index))
        self._other.activated.connect(lambda: model.set_compared(self._other.currentData()))
        self._swipe.toggled.connect(lambda on: model.set_overlay(swipe=on))
        for signal in (
            model.overlay_changed,
            model.model_changed,
            model.models_changed,
            model.instant_changed,
        ):
            signal.connect(self._show)
        self._show()

    def _show(self) -> None:
        session = self._model.session
        overlay = session.overlay
        classes = session.told_apart
        last = len(classes) - 1 if classes is not None else 0
        boxes = (self._kind, self._class, self._other, self._swipe)
        blockers = [QSignalBlocker(box) for box in boxes]
        self._kind.setCurrentIndex(self._kind.findData(overlay.kind))
        self._class.clear()
        self._class.addItems([] if classes is None else list(classes.names))
        self._class.setCurrentIndex(min(overlay.class_id, last))
        self._list_others()
        self._swipe.setChecked(overlay.swipe)
        del blockers
        features, shares = overlay.kind == "features", overlay.kind in _MAPS
        self._swipe.setText(
            self.tr("Line between before and after")
            if features
            else self.tr("Line between both models")
        )
        self._form.setRowVisible(self._class, overlay.kind == "probability")
        self._form.setRowVisible(self._other, not features)
        self._form.setRowVisible(
            self._swipe, features or (session.compared is not None and overlay.kind != "difference")
        )
        self._form.setRowVisible(self._scale, shares)
        if shares:
            self._scale.set_color_map(_MAPS[overlay.kind])
        self._why.setText(self._obstacle())
        self._form.setRowVisible(self._why, bool(self._why.text()))

    def _list_others(self) -> None:
        session = self._model.session
        self._other.clear()
        self._other.addItem(self.tr("no other model"), None)
        usable = [
            model
            for model in session.models_by_task()
            if model.available and (model != session.model or session.instant is not None)
        ]
        for model in sorted(usable, key=session.can_compare, reverse=True):
            self._other.addItem(model.name, model)
            if not session.can_compare(model):
                self._refuse(self._other.count() - 1, model)
        compared = session.compared
        found = [i for i in range(self._other.count()) if self._other.itemData(i) == compared]
        self._other.setCurrentIndex(found[0] if found else 0)

    def _refuse(self, row: int, model: ModelInfo) -> None:
        """Show that a model cannot be compared, and why."""
        rows = self._other.model()
        names = ", ".join(model.classes.names) if model.classes is not None else ""
        tip = self.tr("It tells other classes apart: {0}").format(names)
        self._other.setItemData(row, tip, Qt.ItemDataRole.ToolTipRole)
        if isinstance(rows, QStandardItemModel):
            rows.item(row).setEnabled(False)

    def _obstacle(self) -> str:
        """Say why the view chosen cannot be drawn; empty if it can."""
        session = self._model.session
        if session.overlay.kind != "difference" or session.compared is not None:
            return ""
        others = [self._other.model().index(row, 0) for row in range(1, self._other.count())]
        if any(index.flags() & Qt.ItemFlag.ItemIsEnabled for index in others):
            return self.tr("Choose a model to compare with.")
        return self.tr("There is no other model of these classes to compare with.")
