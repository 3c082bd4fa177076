"""What a tool gets of the mouse on a section, and what hands it over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QMouseEvent

from app.views.view_box import SectionViewBox
from engine.core.section import Section

_MODIFIERS = {
    Qt.Key.Key_Shift: Qt.KeyboardModifier.ShiftModifier,
    Qt.Key.Key_Control: Qt.KeyboardModifier.ControlModifier,
    Qt.Key.Key_Alt: Qt.KeyboardModifier.AltModifier,
}
_LEFT = Qt.MouseButton.LeftButton


@dataclass(frozen=True, slots=True)
class ToolPointer:
    """Where the mouse is for a tool, and which keys are held.

    Parameters
    ----------
    point : QPointF
        In survey numbers; may lie outside the section.
    col, row : float
        The same as positions in the section: whole numbers at its samples.
    pixel : QPointF
        The same on the screen, in pixels of the view.
    modifiers : Qt.KeyboardModifier
        Shift, Ctrl and Alt.
    """

    point: QPointF
    col: float
    row: float
    pixel: QPointF
    modifiers: Qt.KeyboardModifier

    @property
    def shift(self) -> bool:
        """Whether Shift is held."""
        return bool(self.modifiers & Qt.KeyboardModifier.ShiftModifier)

    @property
    def ctrl(self) -> bool:
        """Whether Ctrl is held."""
        return bool(self.modifiers & Qt.KeyboardModifier.ControlModifier)

    @property
    def alt(self) -> bool:
        """Whether Alt is held."""
        return bool(self.modifiers & Qt.KeyboardModifier.AltModifier)


class MouseTool:
    """Base of tools: takes the left button of one section view while it is in use.

    A tool overrides what it needs; the rest does nothing.
    """

    cursor = Qt.CursorShape.CrossCursor
    """Shape of the mouse over the section."""
    hides_crosshair = False
    """Whether the tool shows the place itself."""

    def taken(self) -> None:
        """Begin: the tool is now in use."""

    def left(self) -> None:
        """End: take everything off the section; what was begun is dropped."""

    def escaped(self) -> bool:
        """Drop what was begun; False if there was nothing, so that the tool is left."""
        return False

    def interrupted(self) -> None:
        """End what was begun: another slice is shown."""

    def pressed(self, at: ToolPointer) -> None:
        """Take a press of the left button."""

    def dragged(self, at: ToolPointer) -> None:
        """Take a move while the left button is held."""

    def released(self, at: ToolPointer) -> None:
        """Take the release that belongs to a press."""

    def double_clicked(self, at: ToolPointer) -> None:
        """Take a second click; the first came as press and release."""

    def key_pressed(self, key: int) -> bool:
        """Take a key, such as Return; False leaves it to the view."""
        return False

    def hovered(self, at: ToolPointer | None) -> None:
        """Take a move without a button, or a change of keys; None outside the view."""


class ToolMouse(QObject):
    """Hands the left button of a section view to its tool, and the pointer's place.

    The other buttons, the wheel, and the left button while the view pans stay
    with the view.

    Parameters
    ----------
    view : pyqtgraph.PlotWidget
        Whose mouse it is.
    box : SectionViewBox
        Where the section is drawn.
    section : callable
        Returns the `Section` on the screen, or None.
    """

    used_at = Signal(QPointF)
    """Where the tool has just used the mouse, in the scene, which is not told of it."""

    def __init__(
        self, view: pg.PlotWidget, box: SectionViewBox, section: Callable[[], Section | None]
    ) -> None:
        super().__init__(view)
        self.tool: MouseTool | None = None
        self._view = view
        self._box = box
        self._section = section
        self._held = False
        self._last: ToolPointer | None = None
        self._pixel: QPointF | None = None
        self._handlers: dict[QEvent.Type, Callable[[MouseTool, QMouseEvent], bool]] = {
            QEvent.Type.MouseButtonPress: self._press,
            QEvent.Type.MouseMove: self._move,
            QEvent.Type.MouseButtonRelease: self._release,
            QEvent.Type.MouseButtonDblClick: self._double_click,
        }
        view.viewport().installEventFilter(self)
        view.installEventFilter(self)

    @property
    def held(self) -> bool:
        """Whether the left button is held for the tool."""
        return self._held

    def set_tool(self, tool: MouseTool | None) -> None:
        """Serve another tool, or none."""
        if self.tool is tool:
            return
        if self.tool is not None:
            self.tool.left()
        self._held = False
        self.tool = tool
        if tool is not None:
            tool.taken()
            # The mouse may have come to rest here before there was a tool.
            self._last = None if self._pixel is None else self._pointer_at(self._pixel)
            inside = self._last is not None and self._inside(self._last)
            tool.hovered(self._last if inside else None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Give the tool what is its own."""
        kind, tool = event.type(), self.tool
        if isinstance(event, QMouseEvent | QEnterEvent) and watched is not self._view:
            self._pixel = event.position()
        if kind in self._handlers and isinstance(event, QMouseEvent):
            return tool is not None and self._handlers[kind](tool, event)
        if kind in {QEvent.Type.KeyPress, QEvent.Type.KeyRelease} and isinstance(event, QKeyEvent):
            self._hold_key(event)
            if tool is not None and kind == QEvent.Type.KeyPress:
                return tool.key_pressed(event.key())
        elif kind == QEvent.Type.Leave:
            self._last = self._pixel = None
            if tool is not None and not self._held:
                tool.hovered(None)
        return False

    def _press(self, tool: MouseTool, event: QMouseEvent) -> bool:
        at = self._pointer(event)
        if event.button() != _LEFT or self._box.panning or at is None or not self._inside(at):
            return False
        self._view.setFocus(Qt.FocusReason.MouseFocusReason)
        self._held = True
        tool.pressed(at)
        self._tell(at)
        event.accept()
        return True

    def _move(self, tool: MouseTool, event: QMouseEvent) -> bool:
        self._last = self._pointer(event)
        if self._held and self._last is not None:
            tool.dragged(self._last)
            self._tell(self._last)
            return True
        if not event.buttons() and self._last is not None:
            tool.hovered(self._last if self._inside(self._last) else None)
        return False

    def _release(self, tool: MouseTool, event: QMouseEvent) -> bool:
        if event.button() != _LEFT or not self._held:
            return False
        self._held = False
        at = self._pointer(event)
        if at is not None:
            tool.released(at)
            self._tell(at)
        event.accept()
        return True

    def _double_click(self, tool: MouseTool, event: QMouseEvent) -> bool:
        at = self._pointer(event)
        if event.button() != _LEFT or self._box.panning or at is None or not self._inside(at):
            return False
        tool.double_clicked(at)
        event.accept()
        return True

    def _hold_key(self, event: QKeyEvent) -> None:
        """Tell the tool at once that Shift, Ctrl or Alt is held or not."""
        modifier = _MODIFIERS.get(Qt.Key(event.key()))
        if modifier is None or self._last is None or self.tool is None or self._held:
            return
        pressed = event.type() == QEvent.Type.KeyPress
        modifiers = event.modifiers() | modifier if pressed else event.modifiers() & ~modifier
        self._last = replace(self._last, modifiers=modifiers)
        self.tool.hovered(self._last)

    def _pointer(self, event: QMouseEvent) -> ToolPointer | None:
        return self._pointer_at(event.position(), event.modifiers())

    def _pointer_at(
        self, pixel: QPointF, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> ToolPointer | None:
        section = self._section()
        if section is None:
            return None
        point = self._box.mapSceneToView(self._scene_place(pixel))
        col = (point.x() - section.cols.first) / section.cols.step
        row = (point.y() - section.rows.first) / section.rows.step
        return ToolPointer(point, col, row, pixel, modifiers)

    def _scene_place(self, pixel: QPointF) -> QPointF:
        # mapToScene takes whole pixels only; the transform keeps the rest.
        place: QPointF = self._view.viewportTransform().inverted()[0].map(pixel)
        return place

    def _tell(self, at: ToolPointer) -> None:
        self.used_at.emit(self._scene_place(at.pixel))

    def _inside(self, at: ToolPointer) -> bool:
        """Tell whether a place is in the box, not on an axis."""
        return bool(self._box.viewRect().contains(at.point))
