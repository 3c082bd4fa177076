"""Painting with a round brush: a class, nothing, or what the model says."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt

from app.session_model import SessionModel
from app.tools.label_tool import LabelTool
from app.views.brush_ring import BrushRing
from app.views.label_layer import LabelLayer
from app.views.mouse_tool import ToolPointer
from app.views.section_view import SectionView
from engine.core.labels import LEFT_OUT, UNLABELLED
from engine.core.painting import Stamp, brush_radii, capsule
from engine.core.predicted_labels import predicted_labels
from engine.session.labelling import BRUSH_RANGE

_RING_DEPTH = 51
_ERASE_COLOR = "#ffffff"
_LEFT_OUT_COLOR = "#b9bec5"
_ACCEPT_COLOR = "#41d67c"


class BrushTool(LabelTool):
    """Paints the active class while the left button is held.

    Shift paints that places are left out; Alt changes the size instead, by the way
    to the right. A stroke is one step of undo.
    """

    title = "Brush"
    cursor = Qt.CursorShape.BlankCursor  # the ring shows the place
    hides_crosshair = True

    def __init__(self, model: SessionModel, view: SectionView, layer: LabelLayer) -> None:
        super().__init__(model, view, layer)
        self._from: tuple[float, float] | None = None
        self._resized: tuple[ToolPointer, float] | None = None
        self._last: ToolPointer | None = None
        self.ring = BrushRing()
        self.ring.setZValue(_RING_DEPTH)
        self.ring.hide()
        view.view_box.addItem(self.ring, ignoreBounds=True)
        for signal in (model.tool_settings_changed, model.class_changed, view.scale_changed):
            signal.connect(self._follow)

    def pressed(self, at: ToolPointer) -> None:
        """Begin a stroke, or a change of size."""
        if at.alt:
            self._resized = at, self._model.session.tools.brush
            return
        self._layer.begin(self.title)
        self._from = (at.col, at.row)
        self._stroke(at)

    def dragged(self, at: ToolPointer) -> None:
        """Paint on from the last place."""
        if self._resized is not None:
            self._resize(at)
        elif self._from is not None:
            self._stroke(at)
            self.hovered(at)

    def released(self, at: ToolPointer) -> None:
        """End the stroke."""
        self._resized = self._from = None
        self._layer.end()
        self.hovered(at)

    def escaped(self) -> bool:
        """Take back a stroke that has not ended."""
        busy = self._from is not None
        self._from = None
        self._layer.drop()
        return busy

    def interrupted(self) -> None:
        """End: the layer has kept the stroke with its own section."""
        self._from = self._resized = None
        self._follow()

    def left(self) -> None:
        """Keep what was painted, and take the ring away."""
        self._from = self._resized = None
        self._layer.end()
        self.ring.hide()

    def hovered(self, at: ToolPointer | None) -> None:
        """Draw the ring."""
        self._last = at
        section = self._section
        if at is None or section is None:
            self.ring.hide()
            return
        self.ring.lie_on(section)
        self.ring.show_at((at.col, at.row), self._radii(), self._ring_color(at))

    def _labels(self, stamp: Stamp, at: ToolPointer) -> NDArray[np.uint8] | int:
        """Return what is painted into the samples of a stamp."""
        return self._label(at)

    def _ring_color(self, at: ToolPointer) -> str:
        return _LEFT_OUT_COLOR if at.shift else self._color(self._model.session.class_id)

    def _radii(self) -> tuple[float, float]:
        return brush_radii(self._model.session.tools.brush, *self._px_per_sample())

    def _stroke(self, at: ToolPointer) -> None:
        shape, start = self._layer.shape, self._from
        if shape is None or start is None:
            return
        self._from = (at.col, at.row)
        stamp = capsule(start, self._from, self._radii(), shape)
        if stamp is not None:
            labels = self._labels(stamp, at)
            self._layer.paint(stamp, labels, self._model.session.certainty)

    def _resize(self, at: ToolPointer) -> None:
        if self._resized is None:
            return
        start, diameter = self._resized
        across, down = self._px_per_sample()
        # As many samples as pixels were gone over, on both sides of the middle.
        change = 2 * (at.pixel.x() - start.pixel.x()) / (across * down) ** 0.5
        low, high = BRUSH_RANGE
        self._model.set_tools(brush=float(round(min(max(diameter + change, low), high))))

    def _follow(self) -> None:
        """Draw the ring anew after a change of size, class or scale."""
        if self.ring.isVisible():
            self.hovered(self._last)


class EraserTool(BrushTool):
    """Takes labels away, as if nobody had said anything."""

    title = "Eraser"

    def _labels(self, stamp: Stamp, at: ToolPointer) -> NDArray[np.uint8] | int:
        return LEFT_OUT if at.shift else UNLABELLED

    def _ring_color(self, at: ToolPointer) -> str:
        return _LEFT_OUT_COLOR if at.shift else _ERASE_COLOR


class AcceptTool(BrushTool):
    """Paints what the model predicted; where it predicted nothing, nothing happens.

    The ring is green where there is a prediction to accept.
    """

    title = "Accept prediction"

    def _labels(self, stamp: Stamp, at: ToolPointer) -> NDArray[np.uint8] | int:
        classes = self._layer.classes
        if classes is None:
            return UNLABELLED
        present: NDArray[np.uint8] = classes[stamp.rows, stamp.cols]
        if at.shift:
            return LEFT_OUT
        prediction, document = self._view.shown_prediction, self._layer.document
        if prediction is None or document is None or prediction.mask.shape != classes.shape:
            return present
        mask = prediction.mask[stamp.rows, stamp.cols]
        accepted = predicted_labels(mask, prediction.classes, document.scheme.classes)
        return np.where(accepted == UNLABELLED, present, accepted)

    def _ring_color(self, at: ToolPointer) -> str:
        if at.shift or self._view.shown_prediction is None:
            return _LEFT_OUT_COLOR
        return _ACCEPT_COLOR
