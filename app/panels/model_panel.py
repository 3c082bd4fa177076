"""Which model, on which device, and what it has to say."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from app.panels.class_legend import ClassLegend
from app.panels.jobs_panel import duration_text
from app.session_model import SessionModel
from app.widgets.own_keys import OwnKeys
from engine.session.predictions import Prediction
from engine.session.session import ModelInfo

DEVICES = (
    ("auto", "Automatic"),
    ("cuda", "NVIDIA GPU"),
    ("mps", "Apple GPU"),
    ("cpu", "Processor"),
)


class ModelPanel(QWidget):
    """Chooses a model and starts it.

    Parameters
    ----------
    model : SessionModel
        What it shows and changes.
    parent : QWidget or None
        The usual Qt owner.
    """

    segment_clicked = Signal()

    def __init__(self, model: SessionModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._models = QComboBox()
        self._models.setAccessibleName(self.tr("Model"))
        self._models.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._models.setMinimumContentsLength(12)
        self._card = QLabel()
        self._card.setObjectName("modelCard")
        self._card.setWordWrap(True)
        self._card.setTextFormat(Qt.TextFormat.PlainText)
        self._device = QComboBox()
        self._device.setAccessibleName(self.tr("Device"))
        for key, title in DEVICES:
            self._device.addItem(self.tr(title), key)
        self._segment = QPushButton(self.tr("Segment slice"))
        self._segment.setToolTip(
            self.tr("Predict the classes of the slice on the screen (Shift+L)")
        )
        self._live = QCheckBox(self.tr("Live"))
        self._live.setToolTip(self.tr("Predict each slice that is shown (L)"))
        self._time = QLabel()
        self._time.setObjectName("timeTaken")
        self._time.setWordWrap(True)
        self._visible = QCheckBox(self.tr("Show classes"))
        self._outline = QCheckBox(self.tr("Outlines only"))
        self._opacity = QSlider(Qt.Orientation.Horizontal)
        self._opacity.setRange(0, 100)
        self._opacity.setAccessibleName(self.tr("Opacity of the classes"))
        self._opacity_text = QLabel()
        self._legend = ClassLegend(model)
        keys = OwnKeys(self)
        for widget in (self._models, self._device, self._opacity):
            widget.installEventFilter(keys)
        self._lay_out()
        self._connect()
        self._show_models()
        self._show_overlay()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("Model"), self._models)
        form.addRow(self._card)
        form.addRow(self.tr("Device"), self._device)
        column.addLayout(form)
        start = QHBoxLayout()
        start.addWidget(self._segment, 1)
        start.addWidget(self._live)
        column.addLayout(start)
        column.addWidget(self._time)
        column.addWidget(self._legend)
        how = QHBoxLayout()
        how.addWidget(self._visible)
        how.addWidget(self._outline)
        how.addStretch(1)
        column.addLayout(how)
        opacity = QHBoxLayout()
        opacity.addWidget(QLabel(self.tr("Opacity")))
        opacity.addWidget(self._opacity, 1)
        opacity.addWidget(self._opacity_text)
        column.addLayout(opacity)
        column.addStretch(1)

    def _connect(self) -> None:
        model = self._model
        self._models.activated.connect(self._on_chosen)
        self._device.activated.connect(lambda: model.set_device(self._device.currentData()))
        self._segment.clicked.connect(self.segment_clicked)
        self._live.toggled.connect(model.set_live)
        self._visible.toggled.connect(lambda on: model.set_overlay(visible=on))
        self._outline.toggled.connect(lambda on: model.set_overlay(outline=on))
        self._opacity.valueChanged.connect(lambda value: model.set_overlay(opacity=value / 100))
        model.models_changed.connect(self._show_models)
        model.model_changed.connect(self._show_model)
        model.volume_changed.connect(self._show_model)
        model.live_changed.connect(self._live.setChecked)
        model.overlay_changed.connect(self._show_overlay)

    def show_prediction(self, prediction: Prediction | None) -> None:
        """Say how long the classes on the screen took."""
        if prediction is None:
            self._time.clear()
            return
        self._time.setText(
            self.tr("Segmented in {0} on {1}").format(
                duration_text(prediction.elapsed_s), prediction.device
            )
        )

    def _on_chosen(self, index: int) -> None:
        models = self._model.session.models
        if 0 <= index < len(models):
            self._model.set_model(models[index])

    def _show_models(self) -> None:
        with QSignalBlocker(self._models):
            self._models.clear()
            for entry in self._model.session.models:
                note = "" if entry.available else self.tr(" (not usable)")
                self._models.addItem(entry.name + note)
                index = self._models.count() - 1
                tip = str(entry.path) if entry.available else entry.reason
                self._models.setItemData(index, tip, Qt.ItemDataRole.ToolTipRole)
        self._show_model()

    def _show_model(self) -> None:
        session = self._model.session
        present = session.model
        with QSignalBlocker(self._models), QSignalBlocker(self._device):
            index = session.models.index(present) if present in session.models else -1
            self._models.setCurrentIndex(index)
            self._device.setCurrentIndex(self._device.findData(session.device))
        self._models.setEnabled(bool(session.models))
        self._card.setText(self._card_text(present))
        usable = present is not None and present.available and session.opened is not None
        self._segment.setEnabled(usable)
        self._live.setEnabled(usable)

    def _card_text(self, present: ModelInfo | None) -> str:
        if present is None:
            if self._model.session.models:
                return self.tr("No model is chosen.")
            return self.tr(
                "No model was found. Train one with 'outcrop train', then open its folder "
                "from the menu Model."
            )
        lines = [f"{present.task}: {present.encoder} + {present.decoder}"]
        if present.summary:
            lines.append(present.summary)
        if not present.available:
            lines.append(self.tr("Not usable: {0}").format(present.reason))
        return "\n".join(lines)

    def _show_overlay(self) -> None:
        overlay = self._model.session.overlay
        with (
            QSignalBlocker(self._visible),
            QSignalBlocker(self._outline),
            QSignalBlocker(self._opacity),
        ):
            self._visible.setChecked(overlay.visible)
            self._outline.setChecked(overlay.outline)
            self._opacity.setValue(round(overlay.opacity * 100))
        self._opacity_text.setText(f"{overlay.opacity:.0%}")
