"""Waiting until a slice is on the screen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QEventLoop, QObject


class Painted(QObject):
    """Waits for the window's own painting of a slice: asking for another would paint twice."""

    def __init__(self, view):
        super().__init__(view)
        self._view, self._loop, self._place = view, QEventLoop(), None
        view.viewport().installEventFilter(self)

    def eventFilter(self, _watched, event):
        if event.type() == QEvent.Type.Paint and self._shown == self._place:
            self._loop.quit()  # once the event has been dealt with
        return False

    @property
    def _shown(self):
        request = self._view.shown.request
        return request.direction, request.index

    def show(self, model, direction, index):
        """Ask for a slice and return when it has been painted."""
        self._place = (direction, int(index))
        already = self._shown == self._place
        model.set_index(int(index))
        if not already:
            self._loop.exec()
