"""The map of the open survey."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.session_model import SessionModel
from app.tools.line_drawing import LineDrawing, nearest_bin
from app.views.map_lines import MapLines
from app.views.map_view import MapContent, MapView
from engine.core.arbitrary_line import ARBITRARY
from engine.core.axes import Axis
from engine.core.survey import Survey


class MapPanel(MapView):
    """Shows where the current lines lie; a click goes to the lines that meet there.

    While the tool `DRAW_LINE` is in use, clicks are the nodes of an arbitrary line.
    Nodes of the one that is looked along can be dragged.

    Parameters
    ----------
    model : SessionModel
        What it shows and moves.
    parent : QWidget or None
        The usual Qt owner.
    """

    def __init__(self, model: SessionModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setToolTip(self.tr("Click to go to the inline and crossline that meet there."))
        self._drawing = LineDrawing(model, self)
        self._drawing.changed.connect(self._show)
        self.clicked.connect(self._go)
        self.node_dragged.connect(self._move_node)
        for signal in (model.volume_changed, model.position_changed, model.lines_changed):
            signal.connect(self._show)
        self._show()

    def _show(self) -> None:
        opened = self._model.session.opened
        if opened is None or not opened.has_lines:
            self.show_content(None)
            return
        inlines, crosslines = (opened.volume.axis_along(n) for n in ("inline", "crossline"))
        survey = opened.volume.survey
        drawing = self._drawing.nodes if self._drawing.active else None
        chosen = opened.index if opened.direction == ARBITRARY else None
        self.show_content(
            MapContent(
                survey or _numbered(inlines, crosslines),
                inlines,
                crosslines,
                inlines.value(opened.indices["inline"]),
                crosslines.value(opened.indices["crossline"]),
                opened.direction,
                MapLines(tuple(line.nodes for line in opened.lines), chosen, drawing),
                is_placed=survey is not None,
            )
        )

    def _go(self, inline: float, crossline: float) -> None:
        opened = self._model.session.opened
        if opened is not None and not self._drawing.active:
            numbers = {"inline": inline, "crossline": crossline}
            self._model.set_indices(
                {name: opened.volume.axis_along(name).clamp(n) for name, n in numbers.items()}
            )

    def _move_node(self, node: int, inline: float, crossline: float) -> None:
        opened = self._model.session.opened
        if opened is None or opened.direction != ARBITRARY:
            return
        lines, chosen = list(opened.lines), opened.index
        place = nearest_bin(opened, inline, crossline)
        if place not in lines[chosen].nodes[max(node - 1, 0) : node + 2]:
            lines[chosen] = lines[chosen].moved(node, place)
            self._model.set_lines(tuple(lines))


def _numbered(inlines: Axis, crosslines: Axis) -> Survey:
    """Return a map of line numbers: crosslines to the right, inlines upwards, square bins."""
    up, right = 1 / inlines.step, 1 / crosslines.step
    origin = (-crosslines.first * right, -inlines.first * up)
    return Survey(origin, (0.0, up), (right, 0.0), unit="")
