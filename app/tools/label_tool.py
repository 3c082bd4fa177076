"""The base of tools that label."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from app.session_model import SessionModel
from app.views.label_layer import LabelLayer
from app.views.mouse_tool import MouseTool, ToolPointer
from app.views.section_view import SectionView
from engine.core.labels import LEFT_OUT, UNLABELLED
from engine.core.painting import Stamp
from engine.core.section import Section


class LabelTool(QObject, MouseTool):
    """Paints labels into one view.

    Parameters
    ----------
    model : SessionModel
        Tells class, certainty and what the tools do.
    view : SectionView
        Where it works.
    layer : LabelLayer
        The labels of that view.
    """

    title = ""
    """What undo calls it."""

    def __init__(self, model: SessionModel, view: SectionView, layer: LabelLayer) -> None:
        super().__init__(view)
        self._model = model
        self._view = view
        self._layer = layer

    @property
    def _section(self) -> Section | None:
        """The section on the screen, if it can be labelled."""
        shown = self._view.shown
        return None if shown is None or self._layer.key is None else shown.section

    def _label(self, at: ToolPointer) -> int:
        """Return what is painted: the active class, or with Shift that a place is left out."""
        return LEFT_OUT if at.shift else self._model.session.class_id

    def _color(self, label: int) -> str:
        """Return the colour of a class; white for what erases or leaves out."""
        document = self._layer.document
        classes = () if document is None else document.scheme.classes.classes
        return classes[label].color if label < len(classes) else "#ffffff"

    def _paint_once(self, stamp: Stamp | None, labels: int) -> None:
        """Paint samples as one step of undo."""
        self._layer.begin(self.title)
        self._layer.paint(stamp, labels, self._model.session.certainty)
        self._layer.end()

    def _px_per_sample(self) -> tuple[float, float]:
        """Return the pixels from one column to the next, and from one row to the next."""
        section = self._section
        width, height = self._view.view_box.viewPixelSize()
        if section is None or not (width and height):
            return 1.0, 1.0
        return abs(section.cols.step) / width, abs(section.rows.step) / height


def fillable(layer: LabelLayer, *, fills_labelled: bool) -> NDArray[np.bool_] | None:
    """Return which samples a fill may take; None for all.

    Parameters
    ----------
    layer : LabelLayer
        The present labels.
    fills_labelled : bool
        Whether it may also change what is labelled.
    """
    if fills_labelled or layer.classes is None:
        return None
    free: NDArray[np.bool_] = layer.classes == UNLABELLED
    return free
