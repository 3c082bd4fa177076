"""What the tools do: sizes, tolerances and names."""

from __future__ import annotations

import math
from contextlib import ExitStack

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSlider,
    QWidget,
)

from app.session_model import SessionModel
from app.tools.fill import threshold_range
from app.widgets.number_box import NumberBox
from app.widgets.own_keys import OwnKeys
from engine.session.labelling import (
    BRUSH_RANGE,
    LABEL_TOOLS,
    LINE_WIDTH_RANGE,
    SMOOTHING_RANGE,
    TOLERANCE_RANGE,
)

_BRUSH = frozenset({"brush", "eraser", "accept"})
_SMOOTHED = frozenset({"fill", "threshold"})
_FILLS = _SMOOTHED | {"similar"}
_PER_UNIT = 100
_MOST_ROWS = 3


class ToolOptions(QWidget):
    """The options of the tool in use; those of other tools are hidden.

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
        self._brush, self._brush_text = _slider(1, _PER_UNIT), QLabel()
        self._tolerance = _slider(*(round(_PER_UNIT * limit) for limit in TOLERANCE_RANGE))
        self._tolerance_text = QLabel()
        self._smoothing = _number(SMOOTHING_RANGE, self.tr(" samples"), 1)
        self._low, self._high = (_number((-1e30, 1e30), "", 4) for _ in range(2))
        self._labelled = QCheckBox(self.tr("Change labelled samples too"))
        self._kind = QComboBox()
        for kind, title in (("stick", "Fault sticks"), ("polyline", "Polylines")):
            self._kind.addItem(self.tr(title), kind)
        self._name = QLineEdit()
        self._name.setPlaceholderText(self.tr("Name of the fault or line"))
        self._width = _number(LINE_WIDTH_RANGE, self.tr(" samples"), 0)
        self._none = QLabel(
            self.tr(
                "Choose a tool or press its key: B brush, E eraser, G polygon, F fill, K picks, "
                "A accept, W similar."
            )
        )
        self._none.setWordWrap(True)
        self._none.setEnabled(False)
        self._form = QFormLayout(self)
        self._lay_out()
        self._connect()
        self._show()

    def _lay_out(self) -> None:
        form = self._form
        form.setContentsMargins(0, 0, 0, 0)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._rows: dict[frozenset[str], list[QWidget | QHBoxLayout]] = {
            _BRUSH: [_beside(self._brush, self._brush_text)],
            frozenset({"fill"}): [_beside(self._tolerance, self._tolerance_text)],
            _SMOOTHED: [self._smoothing],
            _FILLS: [self._labelled],
            frozenset({"threshold"}): [_beside(self._low, QLabel(self.tr("to")), self._high)],
            frozenset({"pick"}): [self._kind, self._name, self._width],
        }
        form.addRow(self._none)
        form.addRow(self.tr("Brush"), self._rows[_BRUSH][0])
        form.addRow(self.tr("Tolerance"), self._rows[frozenset({"fill"})][0])
        form.addRow(self.tr("Amplitudes"), self._rows[frozenset({"threshold"})][0])
        form.addRow(self.tr("Smoothing"), self._smoothing)
        form.addRow("", self._labelled)
        form.addRow(self.tr("Pick"), self._kind)
        form.addRow(self.tr("Name"), self._name)
        form.addRow(self.tr("Line width"), self._width)
        # What lies below must not move under the pointer when the tool changes.
        height, gap = self._width.sizeHint().height(), max(0, form.verticalSpacing())
        self.setMinimumHeight(_MOST_ROWS * height + (_MOST_ROWS - 1) * gap)
        tips: tuple[tuple[QWidget, str], ...] = (
            (self._brush, "Diameter in samples: [ and ], or Alt and a drag."),
            (self._tolerance, "Largest difference, as a share of the colours' half range."),
            (self._smoothing, "Gaussian before amplitudes are compared."),
            (self._width, "Samples; of picks that are painted as labels."),
            (self._low, "Lowest amplitude."),
            (self._high, "Highest amplitude."),
        )
        for control, tip in tips:
            control.setToolTip(self.tr(tip))
            control.setAccessibleName(self.tr(tip))

    def _connect(self) -> None:
        model, keys = self._model, OwnKeys(self)
        for control in (self._brush, self._tolerance, self._kind):
            control.installEventFilter(keys)
        self._brush.valueChanged.connect(lambda value: model.set_tools(brush=_diameter(value)))
        self._tolerance.valueChanged.connect(
            lambda value: model.set_tools(tolerance=value / _PER_UNIT)
        )
        self._smoothing.valueChanged.connect(lambda value: model.set_tools(smoothing=value))
        self._labelled.toggled.connect(lambda on: model.set_tools(fills_labelled=on))
        for box in (self._low, self._high):
            box.valueChanged.connect(self._on_threshold)
        self._kind.currentIndexChanged.connect(
            lambda: model.set_tools(pick_kind=self._kind.currentData())
        )
        self._name.textEdited.connect(lambda text: model.set_tools(pick_name=text.strip()))
        self._name.returnPressed.connect(self._name.clearFocus)
        self._width.valueChanged.connect(lambda value: model.set_tools(line_width=value))
        for signal in (
            model.tool_settings_changed,
            model.tool_changed,
            model.display_changed,
            model.volume_changed,
        ):
            signal.connect(self._show)

    def _on_threshold(self) -> None:
        low, high = sorted((self._low.value(), self._high.value()))
        self._model.set_tools(threshold=(low, high))

    def _show(self) -> None:
        session, tools = self._model.session, self._model.session.tools
        for names, rows in self._rows.items():
            for row in rows:
                self._form.setRowVisible(row, session.tool in names)
        self._form.setRowVisible(self._none, session.tool not in LABEL_TOOLS)
        with ExitStack() as quiet:
            for control in (
                *(self._brush, self._tolerance, self._smoothing, self._low, self._high),
                *(self._labelled, self._kind, self._width),
            ):
                quiet.enter_context(QSignalBlocker(control))
            self._brush.setValue(_position(tools.brush))
            self._tolerance.setValue(round(tools.tolerance * _PER_UNIT))
            self._smoothing.setValue(tools.smoothing)
            self._labelled.setChecked(tools.fills_labelled)
            self._kind.setCurrentIndex(self._kind.findData(tools.pick_kind))
            self._width.setValue(tools.line_width)
            self._show_threshold()
        if self._name.text().strip() != tools.pick_name:
            self._name.setText(tools.pick_name)
        self._brush_text.setText(f"{tools.brush:.0f}")
        self._tolerance_text.setText(f"{tools.tolerance:.0%}")

    def _show_threshold(self) -> None:
        session = self._model.session
        if session.opened is None:
            return
        levels = session.shown_display.levels(session.opened.statistics)
        places = max(0, 2 - math.floor(math.log10(levels.half)))
        low, high = threshold_range(session.tools, levels)
        for box, value in ((self._low, low), (self._high, high)):
            box.setDecimals(places)
            box.setSingleStep(levels.half / 50)
            box.setValue(min(value, session.opened.statistics.maximum))


def _slider(low: int, high: int) -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(low, high)
    return slider


def _number(limits: tuple[float, float], suffix: str, decimals: int) -> NumberBox:
    box = NumberBox()
    box.setRange(*limits)
    box.setSuffix(suffix)
    box.setDecimals(decimals)
    box.setMinimumWidth(60)
    return box


def _beside(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    for number, widget in enumerate(widgets):
        row.addWidget(widget, 0 if isinstance(widget, QLabel) else 1)
        if isinstance(widget, QLabel) and number == len(widgets) - 1:
            widget.setMinimumWidth(36)
            widget.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return row


def _diameter(position: int) -> float:
    """Return the brush for a place of the slider: small sizes finely, large ones coarsely."""
    low, high = BRUSH_RANGE
    return float(round(low * (high / low) ** ((position - 1) / (_PER_UNIT - 1))))


def _position(diameter: float) -> int:
    low, high = BRUSH_RANGE
    return 1 + round((_PER_UNIT - 1) * math.log(diameter / low) / math.log(high / low))
