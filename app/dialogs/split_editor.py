"""Which slices are trained on and which validate, drawn on the slice axis."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QLabel, QSpinBox, QVBoxLayout, QWidget

from app.widgets.split_strip import TRAINING, VALIDATION, SplitStrip
from engine.core.axes import Axis
from engine.core.survey import Survey
from engine.data.positions import positions_along
from engine.data.slice_ranges import SliceRanges, nearest_training, propose_ranges
from engine.errors import EngineError

_CLOSE = 3
"""Slices; what is nearer is nearly the same picture."""


class SplitEditor(QWidget):
    """The strip, its borders as numbers, and how far validation is from training.

    Parameters
    ----------
    parent : QWidget or None
        The usual Qt owner.
    """

    changed = Signal()
    """Another split."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._axis = Axis("slice", "1", 0.0, 1.0, 1)
        self._survey: Survey | None = None
        self._places: tuple[float, ...] = ()
        self.strip = SplitStrip()
        self._first, self._last = QDoubleSpinBox(), QDoubleSpinBox()
        self._first.setAccessibleName(self.tr("First validation slice"))
        self._last.setAccessibleName(self.tr("Last validation slice"))
        self._buffer = QSpinBox()
        self._buffer.setSuffix(self.tr(" slices"))
        self._buffer.setAccessibleName(self.tr("Slices left out beside validation"))
        self._leak = QLabel()
        self._leak.setObjectName("leakMeter")
        self._leak.setWordWrap(True)
        self._lay_out()
        self.strip.changed.connect(self._on_strip)
        for box in (self._first, self._last):
            box.setKeyboardTracking(False)
            box.valueChanged.connect(self._on_numbers)
        self._buffer.setKeyboardTracking(False)
        self._buffer.valueChanged.connect(self._on_numbers)

    @property
    def ranges(self) -> SliceRanges | None:
        """The split; None where a part has no labelled slice."""
        first, last, buffer = self.strip.split
        try:
            ranges = SliceRanges.around(first, last, buffer=buffer, axis=(0, self._axis.size - 1))
        except EngineError:
            return None
        return ranges if all(ranges.parts(self._places)) else None

    def show_labels(self, places: tuple[float, ...], axis: Axis, survey: Survey | None) -> None:
        """Take other labelled slices, and propose a split of them.

        Parameters
        ----------
        places : tuple of float
            Indices of the labelled slices.
        axis : Axis
            What they are indices of.
        survey : Survey or None
            Tells distances in metres.
        """
        self._places, self._axis, self._survey = places, axis, survey
        self.strip.show_axis(places, axis.size, lambda place: f"{axis.name} {axis.value(place):g}")
        low, high = sorted((axis.first, axis.last))
        for box in (self._first, self._last):
            with QSignalBlocker(box):
                box.setRange(low, high)
                box.setSingleStep(abs(axis.step))
                box.setDecimals(0 if float(axis.step).is_integer() else 3)
        with QSignalBlocker(self._buffer):
            self._buffer.setRange(0, axis.size - 1)
        proposed = propose_ranges(places, (0, axis.size - 1))
        if proposed is not None:
            first, last = (int(place) for place in proposed.validation[0])
            self.strip.show_split(first, last, first - int(proposed.training[0][1]) - 1)
        self._show()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.strip)
        row = QHBoxLayout()
        for text, box in (
            (self.tr("Validation from"), self._first),
            (self.tr("to"), self._last),
            (self.tr("left out beside it"), self._buffer),
        ):
            row.addWidget(QLabel(text))
            row.addWidget(box)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self._leak)

    def _on_strip(self) -> None:
        self._show()
        self.changed.emit()

    def _on_numbers(self) -> None:
        axis = self._axis
        ends = sorted((axis.clamp(self._first.value()), axis.clamp(self._last.value())))
        self.strip.show_split(ends[0], ends[1], self._buffer.value())
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        first, last, buffer = self.strip.split
        for box, place in ((self._first, first), (self._last, last)):
            with QSignalBlocker(box):
                box.setValue(self._axis.value(place))
        with QSignalBlocker(self._buffer):
            self._buffer.setValue(buffer)
        self._leak.setText(self._leak_text())

    def _leak_text(self) -> str:
        n_places = len(self._places)
        if n_places < 2:
            return self.tr("Label at least two slices: one to train on, one to validate with.")
        ranges = self.ranges
        if ranges is None:
            return self.tr("⚠ Both parts need a labelled slice: move the borders.")
        training, validation = (
            [self._places[i] for i in part] for part in ranges.parts(self._places)
        )
        gaps = nearest_training(training, validation)
        nearest = min(gaps.values())
        n_left_out = n_places - len(training) - len(validation)
        parts = self.tr(
            "<span style='color:{0}'>■</span> {1} training &nbsp; "
            "<span style='color:{2}'>■</span> {3} validation"
        ).format(TRAINING.name(), len(training), VALIDATION.name(), len(validation))
        if n_left_out:
            parts += self.tr(" &nbsp; {0} left out").format(n_left_out)
        where = self.tr("{0:g} {1} from the nearest trained on").format(
            nearest, self._unit(nearest)
        )
        metres = self._metres(nearest)
        if metres is not None:
            where += f" ({metres:.0f} m)"
        if self._axis.unit != "px" and nearest < _CLOSE:
            where = self.tr("⚠ {0}: nearly the same picture, the scores will flatter").format(where)
        return f"{parts}<br>{self.tr('Leak meter: validation lies {0}').format(where)}"

    def _unit(self, n: float) -> str:
        if self._axis.unit == "px":
            return self.tr("rows") if self._axis.name == "row" else self.tr("columns")
        return self.tr("slice") if n == 1 else self.tr("slices")

    def _metres(self, n_slices: float) -> float | None:
        if self._axis.size < 2:
            return None
        metres = positions_along(self._axis, (0, 1), self._survey).metres
        return None if metres is None else abs(metres[1] - metres[0]) * n_slices
