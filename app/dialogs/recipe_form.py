"""Decoder, tuning, epochs, rates and random changes of a training."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QSignalBlocker, Signal
from PySide6.QtGui import QDoubleValidator
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from app.workers.training_choice import TrainingDefaults, TrainingRecipe

_METHODS = {
    "frozen": "Encoder frozen",
    "lora": "Low-rank adapters (LoRA)",
    "adapter": "Bottleneck adapters",
    "norms": "Biases and norms",
    "full": "All weights",
}
_ADAPTED = {"lora", "adapter", "norms"}
"""Ways of tuning that train at the rate of the adapters."""
_STRENGTHS = (("gain", "Gain", 4.0), ("noise", "Noise", 2.0), ("stretch", "Stretch", 0.5))
_MOST_EPOCHS, _MOST_BATCH = 10_000, 512


class RecipeForm(QWidget):
    """Shows what a base model suggests, to be changed.

    Parameters
    ----------
    parent : QWidget or None
        The usual Qt owner.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._decoder, self._method = QComboBox(), QComboBox()
        self._decoder.setAccessibleName(self.tr("Decoder"))
        self._method.setAccessibleName(self.tr("Tuning"))
        self._epochs, self._batch = _whole(_MOST_EPOCHS), _whole(_MOST_BATCH)
        self._epochs.setAccessibleName(self.tr("Epochs"))
        self._batch.setAccessibleName(self.tr("Batch size"))
        # Made in the order of the rows, which is the order of the tab key.
        self._decoder_rate, self._encoder_rate, self._adapter_rate = (_rate() for _ in range(3))
        self._encoder_rate.setAccessibleName(self.tr("Learning rate of the encoder"))
        self._adapter_rate.setAccessibleName(self.tr("Learning rate of the adapters"))
        self._decoder_rate.setAccessibleName(self.tr("Learning rate of the decoder"))
        self._rate_name = QLabel()
        self._flip = QCheckBox(self.tr("Mirror left to right"))
        self._strengths = {name: _strength(most) for name, _, most in _STRENGTHS}
        self._lay_out()
        self._connect()
        self._show_rates()
        self.setEnabled(False)  # until a model has suggested something

    @property
    def recipe(self) -> TrainingRecipe | None:
        """What is chosen; None while a rate cannot be read."""
        rates = [self._encoder_rate, self._adapter_rate, self._decoder_rate]
        if not all(rate.hasAcceptableInput() for rate in rates):
            return None
        encoder, adapters, decoder = (float(rate.text()) for rate in rates)
        return TrainingRecipe(
            decoder=self._decoder.currentText(),
            method=self._method.currentData(),
            epochs=self._epochs.value(),
            batch=self._batch.value(),
            encoder_rate=encoder,
            adapter_rate=adapters,
            decoder_rate=decoder,
            flip=self._flip.isChecked(),
            **{name: box.value() for name, box in self._strengths.items()},
        )

    def show_defaults(self, defaults: TrainingDefaults) -> None:
        """Offer what a base model suggests."""
        recipe = defaults.recipe
        with QSignalBlocker(self):
            self._decoder.clear()
            self._decoder.addItems(list(defaults.decoders))
            self._decoder.setCurrentText(recipe.decoder)
            self._method.clear()
            for method in defaults.methods:
                self._method.addItem(self.tr(_METHODS[method]), method)
            self._method.setCurrentIndex(self._method.findData(recipe.method))
            self._epochs.setValue(recipe.epochs)
            self._batch.setValue(recipe.batch)
            self._encoder_rate.setText(f"{recipe.encoder_rate:g}")
            self._adapter_rate.setText(f"{recipe.adapter_rate:g}")
            self._decoder_rate.setText(f"{recipe.decoder_rate:g}")
            self._flip.setChecked(recipe.flip)
            for name, box in self._strengths.items():
                box.setValue(getattr(recipe, name))
        self.setEnabled(True)
        self._show_rates()
        self.changed.emit()

    def _lay_out(self) -> None:
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("Decoder"), self._decoder)
        form.addRow(self.tr("Tuning"), self._method)
        length = QHBoxLayout()
        length.addWidget(self._epochs)
        length.addWidget(QLabel(self.tr("Batch size")))
        length.addWidget(self._batch)
        length.addStretch(1)
        form.addRow(self.tr("Epochs"), length)
        rates = QHBoxLayout()
        rates.addWidget(QLabel(self.tr("decoder")))
        rates.addWidget(self._decoder_rate)
        rates.addWidget(self._rate_name)
        rates.addWidget(self._encoder_rate)
        rates.addWidget(self._adapter_rate)
        rates.addStretch(1)
        form.addRow(self.tr("Learning rates"), rates)
        changes = QHBoxLayout()
        changes.addWidget(self._flip)
        for name, title, _ in _STRENGTHS:
            changes.addWidget(QLabel(self.tr(title)))
            changes.addWidget(self._strengths[name])
        changes.addStretch(1)
        form.addRow(self.tr("Augmentation"), changes)

    def _connect(self) -> None:
        for choice in (self._decoder, self._method):
            choice.currentIndexChanged.connect(self._on_changed)
        for whole in (self._epochs, self._batch):
            whole.valueChanged.connect(self._on_changed)
        for strength in self._strengths.values():
            strength.valueChanged.connect(self._on_changed)
        for rate in (self._encoder_rate, self._adapter_rate, self._decoder_rate):
            rate.textChanged.connect(self._on_changed)
        self._flip.toggled.connect(self._on_changed)

    def _on_changed(self) -> None:
        self._show_rates()
        self.changed.emit()

    def _show_rates(self) -> None:
        """Show the rates that the tuning uses."""
        method = self._method.currentData()
        self._encoder_rate.setVisible(method == "full")
        self._adapter_rate.setVisible(method in _ADAPTED)
        self._rate_name.setVisible(method not in {None, "frozen"})
        adapters = method in _ADAPTED
        self._rate_name.setText(self.tr("adapters") if adapters else self.tr("encoder"))


def _whole(most: int) -> QSpinBox:
    box = QSpinBox()
    box.setRange(1, most)
    return box


def _strength(most: float) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setRange(0.0, most)
    box.setSingleStep(0.1)
    return box


def _rate() -> QLineEdit:
    field = QLineEdit()
    validator = QDoubleValidator(1e-9, 1.0, 12)
    validator.setLocale(QLocale.c())
    field.setValidator(validator)
    field.setMaximumWidth(90)
    return field
