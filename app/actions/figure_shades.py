"""What else a model says than its classes, for a figure."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.views.color_maps import COLOR_MAPS
from app.views.overlay_item import CONFIDENCE, DIFFERENCE, PROBABILITY
from app.views.placing import grid_axes
from app.views.section_view import SectionView
from engine.core.section import Section
from engine.core.shades import Shades
from engine.session.session import Session

_MAPS = {"probability": PROBABILITY, "confidence": CONFIDENCE, "difference": DIFFERENCE}


def shades_title(session: Session, view: SectionView) -> str:
    """Return what is drawn over a section, if it is no classes.

    Parameters
    ----------
    session : Session
        Says which view of a model is chosen.
    view : SectionView
        Where it is drawn.

    Returns
    -------
    str
        Such as ``Probability of fault``; empty where classes, or nothing, are drawn.
    """
    overlay, said = session.overlay, view.shown_prediction
    if overlay.kind == "classes" or view.overlay.colors is None:
        return ""
    if overlay.kind == "probability" and said is not None:
        name = said.classes.names[min(overlay.class_id, len(said.classes) - 1)]
        return _tr("Probability of {0}").format(name)
    if overlay.kind == "difference" and session.compared is not None and session.model is not None:
        own = session.model.name if session.instant is None else _tr("instant model")
        return _tr("Difference of {0} and {1}").format(own, session.compared.name)
    return _tr("Confidence") if overlay.kind == "confidence" else _tr("Features as colours")


def shown_shades(session: Session, view: SectionView, section: Section) -> Shades | None:
    """Return what is drawn over a section, if it is no classes.

    Parameters
    ----------
    session : Session
        Says which view of a model is chosen.
    view : SectionView
        Where it is drawn.
    section : Section
        The section of the figure: what is shown, or a finer part of it.

    Returns
    -------
    Shades or None
        On the grid of that section; clear where a model saw nothing.
    """
    title, shown = shades_title(session, view), view.shown
    colors, said = view.overlay.colors, view.shown_prediction
    if not title or colors is None or shown is None:
        return None
    if said is not None and session.overlay.kind != "features":
        rows, cols = said.places(grid_axes(shown), section)
        colors = colors[rows[:, None], cols]
        colors[rows < 0] = colors[:, cols < 0] = 0
    if colors.shape[:2] != section.data.shape:
        return None
    key = _MAPS.get(session.overlay.kind)
    scale = None if key is None else COLOR_MAPS[key].table()[1:]
    return Shades(title, colors, scale, session.overlay.opacity)


def _tr(text: str) -> str:
    return QCoreApplication.translate("FigureShades", text)
