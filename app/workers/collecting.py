"""Collecting cyclic garbage where Qt's objects may be destroyed."""

from __future__ import annotations

from pyqtgraph.util.garbage_collector import GarbageCollector

from app.workers.imports import MODEL_IMPORTS

_INTERVAL_S = 0.5


class GuiCollector(GarbageCollector):  # type: ignore[misc]  # pyqtgraph has no types
    """Collects on the GUI thread, between events, for as long as it is kept.

    Python collects on whichever thread and in whichever call makes the next object.
    That may be a lane, which must not destroy widgets; or inside a call of Qt that
    holds the lock of its connections, which a destroyed object then waits for, for
    ever: PySide asks Python for an overridden ``disconnectNotify`` there.
    """

    def __init__(self) -> None:
        super().__init__(interval=_INTERVAL_S)

    def check(self) -> None:
        """Collect what is due, unless libraries are imported, which make no garbage."""
        if not MODEL_IMPORTS.held:
            super().check()
