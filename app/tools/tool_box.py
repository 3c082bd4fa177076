"""The tools of one section view, of which the session's has the mouse."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.session_model import SessionModel
from app.tools.brush import AcceptTool, BrushTool, EraserTool
from app.tools.fill import FillTool, ThresholdTool
from app.tools.measure import MEASURE, MeasureTool
from app.tools.outline import OutlineTool
from app.tools.pick import PickTool
from app.views.mouse_tool import MouseTool
from app.views.section_frame import SectionFrame


class ToolBox(QObject):
    """Gives the left button of a section to the tool that the session names.

    Parameters
    ----------
    model : SessionModel
        Says which tool is in use.
    frame : SectionFrame
        Where the tools work.

    Attributes
    ----------
    tools : dict of str to MouseTool
        By the names that `SessionModel.set_tool` takes.
    """

    def __init__(self, model: SessionModel, frame: SectionFrame) -> None:
        super().__init__(frame)
        self._model = model
        self._view = view = frame.view
        labels = frame.labels
        self.threshold = ThresholdTool(model, view, labels)
        self.tools: dict[str, MouseTool] = {
            MEASURE: MeasureTool(view),
            "brush": BrushTool(model, view, labels),
            "eraser": EraserTool(model, view, labels),
            "polygon": OutlineTool(model, view, labels),
            "fill": FillTool(model, view, labels),
            "threshold": self.threshold,
            "pick": PickTool(model, view, labels, frame.picks),
            "accept": AcceptTool(model, view, labels),
        }
        model.tool_changed.connect(self._on_tool)
        view.escaped.connect(self._on_escaped)
        view.slice_replaced.connect(self._on_slice)

    def add(self, name: str, tool: MouseTool) -> None:
        """Offer one more tool."""
        self.tools[name] = tool
        self._on_tool()

    @property
    def tool(self) -> MouseTool | None:
        """The tool in use, if it is one of these."""
        return self.tools.get(self._model.session.tool)

    def _on_tool(self) -> None:
        self._view.set_tool(self.tool)

    def _on_escaped(self) -> None:
        if self.tool is not None and not self.tool.escaped():
            self._model.set_tool("")

    def _on_slice(self) -> None:
        if self.tool is not None:
            self.tool.interrupted()
