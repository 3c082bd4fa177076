"""Lets a focused control keep the keys it understands."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent

_KEYS = frozenset(
    {
        Qt.Key.Key_Left,
        Qt.Key.Key_Right,
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_PageUp,
        Qt.Key.Key_PageDown,
        Qt.Key.Key_Home,
        Qt.Key.Key_End,
        Qt.Key.Key_Space,
    }
)


class OwnKeys(QObject):
    """An event filter that wins arrow and page keys back from window shortcuts.

    Install it on sliders, lists and combo boxes; without it, an arrow key
    pressed there would move to another slice.
    """

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Accept the override, so that the key goes to the control."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in _KEYS
            and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        ):
            event.accept()
        return False
