"""Real mouse events on a section."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

LEFT = Qt.MouseButton.LeftButton
PLAIN = Qt.KeyboardModifier.NoModifier


def pixel_of(view, col, row) -> QPoint:
    """Return the pixel of the viewport where a position of the section is drawn."""
    section = view.shown.section
    point = QPointF(section.cols.value(col), section.rows.value(row))
    return view.mapFromScene(view.view_box.mapViewToScene(point))


def move(view, pixel, buttons=Qt.MouseButton.NoButton, modifiers=PLAIN) -> None:
    """Move the mouse, with buttons held, which QTest does not do."""
    at = QPointF(pixel)
    viewport = view.viewport()
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        at,
        viewport.mapToGlobal(at),
        Qt.MouseButton.NoButton,
        buttons,
        modifiers,
    )
    QApplication.sendEvent(viewport, event)


def click(qtbot, view, col, row, modifiers=PLAIN) -> None:
    """Click at a position of the section."""
    qtbot.mouseClick(view.viewport(), LEFT, modifiers, pos=pixel_of(view, col, row))


def double_click(qtbot, view, col, row) -> None:
    """Click twice, as a hand does: press, release, second press, release."""
    click(qtbot, view, col, row)
    pixel = pixel_of(view, col, row)
    qtbot.mouseDClick(view.viewport(), LEFT, pos=pixel)
    qtbot.mouseRelease(view.viewport(), LEFT, pos=pixel)


def stroke(qtbot, view, places, modifiers=PLAIN) -> None:
    """Draw through positions (col, row) of the section with the left button held."""
    first, *others = [pixel_of(view, *place) for place in places]
    qtbot.mousePress(view.viewport(), LEFT, modifiers, pos=first)
    for pixel in others:
        move(view, pixel, LEFT, modifiers)
    qtbot.mouseRelease(view.viewport(), LEFT, modifiers, pos=([first, *others])[-1])
