"""Which slices are trained on and which validate, drawn on the slice axis."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.split_advice import SplitAdvice, place_text
from app.widgets.split_strip import SplitStrip
from app.workers.training_labels import CollectedLabels
from engine.core.axes import Axis
from engine.core.survey import Survey
from engine.data.slice_ranges import SliceRanges
from engine.errors import EngineError


class SplitEditor(QWidget):
    """The strip, its borders as numbers, how far apart the parts are, and what they lack.

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
        self._advice: SplitAdvice | None = None
        self.strip = SplitStrip()
        self._name = QLabel(self.tr("Validation from"))
        self._first, self._last = QDoubleSpinBox(), QDoubleSpinBox()
        self._first.setAccessibleName(self.tr("First validation slice"))
        self._last.setAccessibleName(self.tr("Last validation slice"))
        self._buffer = QSpinBox()
        self._buffer.setAccessibleName(self.tr("Slices left out on each side of validation"))
        self._buffer.setToolTip(self.tr("Left out on each side of validation"))
        self._suggest = QPushButton(self.tr("Suggest"))
        self._suggest.setAutoDefault(False)
        self._suggest.setToolTip(
            self.tr("Choose a split with every class in both parts and a wide gap between them")
        )
        self._counts, self._leak, self._classes = _text(), _text(), _text()
        self._leak.setObjectName("leakMeter")
        self._classes.setObjectName("classAdvice")
        self._lay_out()
        self._show()
        self.strip.changed.connect(self._on_changed)
        self._suggest.clicked.connect(self._on_suggest)
        for box in (self._first, self._last, self._buffer):
            box.setKeyboardTracking(False)
            box.valueChanged.connect(partial(self._on_number, box))

    @property
    def ranges(self) -> SliceRanges | None:
        """The split; None where a part has no labelled slice."""
        if self._advice is None:
            return None
        first, last, buffer = self.strip.split
        try:
            ranges = SliceRanges.around(first, last, buffer=buffer, axis=(0, self._axis.size - 1))
        except EngineError:
            return None
        return ranges if all(ranges.parts(self._advice.samples.places)) else None

    @property
    def few_for_all_weights(self) -> str:
        """What training all weights on so few slices comes to; empty where they are enough."""
        ranges = self.ranges
        return "" if self._advice is None or ranges is None else self._advice.few(ranges)

    @property
    def problem(self) -> str:
        """Why a training cannot start with this split; empty if it can."""
        advice, ranges = self._advice, self.ranges
        if advice is None or len(advice.samples.places) < 2:
            return self.tr("Label at least two slices.") if advice is None else advice.too_few()
        if ranges is None:
            return self.tr(
                "Both parts need a labelled slice: move the borders of validation, "
                "or press Suggest."
            )
        only = advice.one_class(ranges)
        if only:
            return self.tr(
                "The training slices show only “{0}”. Label a second class on one of them."
            ).format(only)
        return ""

    def show_labels(
        self, labels: CollectedLabels, class_names: Sequence[str], survey: Survey | None
    ) -> None:
        """Take other labelled slices, and begin with the split that is proposed.

        Parameters
        ----------
        labels : CollectedLabels
            May be empty.
        class_names : sequence of str
            Names of the classes in the order of their ids.
        survey : Survey or None
            Tells distances in metres.
        """
        samples = labels.samples
        if samples is None:
            self._advice = None
            self._show()
            return
        axis = samples.axis
        self._axis = axis
        self._advice = SplitAdvice(samples, class_names, survey, labels.proposed)
        self.strip.show_axis(samples.places, axis.size, partial(place_text, axis))
        low, high = sorted((axis.first, axis.last))
        for box in (self._first, self._last):
            with QSignalBlocker(box):
                box.setRange(low, high)
                box.setSingleStep(abs(axis.step))
                box.setDecimals(0 if float(axis.step).is_integer() else 3)
        with QSignalBlocker(self._buffer):
            self._buffer.setRange(0, axis.size - 1)
            self._buffer.setSuffix(f" {axis.name}s" if axis.unit == "px" else self.tr(" slices"))
        self._name.setText(self.tr("Validation from {0}").format(axis.name))
        self._propose()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.strip)
        row = QHBoxLayout()
        row.addWidget(self._name)
        for text, box in (
            ("", self._first),
            (self.tr("to"), self._last),
            (self.tr("Buffer"), self._buffer),
        ):
            if text:
                row.addWidget(QLabel(text))
            row.addWidget(box)
        row.addStretch(1)
        row.addWidget(self._suggest)
        column.addLayout(row)
        for label in (self._counts, self._leak, self._classes):
            column.addWidget(label)

    def _on_changed(self) -> None:
        self._show()
        self.changed.emit()

    def _on_suggest(self) -> None:
        self._propose()
        self.changed.emit()

    def _propose(self) -> None:
        proposed = None if self._advice is None else self._advice.proposed
        if proposed is not None:
            first, last = (int(place) for place in proposed.validation[0])
            self.strip.show_split(first, last, int(proposed.buffer))
        self._show()

    def _on_number(self, changed: QWidget, _value: float) -> None:
        """Take the numbers over; an end that is moved past the other takes it along."""
        first, last = (self._axis.clamp(box.value()) for box in (self._first, self._last))
        if first > last:
            first, last = (first, first) if changed is self._first else (last, last)
        self.strip.show_split(first, last, self._buffer.value())
        self._on_changed()

    def _show(self) -> None:
        first, last, buffer = self.strip.split
        for box, place in ((self._first, first), (self._last, last)):
            with QSignalBlocker(box):
                box.setValue(self._axis.value(place))
        with QSignalBlocker(self._buffer):
            self._buffer.setValue(buffer)
        advice, ranges = self._advice, self.ranges
        can_be = advice is not None and len(advice.samples.places) > 1
        for part in (self.strip, self._first, self._last, self._buffer, self._suggest):
            part.setEnabled(can_be)
        if advice is None or ranges is None:
            self.strip.show_nearest(None)
            texts = ("", "", "")
        else:
            self.strip.show_nearest(advice.nearest_pair(ranges))
            missing = "\n".join(f"⚠ {text}" for text in advice.classes(ranges))
            texts = (advice.counts(ranges), advice.leak(ranges), missing)
        for label, text in zip((self._counts, self._leak, self._classes), texts, strict=True):
            label.setText(text)
            label.setVisible(bool(text))


def _text() -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
