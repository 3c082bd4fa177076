"""What is open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from app.session_model import SessionModel
from app.views.axis_text import decimals, value_text
from app.views.color_bar import amplitude_text
from app.widgets.own_keys import OwnKeys
from engine.core.amplitudes import AmplitudeStatistics
from engine.core.axes import Axis

_LEAST_WIDTH = 150
_LEAST_COLUMN = 30
_NAMES_SHARE = 0.6
_KINDS = {
    "volume": "3-D volume",
    "line": "2-D line",
    "gathers": "Pre-stack gathers",
    "record": "DAS record",
    "image": "Image",
    "array": "Array",
}


class DataPanel(QTreeWidget):
    """The open volume as a tree: axes, place and amplitudes.

    Parameters
    ----------
    model : SessionModel
        What it shows.
    parent : QWidget or None
        The usual Qt owner.
    """

    def __init__(self, model: SessionModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setAccessibleName(self.tr("Open data"))
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(True)
        self.setIndentation(12)
        self.setMinimumWidth(_LEAST_WIDTH)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.header().setStretchLastSection(False)
        self.header().setMinimumSectionSize(_LEAST_COLUMN)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        self.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.installEventFilter(OwnKeys(self))
        model.volume_changed.connect(self._show)
        model.volume_confirmed.connect(self._show)
        self._show()

    def _show(self) -> None:
        self.clear()
        opened = self._model.session.opened
        if opened is None:
            return
        volume = opened.volume
        root = QTreeWidgetItem([volume.path.name])
        self.addTopLevelItem(root)
        root.setFirstColumnSpanned(True)
        font = root.font(0)
        font.setBold(True)
        root.setFont(0, font)
        root.setToolTip(0, str(volume.path))
        _add(root, self.tr("Kind"), _KINDS.get(volume.kind, volume.kind))
        _add(root, self.tr("Size"), " × ".join(str(axis.size) for axis in volume.axes))
        for name, value in _file_facts(opened.description):
            _add(root, self.tr(name), value)
        axes = _add(root, self.tr("Axes"))
        for axis in volume.axes:
            _add(axes, axis.label, _range(axis))
        amplitudes = _add(root, self.tr("Amplitudes"))
        for name, value in _amplitudes(opened.statistics):
            _add(amplitudes, name, value)
        self.expandAll()
        self._add_lists(root, opened.description)
        self._part_columns()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Part the width between names and values."""
        super().resizeEvent(event)
        self._part_columns()

    def _part_columns(self) -> None:
        """Give names what they need, but leave room for the beginnings of the values."""
        most = round(_NAMES_SHARE * self.viewport().width())
        self.setColumnWidth(0, min(self.sizeHintForColumn(0), most))

    def _add_lists(self, root: QTreeWidgetItem, description: Mapping[str, Any]) -> None:
        notes = [str(note) for note in description.get("notes") or ()]
        if notes:
            parent = _add(root, self.tr("Notes"))
            for note in notes:
                _add_line(parent, note)
            parent.setExpanded(True)
        lines = [str(line).rstrip() for line in description.get("text") or ()]
        if any(lines):
            parent = _add(root, self.tr("Text header"))
            for line in lines:
                _add_line(parent, line)


def _file_facts(description: Mapping[str, Any]) -> list[tuple[str, str]]:
    facts = []
    if description.get("title"):
        facts.append(("Format", str(description["title"])))
    samples = description.get("samples") or {}
    if samples.get("name"):
        facts.append(("Samples", str(samples["name"])))
    measured = " in ".join(s for s in (samples.get("quantity"), samples.get("unit")) if s)
    if measured:
        facts.append(("Measured", measured))
    geometry = description.get("geometry") or {}
    if geometry.get("gauge_length_m"):
        facts.append(("Gauge length", f"{geometry['gauge_length_m']:g} m"))
    if description.get("instrument"):
        facts.append(("Instrument", str(description["instrument"])))
    if geometry.get("iline") and geometry.get("xline"):
        facts.append(("Line numbers", f"bytes {geometry['iline']} and {geometry['xline']}"))
    traces = description.get("traces") or {}
    if traces.get("missing"):
        facts.append(("Missing traces", str(traces["missing"])))
    if traces.get("dead"):
        facts.append(("Dead traces", str(traces["dead"])))
    return facts


def _add_line(parent: QTreeWidgetItem, text: str) -> None:
    item = QTreeWidgetItem([text])
    item.setToolTip(0, text)
    parent.addChild(item)
    item.setFirstColumnSpanned(True)


def _add(parent: QTreeWidgetItem, name: str, value: str = "") -> QTreeWidgetItem:
    item = QTreeWidgetItem([name, value])
    item.setToolTip(0, name)
    item.setToolTip(1, value)
    parent.addChild(item)
    if not value:
        item.setFirstColumnSpanned(True)
    return item


def _range(axis: Axis) -> str:
    if axis.name in {"utc", "time"}:
        first, last = (value_text(axis, value) for value in (axis.first, axis.last))
        return f"{first} – {last}, {1 / axis.step:g} a second"
    places = decimals(axis)
    ends = f"{axis.first:.{places}f} – {axis.last:.{places}f}"
    return f"{ends}, step {axis.step:.{places}f}" if axis.size > 1 else f"{axis.first:.{places}f}"


def _amplitudes(statistics: AmplitudeStatistics) -> tuple[tuple[str, str], ...]:
    clip = ("99th percentile", f"±{amplitude_text(statistics.clip(99.0))}")
    if not statistics.minimum < 0 < statistics.maximum:
        # As the colours: where nothing swings about zero a clip on both sides means nothing.
        ends = (amplitude_text(statistics.quantile(percent)) for percent in (1.0, 99.0))
        clip = ("1st–99th percentile", " to ".join(ends).replace("-", "−"))
    return (
        ("Least", amplitude_text(statistics.minimum).replace("-", "−")),
        ("Largest", amplitude_text(statistics.maximum).replace("-", "−")),
        ("Std. deviation", amplitude_text(statistics.std)),
        clip,
    )
