"""The part of the dialog that shows what grid a choice of bytes makes."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.dialogs.geometry_choice import GeometryChoice
from app.dialogs.grid_map import GridMap
from app.dialogs.header_tables import HeaderTable
from app.widgets.fact_grid import FactGrid
from engine.readers.segy.grid_preview import GridPreview
from engine.readers.segy.header_fields import field_name
from engine.readers.segy.header_report import HeaderReport

_TABLE_HEIGHT = 150


class GeometryTab(QWidget):
    """Choice and candidates at the left, the grid that they make at the right.

    Parameters
    ----------
    parent : QWidget or None
        The usual Qt owner.
    """

    changed = Signal()
    """Something else was chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pairs: list[tuple[int, int]] = []
        self.choice = GeometryChoice()
        self._candidates = HeaderTable(self.tr("Bytes that make a grid"), name_column=4)
        self._candidates.setMinimumHeight(_TABLE_HEIGHT)
        self._facts = FactGrid()
        self._problem = QLabel()
        self._problem.setWordWrap(True)
        self._problem.setTextFormat(Qt.TextFormat.PlainText)
        self._problem.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._problem.hide()
        self._grid = GridMap(self.tr("Grid of line numbers"))
        self._places = GridMap(self.tr("Map of coordinates"))
        left = QVBoxLayout()
        left.addWidget(self.choice)
        left.addSpacing(6)
        left.addWidget(QLabel(self.tr("Bytes that make a grid, the best first; click to choose:")))
        left.addWidget(self._candidates, 1)
        right = QVBoxLayout()
        self._caption = QLabel(self.tr("Traces on the grid: blue one, orange several, grey none"))
        self._fold_caption = QLabel(self.tr("Traces of each gather"))
        self._fold_caption.hide()
        right.addWidget(self._caption)
        right.addWidget(self._fold_caption)
        right.addWidget(self._grid, 3)
        right.addWidget(QLabel(self.tr("Traces at their coordinates")))
        right.addWidget(self._places, 3)
        right.addWidget(self._facts)
        right.addWidget(self._problem)
        layout = QHBoxLayout(self)
        layout.addLayout(left, 1)
        layout.addSpacing(8)
        layout.addLayout(right, 1)
        self.choice.changed.connect(self.changed)
        self._candidates.cellClicked.connect(self._on_candidate)

    def show_candidates(self, report: HeaderReport) -> None:
        """List the pairs of bytes that make a grid."""
        self._pairs = [candidate.pair for candidate in report.lines]
        rows = []
        for candidate in report.lines:
            regularity = candidate.regularity
            sizes = [str(r.size) for r in regularity.ranges]
            names = f"{field_name(candidate.iline)}; {field_name(candidate.xline)}"
            grid, twice = " × ".join(sizes), str(regularity.n_duplicates)
            bytes_ = f"{candidate.iline}, {candidate.xline}"
            rows.append((bytes_, grid, f"{regularity.fill:.1%}", twice, names))
        heads = [self.tr(t) for t in ("Bytes", "Grid", "Filled", "Twice", "Fields")]
        self._candidates.show_rows(heads, rows)

    def show_preview(self, preview: GridPreview) -> None:
        """Show what the present choice makes."""
        self._facts.show_facts(preview.facts)
        self._caption.setVisible(preview.folds is None)
        self._fold_caption.setVisible(preview.folds is not None)
        self._grid.show_grid(preview)
        self._places.show_places(preview)
        self.show_problem(preview.problem)

    def show_problem(self, text: str) -> None:
        """Say why the file cannot be opened so; nothing for an empty text."""
        self._problem.setText(text and self.tr("So it cannot be opened: {0}").format(text))
        self._problem.setVisible(bool(text))

    def _on_candidate(self, row: int, _column: int) -> None:
        iline, xline = self._pairs[row]
        kept = {k: v for k, v in self.choice.options().items() if k in {"interval", "domain"}}
        self.choice.set_options({**kept, "geometry": "volume", "iline": iline, "xline": xline})
