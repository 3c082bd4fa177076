"""How amplitudes are drawn."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QSlider,
    QToolButton,
    QWidget,
)

from app.session_model import SessionModel
from app.views.color_bar import amplitude_text
from app.views.color_maps import COLOR_MAPS
from app.widgets.own_keys import OwnKeys
from engine.session.session import DRAWINGS, PERCENTILE_RANGE, POLARITIES

GAIN_STEP_DB = 3.0
_DRAWING_TITLES = {
    "density": "Variable density",
    "wiggles": "Wiggles",
    "both": "Wiggles over density",
}
_PER_PERCENT = 10
_POLARITY_TITLES = {
    "unstated": "Not stated",
    "normal": "SEG normal",
    "reverse": "SEG reverse",
}


class DisplayPanel(QWidget):
    """How traces are drawn: kind, colour map, clip, gain and polarity.

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
        self._colors = QComboBox()
        for item in COLOR_MAPS.values():
            self._colors.addItem(self.tr(item.title), item.key)
        self._colors.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._colors.setMinimumContentsLength(12)
        self._clip = QSlider(Qt.Orientation.Horizontal)
        low, high = PERCENTILE_RANGE
        self._clip.setRange(round(low * _PER_PERCENT), round(high * _PER_PERCENT))
        self._clip.setPageStep(_PER_PERCENT)
        self._clip_text = QLabel()
        self._gain_text = QLabel()
        self._gain_text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._gain_text.setMinimumWidth(60)
        self._polarity = QComboBox()
        for key in POLARITIES:
            self._polarity.addItem(self.tr(_POLARITY_TITLES[key]), key)
        self._drawing = QComboBox()
        for key in DRAWINGS:
            self._drawing.addItem(self.tr(_DRAWING_TITLES[key]), key)
        self._drawing.setToolTip(self.tr("Slices from above are always drawn in colours."))
        self._flipped = QCheckBox(self.tr("Reverse the display"))
        self._flipped.setToolTip(
            self.tr("Draw peaks as troughs; the amplitudes that are read out stay.")
        )
        keys = OwnKeys(self)
        for widget in (self._drawing, self._colors, self._clip, self._polarity):
            widget.installEventFilter(keys)
        self._lay_out()
        self.setMaximumHeight(self.sizeHint().height())
        self._colors.currentIndexChanged.connect(
            lambda: model.set_display(color_map=self._colors.currentData())
        )
        self._clip.valueChanged.connect(
            lambda value: model.set_display(percentile=value / _PER_PERCENT)
        )
        self._drawing.currentIndexChanged.connect(
            lambda: model.set_display(drawing=self._drawing.currentData())
        )
        self._flipped.toggled.connect(lambda on: model.set_display(flipped=on))
        self._polarity.currentIndexChanged.connect(
            lambda: model.set_display(polarity=self._polarity.currentData())
        )
        model.display_changed.connect(self._show)
        model.volume_changed.connect(self._show)
        self._show()

    def _lay_out(self) -> None:
        form = QFormLayout(self)
        form.setContentsMargins(10, 8, 10, 8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("Traces"), self._drawing)
        form.addRow(self.tr("Colours"), self._colors)
        clip = QHBoxLayout()
        clip.addWidget(self._clip, 1)
        clip.addWidget(self._clip_text)
        form.addRow(self.tr("Clip"), clip)
        gain = QHBoxLayout()
        for text, change_db, name in (
            ("−", -GAIN_STEP_DB, self.tr("Less gain")),
            ("+", GAIN_STEP_DB, self.tr("More gain")),
        ):
            button = QToolButton()
            button.setText(text)
            button.setAccessibleName(name)
            button.setToolTip(self.tr("{0} by 3 dB").format(name))
            button.setMinimumSize(26, 24)
            button.clicked.connect(lambda _=False, db=change_db: self._model.change_gain(db))
            gain.addWidget(button)
            if change_db < 0:
                gain.addWidget(self._gain_text)
        auto = QToolButton()
        auto.setText(self.tr("Auto"))
        auto.setMinimumHeight(24)
        auto.setToolTip(self.tr("Clip at the 99th percentile, 0 dB (C)"))
        auto.clicked.connect(self._model.reset_display)
        gain.addStretch(1)
        gain.addWidget(auto)
        form.addRow(self.tr("Gain"), gain)
        form.addRow(self.tr("Polarity"), self._polarity)
        form.addRow("", self._flipped)
        self._drawing.setAccessibleName(self.tr("Traces"))
        self._colors.setAccessibleName(self.tr("Colours"))
        self._clip.setAccessibleName(self.tr("Clip percentile"))
        self._polarity.setAccessibleName(self.tr("Polarity"))

    def _show(self) -> None:
        session = self._model.session
        display = session.display
        with (
            QSignalBlocker(self._colors),
            QSignalBlocker(self._clip),
            QSignalBlocker(self._polarity),
            QSignalBlocker(self._drawing),
            QSignalBlocker(self._flipped),
        ):
            self._drawing.setCurrentIndex(self._drawing.findData(display.drawing))
            self._flipped.setChecked(display.flipped)
            self._colors.setCurrentIndex(self._colors.findData(display.color_map))
            self._clip.setValue(round(display.percentile * _PER_PERCENT))
            self._polarity.setCurrentIndex(self._polarity.findData(display.polarity))
        self._clip_text.setText(f"{display.percentile:.1f}%")
        self._gain_text.setText(f"{display.gain_db:+.0f} dB" if display.gain_db else "0 dB")
        if session.opened is not None:
            limit = amplitude_text(display.limit(session.opened.statistics))
            self._clip.setToolTip(
                self.tr("Percentile of the absolute amplitude; colours end at ±{0}").format(limit)
            )
