"""What a DAS record goes through before it is looked at."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from app.session_model import SessionModel
from app.widgets.number_box import NumberBox
from app.widgets.own_keys import OwnKeys
from app.workers.job_bridge import JobBridge
from app.workers.latest import Latest
from app.workers.processing import process_record
from engine.errors import EngineError
from engine.preprocessing.das_chain import RUNS, SWITCHES
from engine.session.processing import ProcessedView

_RECORD = "record"
_TITLES = {
    "common_mode": "1  Remove common mode",
    "difference": "2  Difference, channels",
    "band": "3  Band-pass, Hz",
    "velocity": "4  f-k velocity, m/s",
    "gain": "5  AGC window, s",
}
_TIPS = {
    "common_mode": "Subtract the median of all channels at each time.",
    "difference": "Differentiate along the fibre: turns velocity into strain rate.",
    "band": "Zero phase, order 4, run forward and backward; at a corner amplitudes are halved.",
    "velocity": "Keep waves of such apparent velocities along the fibre.",
    "gain": "Divide by the root mean square of a running window.",
}
_RUNS = {
    "both": "either way",
    "forward": "to larger distances",
    "backward": "to smaller distances",
}


class DasProcessingPanel(QWidget):
    """Switches the steps of the session's chain and has the record shown through them.

    Parameters
    ----------
    model : SessionModel
        What it shows and changes.
    jobs : JobBridge
        The read lane.
    parent : QWidget or None
        The usual Qt owner.
    """

    def __init__(self, model: SessionModel, jobs: JobBridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._boxes = {name: QCheckBox(self.tr(_TITLES[name])) for name in SWITCHES}
        self._numbers = {
            "difference_channels": _number(2, 512, 0, step=2),
            "low_hz": _number(0, 1e6, 2, none=self.tr("open")),
            "high_hz": _number(0, 1e6, 2, none=self.tr("open")),
            "slowest": _number(0, 1e6, 0, step=100, none=self.tr("open")),
            "fastest": _number(0, 1e6, 0, step=100, none=self.tr("open")),
            "gain_s": _number(0, 3600, 2, step=0.1),
        }
        self._runs = QComboBox()
        for name in RUNS:
            self._runs.addItem(self.tr(_RUNS[name]), name)
        self._for_models = QCheckBox(self.tr("Models see what is shown"))
        self._for_models.setToolTip(
            self.tr("Otherwise they see the amplitudes as recorded, on which they were trained.")
        )
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._latest = Latest(jobs, self)
        self._number_asked = 0
        self._lay_out()
        self._connect()
        self._show()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setVerticalSpacing(4)
        # Numbers go below the names of their steps where they do not fit beside them.
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        numbers = self._numbers
        velocities = QVBoxLayout()
        velocities.addLayout(self._between(numbers["slowest"], numbers["fastest"]))
        velocities.addWidget(self._runs)
        fields = {
            "common_mode": None,
            "difference": numbers["difference_channels"],
            "band": self._between(numbers["low_hz"], numbers["high_hz"]),
            "velocity": velocities,
            "gain": numbers["gain_s"],
        }
        for name, field in fields.items():
            self._boxes[name].setToolTip(self.tr(_TIPS[name]))
            if field is None:
                form.addRow(self._boxes[name])
            else:
                form.addRow(self._boxes[name], field)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.addWidget(self._text)
        column.addLayout(form)
        column.addWidget(self._for_models)
        column.addStretch(1)
        for name, words in (
            ("difference_channels", self.tr("Channels of the difference")),
            ("low_hz", self.tr("Lowest frequency")),
            ("high_hz", self.tr("Highest frequency")),
            ("slowest", self.tr("Lowest apparent velocity")),
            ("fastest", self.tr("Highest apparent velocity")),
            ("gain_s", self.tr("Window of the gain control")),
        ):
            numbers[name].setAccessibleName(words)
        self._runs.setAccessibleName(self.tr("Direction of the waves"))

    def _between(self, low: QWidget, high: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(low, 1)
        row.addWidget(QLabel(self.tr("to")))
        row.addWidget(high, 1)
        return row

    def _connect(self) -> None:
        model, keys = self._model, OwnKeys(self)
        for name, box in self._boxes.items():
            box.toggled.connect(partial(self._change, name))
        for name, number in self._numbers.items():
            number.valueChanged.connect(partial(self._change, name))
        self._runs.installEventFilter(keys)
        self._runs.currentIndexChanged.connect(
            lambda: self._change("runs", self._runs.currentData())
        )
        self._for_models.toggled.connect(lambda on: model.set_processing(for_models=on))
        self._latest.arrived.connect(self._on_processed)
        self._latest.failed.connect(self._on_failed)
        model.processing_changed.connect(self._show)
        model.volume_changed.connect(self._show)

    def _change(self, name: str, value: Any) -> None:
        chain = self._model.session.processing.chain
        if name == "difference_channels":
            value = 2 * round(value / 2)
        self._model.set_processing(chain=replace(chain, **{name: value}))
        self._show_chain()  # an odd number of channels became even

    def _show(self) -> None:
        """Show the chain, and have the record processed unless it is shown so already."""
        self._show_chain()
        opened, chain = self._model.session.opened, self._model.session.processing.chain
        is_record = opened is not None and opened.volume.kind == _RECORD
        self.setEnabled(is_record)
        if opened is None or not is_record:
            self._latest.cancel()
            self._text.setText(self.tr("For DAS records."))
        elif not chain.active:
            self._latest.cancel()
            self._text.setText(self.tr("Shown as recorded."))
            self._model.show_processed(None)
        elif opened.processed is None or opened.processed.chain != chain:
            self._text.setText(self.tr("Processing…"))
            self._number_asked = opened.number
            self._latest.request(partial(process_record, opened.volume, chain))

    def _show_chain(self) -> None:
        processing = self._model.session.processing
        chain = processing.chain
        for name, box in self._boxes.items():
            with QSignalBlocker(box):
                box.setChecked(getattr(chain, name))
        for name, number in self._numbers.items():
            with QSignalBlocker(number):
                number.setValue(getattr(chain, name))
        with QSignalBlocker(self._runs), QSignalBlocker(self._for_models):
            self._runs.setCurrentIndex(self._runs.findData(chain.runs))
            self._for_models.setChecked(processing.for_models)

    def _on_processed(self, view: ProcessedView) -> None:
        opened = self._model.session.opened
        if opened is not None and opened.number == self._number_asked:
            self._text.setText(self.tr("Shown: {0}.").format(view.text))
            self._model.show_processed(view)

    def _on_failed(self, error: BaseException) -> None:
        hint = error.hint if isinstance(error, EngineError) else ""
        self._text.setText(self.tr("Shown as recorded: {0}. {1}").format(error, hint))
        self._model.show_processed(None)


def _number(
    low: float, high: float, decimals: int, *, step: float = 1.0, none: str = ""
) -> NumberBox:
    """Return a field; its lowest number means `none` where that is given."""
    box = NumberBox()
    box.setDecimals(decimals)
    box.setRange(low, high)
    box.setSingleStep(step)
    box.setAlignment(Qt.AlignmentFlag.AlignRight)
    box.setMinimumWidth(60)
    if none:
        box.setSpecialValueText(none)
    return box
