"""What the colours over a section mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.transforms import ScaledTranslation

from engine.evaluation.figures.label_drawing import OUTLINE, OUTLINE_WIDTH

_BELOW_IN = 0.2
_LEAST_OPACITY = 0.3
_MOST_COLUMNS = 6


@dataclass(frozen=True, slots=True)
class LegendGroup:
    """The colours of one layer.

    Parameters
    ----------
    title : str
        What the layer is; told where there are several.
    entries : tuple of (str, str)
        Name and colour of each class.
    opacity : float
        Of the layer.
    outlined : bool, default False
        Whether areas have an outline, as labels do.
    """

    title: str
    entries: tuple[tuple[str, str], ...]
    opacity: float
    outlined: bool = False


def add_legends(axes: Axes, groups: Sequence[LegendGroup]) -> None:
    """Put legends below a section, beside each other, with titles if there are several.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        The section's.
    groups : sequence of LegendGroup
        Two at most; one without entries has no legend.
    """
    filled = [group for group in groups if group.entries]
    inches = axes.figure.dpi_scale_trans
    below = axes.transAxes + ScaledTranslation(0, -_BELOW_IN, inches)
    columns = max(_MOST_COLUMNS // max(len(filled), 1), 1)
    for number, group in enumerate(filled):
        edge, width = (OUTLINE, OUTLINE_WIDTH) if group.outlined else ("none", 0.0)
        opacity = max(group.opacity, _LEAST_OPACITY)
        handles = [
            Patch(facecolor=(color, opacity), edgecolor=edge, linewidth=width, label=name)
            for name, color in group.entries
        ]
        legend = axes.legend(
            handles=handles,
            title=group.title if len(filled) > 1 else None,
            alignment="left",
            loc="upper right" if number else "upper left",
            bbox_to_anchor=(number, 0),
            bbox_transform=below,
            ncols=min(len(handles), columns),
            borderaxespad=0,
        )
        if number + 1 < len(filled):
            axes.add_artist(legend)  # the next one would take its place
