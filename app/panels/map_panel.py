"""The map of the open survey."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.session_model import SessionModel
from app.views.map_view import MapContent, MapView


class MapPanel(MapView):
    """Shows where the current lines lie; a click goes to the lines that meet there.

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
        self.clicked.connect(self._go)
        model.volume_changed.connect(self._show)
        model.position_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        opened = self._model.session.opened
        survey = None if opened is None else opened.volume.survey
        directions = () if opened is None else opened.volume.directions
        if opened is None or survey is None or not {"inline", "crossline"} <= set(directions):
            self.show_content(None)
            return
        inlines, crosslines = (opened.volume.axis_along(n) for n in ("inline", "crossline"))
        self.show_content(
            MapContent(
                survey,
                inlines,
                crosslines,
                inlines.value(opened.indices["inline"]),
                crosslines.value(opened.indices["crossline"]),
                opened.direction,
            )
        )

    def _go(self, inline: float, crossline: float) -> None:
        opened = self._model.session.opened
        if opened is not None:
            numbers = {"inline": inline, "crossline": crossline}
            self._model.set_indices(
                {name: opened.volume.axis_along(name).clamp(n) for name, n in numbers.items()}
            )
