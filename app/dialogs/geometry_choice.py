"""Where the geometry of a SEG-Y file is, as the user chooses it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QSpinBox,
    QWidget,
)

from engine.readers.segy.header_report import HeaderReport
from engine.readers.segy.line_bytes import ENOUGH_FILL
from engine.readers.segy.options import DOMAINS, LARGEST_INTERVAL
from engine.readers.segy.sort_key import SORT_KEYS

_LAST_BYTE = 237
_DOMAIN_NAMES = {"auto": "As the text header says", "time": "Time", "depth": "Depth"}


class GeometryChoice(QWidget):
    """Volume, line or gathers, with the bytes of their numbers and coordinates.

    Parameters
    ----------
    parent : QWidget or None
        The usual Qt owner.
    """

    changed = Signal()
    """Something else was chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._volume = QRadioButton(self.tr("3-D volume"))
        self._line = QRadioButton(self.tr("2-D line"))
        self._gathers = QRadioButton(self.tr("Pre-stack gathers"))
        self._volume.setChecked(True)
        self._iline = _byte_box(189, self.tr("Byte of the inline number"))
        self._xline = _byte_box(193, self.tr("Byte of the crossline number"))
        self._trace = _byte_box(0, self.tr("Byte of the trace number"), self.tr("found"))
        self._key = QComboBox()
        self._key.setEditable(True)
        self._key.addItems(list(SORT_KEYS))
        self._key.setAccessibleName(self.tr("Sort key"))
        self._key.setToolTip(self.tr("A name, or a byte position; offset/50 for bins of 50."))
        self._x = _byte_box(0, self.tr("Byte of CDP X"), self.tr("found"))
        self._y = _byte_box(0, self.tr("Byte of CDP Y"), self.tr("found"))
        self._interval = QDoubleSpinBox()
        self._interval.setRange(0, LARGEST_INTERVAL)
        self._interval.setDecimals(4)
        self._interval.setSpecialValueText(self.tr("as the headers say"))
        self._interval.setAccessibleName(self.tr("Sample interval"))
        self._domain = QComboBox()
        self._domain.setAccessibleName(self.tr("Samples run along"))
        for key in DOMAINS:
            self._domain.addItem(self.tr(_DOMAIN_NAMES[key]), key)
        self._lay_out()
        self._connect()
        self._enable()

    def _lay_out(self) -> None:
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.addRow(self._volume)
        form.addRow(_indented(self.tr("Inline, byte")), self._iline)
        form.addRow(_indented(self.tr("Crossline, byte")), self._xline)
        form.addRow(self._line)
        form.addRow(_indented(self.tr("Trace number, byte")), self._trace)
        form.addRow(self._gathers)
        form.addRow(_indented(self.tr("Gathered by")), self._key)
        form.addRow(self.tr("CDP X and Y, bytes"), _side_by_side(self._x, self._y))
        form.addRow(self.tr("Sample interval"), self._interval)
        form.addRow(self.tr("Samples run along"), self._domain)

    def _connect(self) -> None:
        for radio in (self._volume, self._line, self._gathers):
            radio.toggled.connect(self._on_kind)
        for box in (self._iline, self._xline, self._trace, self._x, self._y, self._interval):
            box.setKeyboardTracking(False)
            box.valueChanged.connect(self.changed)
        self._key.currentTextChanged.connect(self.changed)
        self._domain.currentIndexChanged.connect(self.changed)

    def options(self) -> dict[str, Any]:
        """Return what was chosen, as options for the reader."""
        options: dict[str, Any] = {}
        if self._volume.isChecked():
            options |= {"geometry": "volume"}
            options |= {"iline": self._iline.value(), "xline": self._xline.value()}
        elif self._line.isChecked():
            options["geometry"] = "line"
            if self._trace.value():
                options["xline"] = self._trace.value()
        else:
            options["sort_key"] = self._key.currentText().strip().lower()
        if self._x.value() and self._y.value():
            options |= {"cdp_x": self._x.value(), "cdp_y": self._y.value()}
        if self._interval.value():
            options["interval"] = self._interval.value()
        if self._domain.currentData() != "auto":
            options["domain"] = self._domain.currentData()
        return options

    def set_options(self, options: Mapping[str, Any]) -> None:
        """Show options of a reader, such as were remembered; what does not fit is passed over."""
        was_blocked = self.blockSignals(True)  # noqa: FBT003 - Qt's own signature
        if "sort_key" in options:
            self._gathers.setChecked(True)
            self._key.setCurrentText(str(options["sort_key"]))
        elif options.get("geometry") == "line":
            self._line.setChecked(True)
            self._trace.setValue(_byte(options, "xline"))
        else:
            self._volume.setChecked(True)
            self._iline.setValue(_byte(options, "iline") or 189)
            self._xline.setValue(_byte(options, "xline") or 193)
        self._x.setValue(_byte(options, "cdp_x"))
        self._y.setValue(_byte(options, "cdp_y"))
        interval = options.get("interval")
        self._interval.setValue(interval if isinstance(interval, int | float) else 0)
        self._domain.setCurrentIndex(max(self._domain.findData(options.get("domain")), 0))
        self._enable()
        self.blockSignals(was_blocked)
        self.changed.emit()

    def _on_kind(self, checked: bool) -> None:  # noqa: FBT001 - a slot of QRadioButton.toggled
        if checked:
            self._enable()
            self.changed.emit()

    def _enable(self) -> None:
        for box in (self._iline, self._xline):
            box.setEnabled(self._volume.isChecked())
        self._trace.setEnabled(self._line.isChecked())
        self._key.setEnabled(self._gathers.isChecked())


def likely_options(report: HeaderReport) -> dict[str, Any]:
    """Return the choice to begin with: what the headers make likely.

    Parameters
    ----------
    report : HeaderReport
        Of the file.

    Returns
    -------
    dict
        A volume at the best bytes; else gathers where offsets vary; else a line;
        the usual bytes of a volume where nothing is known of the traces.
    """
    best = report.lines[0] if report.lines else None
    volume: dict[str, Any] = {"geometry": "volume"}
    if best is not None:
        volume |= {"iline": best.iline, "xline": best.xline}
    names = [index.key.name for index in report.gathers]
    sparse = best is not None and best.regularity.fill < ENOUGH_FILL and "offset" in names
    if best is not None and not best.regularity.n_duplicates and not sparse:
        return volume
    if "offset" in names:
        name = next((n for n in names if n != "offset"), "offset")
        return {"sort_key": "cdp" if "cdp" in names else name}
    return volume if best is not None or report.table is None else {"geometry": "line"}


def _byte(options: Mapping[str, Any], name: str) -> int:
    value = options.get(name)
    return value if isinstance(value, int) and 1 <= value <= _LAST_BYTE else 0


def _byte_box(value: int, name: str, none: str = "") -> QSpinBox:
    box = QSpinBox()
    box.setRange(0 if none else 1, _LAST_BYTE)
    box.setSpecialValueText(none)
    box.setValue(value)
    box.setAccessibleName(name)
    return box


def _indented(text: str) -> QLabel:
    label = QLabel(text)
    label.setIndent(22)
    label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    return label


def _side_by_side(*widgets: QWidget) -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        layout.addWidget(widget, 1)
    return row
