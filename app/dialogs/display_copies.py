"""Shows what display copies take on the disk, and limits it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.settings import COPIES_GB_RANGE
from app.workers.copying import CopyUse

_GB = 1e9
_WIDTH = 460


class DisplayCopiesDialog(QDialog):
    """Disk use, limit, and the wish to make or remove copies.

    Parameters
    ----------
    limit_gb : float
        Room that all copies may take.
    make_title : str
        What the button that makes a copy says; empty where none can be made.
    parent : QWidget or None
        The usual Qt owner.
    """

    make_clicked = Signal()
    clear_clicked = Signal()
    limit_changed = Signal(float)
    """Gigabytes."""

    def __init__(self, limit_gb: float, make_title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Display copies"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(_WIDTH)
        note = QLabel(
            self.tr(
                "A display copy holds a volume in 8 bits, once for each direction, so that all "
                "directions scroll at once. Models and exports always use the file itself."
            )
        )
        note.setWordWrap(True)
        self._use = QLabel(self.tr("measuring…"))
        self._folder = QLabel()
        self._folder.setWordWrap(True)
        self._folder.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._limit = QDoubleSpinBox()
        self._limit.setRange(*COPIES_GB_RANGE)
        self._limit.setDecimals(1)
        self._limit.setSuffix(" GB")
        self._limit.setValue(limit_gb)
        self._limit.setKeyboardTracking(False)
        self._limit.setAccessibleName(self.tr("Room for display copies"))
        self._limit.setToolTip(self.tr("Copies used longest ago are removed to make room."))
        form = QFormLayout()
        form.addRow(self.tr("On the disk"), self._use)
        form.addRow(self.tr("At most"), self._limit)
        form.addRow(self.tr("Folder"), self._folder)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        make = QPushButton(make_title or self.tr("Make a copy"))
        make.setEnabled(bool(make_title))
        clear = QPushButton(self.tr("Remove all"))
        for button in (make, clear):
            button.setAutoDefault(False)
            buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        layout = QVBoxLayout(self)
        layout.addWidget(note)
        layout.addLayout(form)
        layout.addWidget(buttons)
        buttons.rejected.connect(self.reject)
        make.clicked.connect(self.make_clicked)
        make.clicked.connect(self.accept)
        clear.clicked.connect(self.clear_clicked)
        self._limit.valueChanged.connect(self.limit_changed)

    def show_use(self, use: CopyUse) -> None:
        """Show what the copies take."""
        one = self.tr("{0:.2g} GB in one copy") if use.n_copies == 1 else ""
        text = one or self.tr("{0:.2g} GB in {1} copies")
        self._use.setText(text.format(use.used_bytes / _GB, use.n_copies))
        self._folder.setText(str(use.folder))
