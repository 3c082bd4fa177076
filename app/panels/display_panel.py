"""How amplitudes are drawn."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QSlider,
    QSpinBox,
    QToolButton,
    QWidget,
)

from app.session_model import SessionModel
from app.views.color_bar import levels_text
from app.views.color_maps import COLOR_MAPS
from app.widgets.own_keys import OwnKeys
from engine.session.display_settings import (
    DRAWINGS,
    EXAGGERATIONS,
    PERCENTILE_RANGE,
    POLARITIES,
    VELOCITY_RANGE_M_S,
)

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
        self._drawing = _choices((key, self.tr(_DRAWING_TITLES[key])) for key in DRAWINGS)
        self._drawing.setToolTip(self.tr("Slices from above are always drawn in colours."))
        self._colors = _choices((item.key, self.tr(item.title)) for item in COLOR_MAPS.values())
        self._colors.setToolTip(
            self.tr(
                "The colour-blind tell apart blue, white, orange; purple, white, green; and the "
                "sequential ones, which suit envelopes and images."
            )
        )
        self._clip = QSlider(Qt.Orientation.Horizontal)
        self._clip.setRange(*(round(share * _PER_PERCENT) for share in PERCENTILE_RANGE))
        self._clip.setPageStep(_PER_PERCENT)
        self._clip_text = QLabel()
        self._gain_text = QLabel()
        self._gain_text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._gain_text.setMinimumWidth(self._gain_text.fontMetrics().horizontalAdvance("+00 dB"))
        self._polarity = _choices((key, self.tr(_POLARITY_TITLES[key])) for key in POLARITIES)
        self._flipped = QCheckBox(self.tr("Reverse the display"))
        self._flipped.setToolTip(
            self.tr("Draw peaks as troughs; the amplitudes that are read out stay.")
        )
        self._swapped = QCheckBox(self.tr("Time to the right"))
        self._swapped.setToolTip(self.tr("Draw a DAS record with its channels downwards."))
        self._proportions = _choices((times, self._times_title(times)) for times in EXAGGERATIONS)
        self._proportions.setMinimumContentsLength(5)
        self._proportions.setToolTip(
            self.tr("Vertical exaggeration, where both axes are lengths; zooming keeps it.")
        )
        self._velocity = QSpinBox()
        self._velocity.setRange(*(round(limit) for limit in VELOCITY_RANGE_M_S))
        self._velocity.setSingleStep(100)
        self._velocity.setKeyboardTracking(False)
        self._velocity.setSuffix(self.tr(" m/s"))
        self._velocity.setToolTip(self.tr("Turns two-way time into depth for the proportions."))
        self._lay_out()
        self.setMaximumHeight(self.sizeHint().height())
        self._connect()
        self._show()

    def _times_title(self, times: float) -> str:
        if times == 1:
            return self.tr("True")
        return self.tr("{0} × vertical").format(f"{times:g}") if times else self.tr("Free")

    def _boxes(self) -> dict[str, QComboBox]:
        """Return the boxes by the fields of `DisplaySettings` that they set."""
        return {
            "drawing": self._drawing,
            "polarity": self._polarity,
            "exaggeration": self._proportions,
        }

    def _connect(self) -> None:
        model, keys = self._model, OwnKeys(self)
        self._clip.installEventFilter(keys)
        for name, box in self._boxes().items():
            box.installEventFilter(keys)
            box.currentIndexChanged.connect(
                lambda _index, name=name, box=box: model.set_display(**{name: box.currentData()})
            )
        self._colors.installEventFilter(keys)
        self._colors.currentIndexChanged.connect(
            lambda: model.set_color_map(self._colors.currentData())
        )
        self._clip.valueChanged.connect(
            lambda value: model.set_display(percentile=value / _PER_PERCENT, chosen_levels=None)
        )
        self._velocity.valueChanged.connect(
            lambda value: model.set_display(velocity_m_s=float(value))
        )
        self._flipped.toggled.connect(lambda on: model.set_display(flipped=on))
        self._swapped.toggled.connect(lambda on: model.set_display(swapped=on))
        model.display_changed.connect(self._show)
        model.volume_changed.connect(self._show)

    def _lay_out(self) -> None:
        form = self._form = QFormLayout(self)
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
        form.addRow("", self._swapped)
        proportions = QHBoxLayout()
        proportions.addWidget(self._proportions, 1)
        proportions.addWidget(self._velocity)
        form.addRow(self.tr("Scale"), proportions)
        self._name_controls()

    def _name_controls(self) -> None:
        self._proportions.setAccessibleName(self.tr("Proportions"))
        self._velocity.setAccessibleName(self.tr("Velocity"))
        self._drawing.setAccessibleName(self.tr("Traces"))
        self._colors.setAccessibleName(self.tr("Colours"))
        self._clip.setAccessibleName(self.tr("Clip percentile"))
        self._polarity.setAccessibleName(self.tr("Polarity"))

    def _show(self) -> None:
        session = self._model.session
        display = session.shown_display
        for unfit in (self._drawing, self._polarity, self._flipped):
            unfit.setEnabled(not session.shows_image)
        opened = session.opened
        self._form.setRowVisible(self._swapped, session.shows_record)
        times = opened is not None and any(axis.name == "twt" for axis in opened.volume.axes)
        self._velocity.setVisible(times)
        with ExitStack() as quiet:
            for name, box in self._boxes().items():
                quiet.enter_context(QSignalBlocker(box))
                box.setCurrentIndex(box.findData(getattr(display, name)))
            quiet.enter_context(QSignalBlocker(self._colors))
            self._colors.setCurrentIndex(self._colors.findData(display.color_map))
            for control in (self._clip, self._flipped, self._swapped, self._velocity):
                quiet.enter_context(QSignalBlocker(control))
            self._clip.setValue(round(display.percentile * _PER_PERCENT))
            self._flipped.setChecked(display.flipped)
            self._swapped.setChecked(display.swapped)
            self._velocity.setValue(round(display.velocity_m_s))
        chosen = display.chosen_levels is not None
        self._clip_text.setText(self.tr("by hand") if chosen else f"{display.percentile:.1f}%")
        self._gain_text.setText(f"{display.gain_db:+.0f} dB" if display.gain_db else "0 dB")
        if session.opened is not None:
            levels = levels_text(display.levels(session.opened.shown_statistics))
            self._clip.setToolTip(
                self.tr("Share of the amplitudes that is not clipped; colours end at {0}").format(
                    levels
                )
            )


def _choices(items: Iterable[tuple[str | float, str]]) -> QComboBox:
    """Return a box of values with titles that does not widen the panel."""
    box = QComboBox()
    for value, title in items:
        box.addItem(title, value)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(8)
    return box
