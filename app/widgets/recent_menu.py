"""The menu of files that were open before."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget


class RecentMenu(QMenu):
    """Files to open again, newest first; disabled while there are none.

    Parameters
    ----------
    parent : QWidget
        The window.
    """

    chosen = Signal(Path)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTitle(self.tr("Open &recent"))

    def show_recent(self, recent: tuple[str, ...]) -> None:
        """List files.

        Parameters
        ----------
        recent : tuple of str
            Their paths.
        """
        self.clear()
        for name in recent:
            self.addAction(name).triggered.connect(partial(self._choose, Path(name)))
        self.setEnabled(bool(recent))

    def _choose(self, path: Path, _checked: object = None) -> None:
        self.chosen.emit(path)
