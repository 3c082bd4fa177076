"""What the actions of the View menu do."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from app.actions.table import VIEWS
from app.panels.display_panel import GAIN_STEP_DB
from app.session_model import SessionModel
from app.tools.measure import MEASURE
from app.views.navigator import PAGE
from app.views.section_pane import SectionPane
from engine.core.axes import SAMPLE_AXES
from engine.session.display_settings import DRAWINGS


def looking_callbacks(model: SessionModel, pane: SectionPane) -> dict[str, Callable[..., object]]:
    """Return what moves through the volume and changes how it is drawn.

    Parameters
    ----------
    model : SessionModel
        The session.
    pane : SectionPane
        The section on the screen.

    Returns
    -------
    dict of str to callable
        By the keys of the table of actions; switches take their new state.
    """
    return {
        "inline": partial(model.set_direction, "inline"),
        "crossline": partial(model.set_direction, "crossline"),
        "slice": partial(_look_from_above, model),
        "next": partial(model.step, 1),
        "previous": partial(model.step, -1),
        "page_next": partial(model.step, PAGE),
        "page_previous": partial(model.step, -PAGE),
        "go_to": pane.edit_number,
        "fit": pane.fit,
        "gain_up": partial(model.change_gain, GAIN_STEP_DB),
        "gain_down": partial(model.change_gain, -GAIN_STEP_DB),
        "auto_clip": model.reset_display,
        "true_scale": partial(_set_true_scale, model),
        "measure": partial(_set_tool, model, MEASURE),
        "flipped": lambda on: model.set_display(flipped=on),
        "swapped": lambda on: model.set_display(swapped=on),
        **{name: partial(_split, model, n) for n, name in enumerate(VIEWS, start=1)},
        **{drawing: partial(_draw_as, model, drawing) for drawing in DRAWINGS},
    }


def _look_from_above(model: SessionModel) -> None:
    opened = model.session.opened
    if opened is not None:
        name = next((d for d in opened.volume.directions if d in SAMPLE_AXES), None)
        if name is not None:
            model.set_direction(name)


def _set_true_scale(model: SessionModel, on: bool) -> None:  # noqa: FBT001 - a slot
    if on != (model.session.display.exaggeration == 1.0):
        model.set_display(exaggeration=1.0 if on else 0.0)


def _set_tool(model: SessionModel, tool: str, on: bool) -> None:  # noqa: FBT001 - a slot
    if on:
        model.set_tool(tool)
    elif model.session.tool == tool:
        model.set_tool("")


def _split(model: SessionModel, n_views: int, on: bool) -> None:  # noqa: FBT001 - a slot
    if on:
        model.set_views(n_views)


def _draw_as(model: SessionModel, drawing: str, on: bool) -> None:  # noqa: FBT001 - a slot
    if on:
        model.set_display(drawing=drawing)
