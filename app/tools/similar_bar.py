"""How alike something has to be: a bar over the lower edge of a section."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSlider, QWidget

_MARGIN = 12
_SLIDER_WIDTH = 180


class SimilarBar(QFrame):
    """A slider for the threshold, what it selects, and a button that paints it.

    Parameters
    ----------
    threshold : int
        At first, of 255.
    view : QWidget
        Over whose lower edge it stands.
    """

    threshold_changed = Signal()
    paint_clicked = Signal()

    def __init__(self, threshold: int, view: QWidget) -> None:
        super().__init__(view)
        self._view = view
        self._chosen = False
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setObjectName("similarBar")
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(1, 255)
        self._slider.setValue(threshold)
        self._slider.setFixedWidth(_SLIDER_WIDTH)
        self._slider.setAccessibleName(self.tr("How alike"))
        self._slider.setToolTip(self.tr("Cosine similarity of the features, from 0 to 1"))
        # Enter and Escape belong to the section.
        self._slider.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._value, self._share = QLabel(), QLabel()
        self._value.setMinimumWidth(self._value.fontMetrics().horizontalAdvance("0.00 "))
        self._paint = QPushButton(self.tr("Paint (Enter)"))
        self._paint.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 4, 6, 4)
        self._name = QLabel(self.tr("Alike"))
        for widget in (self._name, self._slider, self._value, self._share, self._paint):
            row.addWidget(widget)
        self._slider.valueChanged.connect(self._on_value)
        self._paint.clicked.connect(self.paint_clicked)
        view.installEventFilter(self)
        self._on_value()
        self._chosen = False

    @property
    def selecting(self) -> bool:
        """Whether something is selected or compared, rather than awaited."""
        return not self._slider.isHidden()

    @property
    def threshold(self) -> int:
        """What is at least as alike is selected, of 255."""
        return self._slider.value()

    def set_threshold(self, threshold: int) -> None:
        """Select more or less, of 255."""
        self._slider.setValue(threshold)

    def propose(self, threshold: int) -> None:
        """Begin with a threshold, unless another one was chosen before."""
        if not self._chosen:
            self._slider.setValue(threshold)
            self._chosen = False

    def show_hint(self) -> None:
        """Tell what to do while nothing is selected."""
        self._share.setText(self.tr("Click what you look for"))
        self._show(selecting=False)

    def show_waiting(self) -> None:
        """Tell that places are being compared."""
        self._share.setText(self.tr("comparing…"))
        self._paint.setEnabled(False)
        self._show()

    def show_share(self, share: float, word: str) -> None:
        """Tell how much of the section is selected, from 0 to 1, and what it is called."""
        self._share.setText(self.tr("{0} of the {1}").format(f"{share:.1%}", word))
        self._paint.setEnabled(share > 0)
        self._show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the lower edge."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def _on_value(self) -> None:
        self._chosen = True
        self._value.setText(f"{self.threshold / 255:.2f}")
        self.threshold_changed.emit()

    def _show(self, *, selecting: bool = True) -> None:
        for widget in (self._name, self._slider, self._value, self._paint):
            widget.setVisible(selecting)
        # A hint must not keep a click from the section.
        see_through = Qt.WidgetAttribute.WA_TransparentForMouseEvents
        self.setAttribute(see_through, not selecting)
        self.show()
        self.raise_()
        self._place()

    def _place(self) -> None:
        self.adjustSize()
        left = max((self._view.width() - self.width()) // 2, 0)
        self.move(left, max(self._view.height() - self.height() - _MARGIN, 0))
