"""Widths of the panels beside the section, kept while the window changes its size."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QDockWidget, QMainWindow, QStyle

_SIDES = (Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea)
_MIDDLE = 520
"""Pixels that the middle gets before the panels get more than they need."""


class DockWidths(QObject):
    """Gives the panels at the left and at the right the widths that the user wants.

    Qt makes them narrower together with the window, and leaves them so. What is wanted
    is what was set or dragged last; in a narrow window each side gets what it needs,
    and what the middle can spare is parted between them.

    Parameters
    ----------
    window : QMainWindow
        Whose docks they are.
    widths : tuple of int
        Wanted at the left and at the right, pixels.
    """

    def __init__(self, window: QMainWindow, widths: tuple[int, int]) -> None:
        super().__init__(window)
        self._window = window
        self._wanted = widths
        self._middle = _MIDDLE
        self._pressed: tuple[int, ...] | None = None
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._apply)
        window.installEventFilter(self)

    @property
    def wanted(self) -> tuple[int, int]:
        """Widths in a wide window, left and right, pixels."""
        return self._wanted

    def set_wanted(self, widths: tuple[int, int]) -> None:
        """Want other widths, left and right, pixels."""
        self._wanted, self._middle = widths, _MIDDLE
        self.apply_soon()

    def apply_soon(self) -> None:
        """Set the widths as soon as the window is laid out."""
        self._soon.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the size of the window, and the borders that the user drags."""
        match event.type():
            case QEvent.Type.Resize:
                self.apply_soon()
            case QEvent.Type.MouseButtonPress:
                self._pressed = self._widths()
            case QEvent.Type.MouseButtonRelease if self._pressed is not None:
                QTimer.singleShot(0, self, self._note)
        return False

    def _columns(self) -> list[list[QDockWidget]]:
        """Return the docks in use at the left and at the right, those seen first."""
        docks = self._window.findChildren(QDockWidget)
        used = [d for d in docks if not d.isHidden() and not d.isFloating()]
        seen_first = sorted(used, key=QDockWidget.isVisible, reverse=True)
        area = self._window.dockWidgetArea
        return [[d for d in seen_first if area(d) is side] for side in _SIDES]

    def _widths(self) -> tuple[int, ...]:
        return tuple(docks[0].width() if docks else 0 for docks in self._columns())

    def _gaps(self) -> int:
        """Return how wide the borders are together, pixels."""
        one = self._window.style().pixelMetric(QStyle.PixelMetric.PM_DockWidgetSeparatorExtent)
        return one * sum(map(bool, self._columns()))

    def _note(self) -> None:
        """Want what the user has dragged."""
        before, now = self._pressed or (), self._widths()
        self._pressed = None
        if before == now:
            return
        pairs = zip(self._wanted, before, now, strict=True)
        left, right = (new if new not in {old, 0} else wanted for wanted, old, new in pairs)
        self._wanted = left, right
        # The window must not take back what the user took from the middle.
        self._middle = min(_MIDDLE, self._window.width() - sum(now) - self._gaps())

    def _apply(self) -> None:
        columns, window = self._columns(), self._window
        if self._pressed is not None or not any(columns):
            return
        center = window.centralWidget()
        middle = max(self._middle, center.minimumSizeHint().width() if center is not None else 0)
        needed = [max((d.minimumSizeHint().width() for d in docks), default=0) for docks in columns]
        extra = [
            max(wanted - least, 0) if docks else 0
            for wanted, least, docks in zip(self._wanted, needed, columns, strict=True)
        ]
        spare = window.width() - middle - sum(needed) - self._gaps()
        share = min(max(spare / max(sum(extra), 1), 0.0), 1.0)
        widths = [least + round(share * more) for least, more in zip(needed, extra, strict=True)]
        chosen = [(docks[0], width) for docks, width in zip(columns, widths, strict=True) if docks]
        if any(dock.width() != width for dock, width in chosen):
            docks, sizes = zip(*chosen, strict=True)
            window.resizeDocks(list(docks), list(sizes), Qt.Orientation.Horizontal)
