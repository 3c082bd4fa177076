"""What the actions on arbitrary lines do."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from app.session_model import SessionModel
from app.tools.line_drawing import DRAW_LINE
from engine.core.arbitrary_line import ARBITRARY


def line_callbacks(
    model: SessionModel, show_map: Callable[[], None]
) -> dict[str, Callable[..., object]]:
    """Return what draws, shows and removes lines.

    Parameters
    ----------
    model : SessionModel
        The session.
    show_map : callable
        Brings the map, where lines are drawn.

    Returns
    -------
    dict of str to callable
        By the keys of the table of actions.
    """
    draw = partial(_draw, model, show_map)
    return {
        "arbitrary": partial(_look_along, model, draw),
        "draw_line": draw,
        "remove_line": partial(_remove, model),
    }


def _draw(model: SessionModel, show_map: Callable[[], None]) -> None:
    show_map()
    model.set_tool(DRAW_LINE)


def _look_along(model: SessionModel, draw: Callable[[], None]) -> None:
    opened = model.session.opened
    if opened is not None and opened.lines:
        model.set_direction(ARBITRARY)
    else:
        draw()


def _remove(model: SessionModel) -> None:
    """Remove the line that is looked along, or was last."""
    opened = model.session.opened
    if opened is not None and opened.lines:
        chosen = opened.indices[ARBITRARY]
        model.set_lines((*opened.lines[:chosen], *opened.lines[chosen + 1 :]))
