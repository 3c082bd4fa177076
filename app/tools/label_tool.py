"""The base of tools that label."""

from __future__ import annotations

from collections.abc import Callable

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
from engine.jobs.context import JobContext
from engine.session.labels import LabelDocument
from engine.session.stamping import paint_stamp

Samples = NDArray[np.uint8]
Find = Callable[[Samples], Stamp | None]


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

    def _paint_found(self, find: Find, labels: int) -> None:
        """Paint samples as one step of undo, once they are found.

        Parameters
        ----------
        find : callable
            Gets one's labels, class ids of shape ``(n_rows, n_cols)``, and returns a
            `Stamp` or None; called on another thread.
        labels : int
            What is painted.
        """
        key, certainty, title = self._layer.key, self._model.session.certainty, self.title
        if key is None:
            return

        def work(document: LabelDocument, job: JobContext) -> None:
            stamp = find(document.plane(key)[0])
            job.check()
            paint_stamp(document, key, stamp, labels, certainty, title=title)

        self._model.label_later(title, work)

    def _px_per_sample(self) -> tuple[float, float]:
        """Return the pixels from one column to the next, and from one row to the next."""
        section = self._section
        width, height = self._view.view_box.viewPixelSize()
        if section is None or not (width and height):
            return 1.0, 1.0
        return abs(section.cols.step) / width, abs(section.rows.step) / height


def fillable(classes: Samples, *, fills_labelled: bool) -> NDArray[np.bool_] | None:
    """Return which samples a fill may take; None for all.

    Parameters
    ----------
    classes : ndarray of uint8, shape (n_rows, n_cols)
        The present labels.
    fills_labelled : bool
        Whether it may also change what is labelled.
    """
    return None if fills_labelled else classes == UNLABELLED
