"""How one labels: what the tools do, and how labels are drawn."""

from __future__ import annotations

from dataclasses import dataclass

BRUSH_RANGE = (1.0, 400.0)
"""Diameters of the brush, in samples."""
LINE_WIDTH_RANGE = (1.0, 50.0)
SMOOTHING_RANGE = (0.0, 20.0)
TOLERANCE_RANGE = (0.01, 1.0)
LABEL_TOOLS = ("brush", "eraser", "polygon", "fill", "threshold", "pick", "accept", "similar")
"""As they are offered, from left to right."""


@dataclass(frozen=True, slots=True)
class LabelLook:
    """How labels are drawn.

    Parameters
    ----------
    visible : bool
        Whether they are drawn at all.
    opacity : float
        Of certain labels, from 0 to 1.
    hidden : frozenset of int
        Classes that are not drawn.
    others : bool
        Whether labels of other interpreters are drawn, paler, where one has none oneself.
    disagreement : bool
        Whether places are marked where two interpreters name different classes.
    """

    visible: bool = True
    opacity: float = 0.6
    hidden: frozenset[int] = frozenset()
    others: bool = False
    disagreement: bool = False


@dataclass(frozen=True, slots=True)
class ToolSettings:
    """What the tools do.

    Parameters
    ----------
    brush : float
        Diameter in samples.
    tolerance : float
        Of the fill: largest difference from where one clicked, as a share of the
        amplitudes from the middle to the end of the colours.
    smoothing : float
        Standard deviation in samples of the Gaussian before a fill or a threshold.
    fills_labelled : bool
        Whether fill and threshold also change what is labelled already.
    threshold : tuple of float, optional
        Lowest and highest amplitude; the upper half of the colours when left out.
    pick_kind : {"stick", "polyline"}
        What is picked.
    pick_name : str
        What it is called; the sticks of one fault share a name.
    line_width : float
        Samples; of picks that are painted.
    """

    brush: float = 15.0
    tolerance: float = 0.15
    smoothing: float = 1.0
    fills_labelled: bool = False
    threshold: tuple[float, float] | None = None
    pick_kind: str = "stick"
    pick_name: str = ""
    line_width: float = 3.0


def next_brush(diameter: float, n_steps: int) -> float:
    """Return the diameter some steps larger or smaller: by a fifth, by one sample at least."""
    for _ in range(abs(n_steps)):
        change = max(round(diameter * 0.2), 1)
        diameter = diameter + change if n_steps > 0 else diameter - max(round(diameter / 6), 1)
    low, high = BRUSH_RANGE
    return min(max(diameter, low), high)
