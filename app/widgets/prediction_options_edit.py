"""Mirror averaging and the smallest region, as two controls."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QFormLayout, QSpinBox, QWidget

from app.widgets.own_keys import OwnKeys
from engine.core.prediction_options import MOST_SAMPLES, PredictionOptions


class PredictionOptionsEdit(QWidget):
    """Edits `PredictionOptions`.

    Parameters
    ----------
    parent : QWidget or None
        The usual Qt owner.
    """

    changed = Signal(object)
    """The `PredictionOptions` that the user has just chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mirror = QCheckBox(self.tr("Average with the mirror image"))
        self._mirror.setToolTip(
            self.tr(
                "Predict the section and its left-right mirror image and average the "
                "probabilities: usually better, and takes twice the time"
            )
        )
        self._smallest = QSpinBox()
        self._smallest.setAccessibleName(self.tr("Smallest region"))
        self._smallest.setRange(0, MOST_SAMPLES)
        self._smallest.setStepType(QSpinBox.StepType.AdaptiveDecimalStepType)
        self._smallest.setSpecialValueText(self.tr("any size"))
        self._smallest.setSuffix(self.tr(" samples"))
        self._smallest.setKeyboardTracking(False)
        self._smallest.setToolTip(
            self.tr(
                "Regions of a class with fewer samples on the section take the class that "
                "surrounds them most"
            )
        )
        self._smallest.installEventFilter(OwnKeys(self))
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.addRow(self._mirror)
        form.addRow(self.tr("Smallest region"), self._smallest)
        self._mirror.toggled.connect(self._tell)
        self._smallest.valueChanged.connect(self._tell)

    @property
    def options(self) -> PredictionOptions:
        """What is chosen; no smallest region while regions cannot be filled."""
        smallest = self._smallest.value() if self._smallest.isEnabled() else 0
        return PredictionOptions(self._mirror.isChecked(), smallest)

    def show_options(self, options: PredictionOptions) -> None:
        """Show a choice without telling of it."""
        with QSignalBlocker(self._mirror), QSignalBlocker(self._smallest):
            self._mirror.setChecked(options.mirror)
            self._smallest.setValue(options.smallest_region)

    def set_regions_enabled(self, enabled: bool) -> None:  # noqa: FBT001 - a slot of QRadioButton.toggled
        """Allow small regions to be filled: they are of classes, not of probabilities."""
        self._smallest.setEnabled(enabled)

    def _tell(self) -> None:
        self.changed.emit(self.options)
