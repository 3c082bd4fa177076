"""Two models with a line between them, for a figure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication

from app.views.placing import grid_axes
from app.views.section_view import SectionView
from engine.core.section import Section
from engine.session.predictions import Prediction
from engine.session.session import Session


def swipe_title(session: Session, view: SectionView) -> str:
    """Return a line that says what is drawn on either side; empty without a line between.

    Parameters
    ----------
    session : Session
        Names the models.
    view : SectionView
        Where they are drawn.

    Returns
    -------
    str
        Begins with a line break.
    """
    if view.overlay.swipe is None or view.shown is None:
        return ""
    if session.overlay.kind == "features":
        sides = _tr("before adaptation"), _tr("after adaptation")
    else:
        own = session.model.name if session.model and session.instant is None else ""
        other = session.compared.name if session.compared is not None else ""
        sides = own or _tr("instant model"), other
    if view.shown.section.cols.step < 0:
        sides = sides[1], sides[0]  # numbers grow to the right, or downwards
    beside, below = _tr("left {0}, right {1}"), _tr("above {0}, below {1}")
    return "\n" + (below if session.shown_display.swapped else beside).format(*sides)


def swiped_mask(view: SectionView, section: Section, *, outline: bool) -> NDArray[np.uint8] | None:
    """Return the classes that are drawn over a section: those of two models beside a line.

    Parameters
    ----------
    view : SectionView
        Where they are drawn.
    section : Section
        The section of the figure.
    outline : bool
        Whether borders only are drawn.

    Returns
    -------
    ndarray of uint8, shape (n_rows, n_cols), or None
        Class ids; both models tell the same classes apart.
    """
    shown, content, place = view.shown, view.overlay.content, view.overlay.swipe
    if shown is None or content.prediction is None:
        return None

    def drawn(said: Prediction) -> NDArray[np.uint8]:
        return said.on(said.outline if outline else said.mask, grid_axes(shown), section)

    first = drawn(content.prediction)
    if place is None or content.compared is None:
        return first
    cols = section.cols
    cut = min(max(round((place - cols.value(-0.5)) / cols.step), 0), cols.size)
    return np.concatenate([first[:, :cut], drawn(content.compared)[:, cut:]], axis=1)


def _tr(text: str) -> str:
    return QCoreApplication.translate("FigureSwipe", text)
