"""Picking fault sticks and polylines, seed by seed."""

from __future__ import annotations

import math
import uuid
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF

from app.session_model import SessionModel
from app.tools.label_tool import LabelTool
from app.views.label_layer import LabelLayer
from app.views.mouse_tool import ToolPointer
from app.views.pick_item import DrawnPick, PickItem
from app.views.pick_layer import PickLayer
from app.views.section_view import SectionView
from engine.session.edits import Pick

_DEPTH = 51
_NEAR_PX = 8.0
_ON_LINE_PX = 5.0
_MOVED_PX = 3.0


@dataclass(frozen=True, slots=True)
class _Held:
    """A node that the mouse holds."""

    pick: Pick
    node: int
    start: ToolPointer


class PickTool(LabelTool):
    """Sets the nodes of fault sticks and polylines.

    A click adds a seed to the stick, a double click ends it, Shift and a click
    start a new one, Ctrl and a click remove a node. A node is moved by dragging it;
    a click on a node goes on with its stick, a click on the line sets a node there.
    """

    title = "Pick"

    def __init__(
        self, model: SessionModel, view: SectionView, layer: LabelLayer, picks: PickLayer
    ) -> None:
        super().__init__(model, view, layer)
        self._picks = picks
        self._active = ""
        self._held: _Held | None = None
        self._rubber = PickItem()
        self._rubber.setZValue(_DEPTH)
        self._rubber.hide()
        view.view_box.addItem(self._rubber, ignoreBounds=True)

    @property
    def active(self) -> Pick | None:
        """The stick that the next click goes on with."""
        return self._picks.find(self._active) if self._active else None

    def pressed(self, at: ToolPointer) -> None:
        """Add, take or remove a node."""
        if not self._model.can_label():
            return
        near = self._node_near(at)
        if at.ctrl:
            if near is not None:
                self._remove_node(*near)
        elif near is not None and not at.shift:
            self._held = _Held(*near, at)
            self._activate(near[0].id)
        else:
            if at.shift:
                self._finish()
            self._add_seed(at)

    def dragged(self, at: ToolPointer) -> None:
        """Show where the node that is held would go."""
        held = self._held
        if held is not None and self._is_moved(held, at):
            nodes = _with_node(held.pick.nodes, held.node, self._place(at))
            self._show_rubber(nodes, held.pick.class_id)

    def released(self, at: ToolPointer) -> None:
        """Leave the node where it was dragged to."""
        held, self._held = self._held, None
        document = self._layer.document
        if held is not None and self._is_moved(held, at) and document is not None:
            nodes = _with_node(held.pick.nodes, held.node, self._place(at))
            document.replace_pick(replace(held.pick, nodes=nodes), title=self.tr("Move node"))
        self._rubber.hide()

    def double_clicked(self, at: ToolPointer) -> None:
        """End the stick; the first of the two clicks has set its last seed."""
        self._held = None
        self._finish()

    def hovered(self, at: ToolPointer | None) -> None:
        """Draw a line from the last seed to the mouse."""
        active = self.active
        if at is None or active is None or at.ctrl or at.shift or self._node_near(at):
            self._rubber.hide()
            return
        self._show_rubber((active.nodes[-1], self._place(at)), active.class_id)

    def escaped(self) -> bool:
        """End the stick."""
        busy = bool(self._active or self._held)
        self._held = None
        self._finish()
        return busy

    def interrupted(self) -> None:
        """End the stick: another slice is shown."""
        self._held = None
        self._finish()

    def left(self) -> None:
        """End the stick."""
        self.escaped()

    def _add_seed(self, at: ToolPointer) -> None:
        document, section, place = self._layer.document, self._section, self._place(at)
        if document is None or section is None or not self._inside(at):
            return
        active = self.active
        if active is not None:
            nodes = self._grown(active, at)
            document.replace_pick(replace(active, nodes=nodes), title=self.tr("Add seed"))
            return
        key, session = self._layer.key, self._model.session
        if key is None:
            return
        pick = Pick(
            id=uuid.uuid4().hex,
            kind=session.tools.pick_kind,
            direction=key.direction,
            index=key.index,
            nodes=(place,),
            class_id=session.class_id,
            certainty=session.certainty,
            author=key.author,
            name=session.tools.pick_name,
        )
        kinds = {"stick": self.tr("Fault stick"), "polyline": self.tr("Polyline")}
        if document.add_pick(pick, title=kinds[pick.kind]) is not None:
            self._activate(pick.id)

    def _grown(self, pick: Pick, at: ToolPointer) -> tuple[tuple[float, float], ...]:
        """Return the nodes with one more: inside the line where it is clicked, else at its end."""
        place, nodes = self._place(at), pick.nodes
        for number in range(len(nodes) - 1):
            ends = (self._pixel(nodes[number]), self._pixel(nodes[number + 1]))
            if _distance_to_line(at.pixel, *ends) <= _ON_LINE_PX:
                return (*nodes[: number + 1], place, *nodes[number + 1 :])
        return (*nodes, place)

    def _remove_node(self, pick: Pick, node: int) -> None:
        document = self._layer.document
        if document is None:
            return
        nodes = (*pick.nodes[:node], *pick.nodes[node + 1 :])
        if nodes:
            document.replace_pick(replace(pick, nodes=nodes), title=self.tr("Remove node"))
        else:
            document.remove_pick(pick.id, title=self.tr("Remove pick"))

    def _finish(self) -> None:
        """End the stick; one seed alone is no line and goes."""
        active, document = self.active, self._layer.document
        if active is not None and document is not None and len(active.nodes) < 2:
            document.remove_pick(active.id, title=self.tr("Remove pick"))
        self._activate("")
        self._rubber.hide()

    def _activate(self, pick_id: str) -> None:
        self._active = pick_id
        self._picks.mark(pick_id)

    def _node_near(self, at: ToolPointer) -> tuple[Pick, int] | None:
        """Return the nearest of one's own nodes on the section, if it is under the mouse."""
        found = [
            (_distance(self._pixel(node), at.pixel), order, pick, number)
            for order, pick in enumerate(self._picks.own)
            for number, node in enumerate(pick.nodes)
        ]
        nearest = min(found, key=lambda item: item[:2], default=None)
        if nearest is None or nearest[0] > _NEAR_PX:
            return None
        return nearest[2], nearest[3]

    def _pixel(self, node: tuple[float, float]) -> QPointF:
        """Return where a node is on the screen."""
        section = self._section
        if section is None:
            return QPointF(math.inf, math.inf)
        point = QPointF(section.cols.value(node[0]), section.rows.value(node[1]))
        scene = self._view.view_box.mapViewToScene(point)
        return QPointF(self._view.viewportTransform().map(scene))

    def _show_rubber(self, nodes: tuple[tuple[float, float], ...], class_id: int) -> None:
        section = self._section
        if section is not None:
            self._rubber.lie_on(section)
            self._rubber.show_picks([DrawnPick(nodes, self._color(class_id), active=True)])
            self._rubber.show()

    def _inside(self, at: ToolPointer) -> bool:
        shape = self._layer.shape
        return (
            shape is not None
            and -0.5 <= at.row <= shape[0] - 0.5
            and -0.5 <= at.col <= shape[1] - 0.5
        )

    def _is_moved(self, held: _Held, at: ToolPointer) -> bool:
        return self._inside(at) and _distance(held.start.pixel, at.pixel) >= _MOVED_PX

    @staticmethod
    def _place(at: ToolPointer) -> tuple[float, float]:
        return (at.col, at.row)


def _with_node(
    nodes: tuple[tuple[float, float], ...], number: int, place: tuple[float, float]
) -> tuple[tuple[float, float], ...]:
    return (*nodes[:number], place, *nodes[number + 1 :])


def _distance(one: QPointF, other: QPointF) -> float:
    return math.hypot(one.x() - other.x(), one.y() - other.y())


def _distance_to_line(point: QPointF, start: QPointF, end: QPointF) -> float:
    """Return the distance of a point from the line between two others."""
    along, way = end - start, point - start
    length = along.x() ** 2 + along.y() ** 2
    part = 0.0 if length == 0 else QPointF.dotProduct(way, along) / length
    return _distance(point, start + along * min(max(part, 0.0), 1.0))
