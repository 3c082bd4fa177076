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
from app.panels.model_details import ModelDetails
from app.panels.model_list import ModelList
from app.panels.model_view_box import ModelViewBox
from app.session_model import SessionModel
from app.views.section_words import section_word
from app.widgets.durations import duration_text
from app.widgets.folding_row import FoldingRow
from app.widgets.own_keys import OwnKeys
from app.widgets.prediction_options_edit import PredictionOptionsEdit
from engine.session.model_info import ModelInfo
from engine.session.predictions import Prediction

DEVICES = (
    ("auto", "Automatic"),
    ("cuda", "NVIDIA GPU"),
    ("mps", "Apple GPU"),
    ("cpu", "Processor"),
)
_BETWEEN = 12
"""Pixels from one box to the next."""


class ModelPanel(QWidget):
    """Chooses a model and starts it.

    Parameters
    ----------
    model : SessionModel
        What it shows and changes.
    parent : QWidget or None
        The usual Qt owner.

    Attributes
    ----------
    details : ModelDetails
        What the model is; its buttons ask for card and folder.
    """

    segment_clicked = Signal()

    def __init__(self, model: SessionModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._models = ModelList(model)
        self._problem = QLabel()
        self._problem.setObjectName("modelProblem")
        self._problem.setWordWrap(True)
        self._problem.setTextFormat(Qt.TextFormat.PlainText)
        self._problem.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._device = QComboBox()
        self._device.setAccessibleName(self.tr("Device"))
        for key, title in DEVICES:
            self._device.addItem(self.tr(title), key)
        self._segment = QPushButton()
        self._live = QCheckBox(self.tr("Live"))
        self._options = PredictionOptionsEdit()
        self._time = QLabel()
        self._time.setObjectName("timeTaken")
        self._time.setWordWrap(True)
        self._visible = QCheckBox(self.tr("Show on the data"))
        self._outline = QCheckBox(self.tr("Outlines only"))
        self._opacity = QSlider(Qt.Orientation.Horizontal)
        self._opacity.setRange(0, 100)
        self._opacity.setAccessibleName(self.tr("Opacity of the classes"))
        self._opacity_text = QLabel()
        self._legend = ClassLegend(model)
        self._view = ModelViewBox(model)
        self.details = ModelDetails(model)
        keys = OwnKeys(self)
        for widget in (self._device, self._opacity):
            widget.installEventFilter(keys)
        self._lay_out()
        self._connect()
        self._show_model()
        self._show_overlay()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("Device"), self._device)
        column.addWidget(self._models)
        column.addWidget(self._problem)
        column.addLayout(form)
        column.addWidget(self._options)
        start = QHBoxLayout()
        start.addWidget(self._segment, 1)
        start.addWidget(self._live)
        column.addLayout(start)
        column.addWidget(self._time)
        column.addWidget(self._view)
        column.addWidget(self._legend)
        ways = (self._visible, self._outline)
        beside = sum(box.sizeHint().width() for box in ways) + _BETWEEN
        column.addWidget(FoldingRow(((self._visible, 0), (self._outline, 1)), beside))
        opacity = QHBoxLayout()
        opacity.addWidget(QLabel(self.tr("Opacity")))
        opacity.addWidget(self._opacity, 1)
        opacity.addWidget(self._opacity_text)
        column.addLayout(opacity)
        column.addSpacing(6)
        column.addWidget(self.details)
        column.addStretch(1)

    def _connect(self) -> None:
        model = self._model
        self._device.activated.connect(lambda: model.set_device(self._device.currentData()))
        self._options.changed.connect(model.set_prediction_options)
        self._segment.clicked.connect(self.segment_clicked)
        self._live.toggled.connect(model.set_live)
        self._visible.toggled.connect(lambda on: model.set_overlay(visible=on))
        self._outline.toggled.connect(lambda on: model.set_overlay(outline=on))
        self._opacity.valueChanged.connect(lambda value: model.set_overlay(opacity=value / 100))
        model.models_changed.connect(self._show_model)
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

    def _show_model(self) -> None:
        session = self._model.session
        present = session.model
        with QSignalBlocker(self._device):
            self._device.setCurrentIndex(self._device.findData(session.device))
        self._options.show_options(session.prediction_options)
        word = section_word(session)
        self._segment.setText(self.tr("Segment {0}").format(word))
        tip = self.tr("Predict the classes of the {0} on the screen (Shift+L)")
        self._segment.setToolTip(tip.format(word))
        self._live.setToolTip(self.tr("Predict each {0} that is shown (L)").format(word))
        problem = self._problem_text(present)
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        usable = present is not None and present.available and session.opened is not None
        self._segment.setEnabled(usable)
        self._live.setEnabled(usable)

    def _problem_text(self, present: ModelInfo | None) -> str:
        if present is None:
            if self._model.session.models:
                return self.tr("No model is chosen.")
            if not self._model.session.models_listed:
                return self.tr("Looking for models…")
            return self.tr(
                "No model was found. Train one with 'outcrop train', then open its folder "
                "from the menu Model."
            )
        if present.available:
            return ""
        text = self.tr(
            "\u26a0 {0} cannot be used: {1} Then choose 'Look for models again' in the menu Model."
        )
        reason = present.reason if present.reason.endswith(".") else f"{present.reason}."
        return text.format(present.name, reason)

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
