"""Draws an arbitrary line on the map, node by node."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.session_model import SessionModel
from app.views.map_view import MapView
from engine.core.arbitrary_line import ARBITRARY, ArbitraryLine
from engine.session.open_volume import OpenVolume

DRAW_LINE = "draw_line"
"""Name of the tool in the session."""

Node = tuple[float, float]


def nearest_bin(opened: OpenVolume, inline: float, crossline: float) -> Node:
    """Return the inline and crossline number nearest to a place; the edge for places outside."""
    inlines, crosslines = (opened.volume.axis_along(n) for n in ("inline", "crossline"))
    return inlines.value(inlines.clamp(inline)), crosslines.value(crosslines.clamp(crossline))


class LineDrawing(QObject):
    """While it is the session's tool, clicks on the map are nodes; a double-click ends the line.

    Parameters
    ----------
    model : SessionModel
        Says which tool is in use; gets the line.
    view : MapView
        Where it is drawn.
    """

    changed = Signal()
    """Other nodes, or it began or ended."""

    def __init__(self, model: SessionModel, view: MapView) -> None:
        super().__init__(view)
        self._model = model
        self._nodes: list[Node] = []
        self._hovered: Node | None = None
        view.clicked.connect(self._on_clicked)
        view.hovered.connect(self._on_hovered)
        view.double_clicked.connect(self._finish)
        view.escaped.connect(self._leave)
        model.tool_changed.connect(self._on_tool)
        model.volume_changed.connect(self._leave)

    @property
    def active(self) -> bool:
        """Whether clicks are nodes."""
        return self._model.session.tool == DRAW_LINE

    @property
    def nodes(self) -> tuple[Node, ...]:
        """Nodes so far, and the place of the pointer."""
        return (*self._nodes, self._hovered) if self._hovered is not None else (*self._nodes,)

    def _on_clicked(self, inline: float, crossline: float) -> None:
        opened = self._model.session.opened
        if not self.active or opened is None:
            return
        node = nearest_bin(opened, inline, crossline)
        if not self._nodes or node != self._nodes[-1]:
            self._nodes.append(node)
        self._hovered = None
        self.changed.emit()

    def _on_hovered(self, inline: float, crossline: float) -> None:
        opened = self._model.session.opened
        if self.active and opened is not None and self._nodes:
            self._hovered = nearest_bin(opened, inline, crossline)
            self.changed.emit()

    def _finish(self) -> None:
        opened = self._model.session.opened
        if not self.active or opened is None or len(self._nodes) < 2:
            return
        line = ArbitraryLine(tuple(self._nodes))
        self._leave()
        self._model.set_lines((*opened.lines, line))
        self._model.set_indices({ARBITRARY: len(opened.lines) - 1})
        self._model.set_direction(ARBITRARY)

    def _leave(self) -> None:
        if self.active:
            self._model.set_tool("")

    def _on_tool(self) -> None:
        self._nodes.clear()
        self._hovered = None
        self.changed.emit()
