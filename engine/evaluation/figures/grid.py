"""Images, labels and what networks make of them, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from numpy.typing import NDArray

from engine.core.class_scheme import IGNORE, ClassScheme
from engine.evaluation.figures.style import FULL_WIDTH_MM, class_colors, new_figure, styled
from engine.tasks.boundaries import boundary_counts, within

_CONTRAST = (1, 99)  # percentiles of the amplitudes that become black and white
_LABEL_MM = 5.0
_LONGEST_MM = 240.0


@dataclass(frozen=True, slots=True, eq=False)
class GridRow:
    """One sample of a grid.

    Parameters
    ----------
    name : str
        Of its files.
    image : ndarray of float32, shape (rows, cols)
        Amplitudes.
    label : ndarray of uint8, shape (rows, cols)
        Class ids; 255 is not labelled.
    predictions : sequence of ndarray of uint8, shape (rows, cols)
        Class ids, one mask for each network.
    scores : sequence of float
        mIoU of each network.
    """

    name: str
    image: NDArray[np.float32]
    label: NDArray[np.uint8]
    predictions: Sequence[NDArray[np.uint8]]
    scores: Sequence[float]


def prediction_grid(
    rows: Sequence[GridRow], networks: Sequence[str], classes: ClassScheme
) -> Figure:
    """Draw input, label and predictions, one sample in each row.

    Parameters
    ----------
    rows : sequence of GridRow
        At least one.
    networks : sequence of str
        Their names, as column titles.
    classes : ClassScheme
        What the ids mean.

    Returns
    -------
    matplotlib.figure.Figure
        The outline of the label lies on every prediction; bodies as thin as
        faults are drawn a pixel wider on each side.
    """
    titles = ["Input", "Label", *networks]
    panel_mm = (FULL_WIDTH_MM - _LABEL_MM) / len(titles)
    heights = [panel_mm * row.image.shape[0] / row.image.shape[1] for row in rows]
    shrink = min(1.0, _LONGEST_MM / sum(heights))
    with styled():
        figure = new_figure(sum(heights) * shrink + 2.0 * len(rows) + 14.0, gap_mm=0.5)
        axes = figure.subplots(len(rows), len(titles), squeeze=False, height_ratios=heights)
        colors = class_colors(classes)
        for line, row in zip(axes, rows, strict=True):
            _draw_row(line, row, colors)
            # A long name would take the room of the panels.
            name = row.name if len(row.name) <= 14 else f"{row.name[:12]}…"
            line[0].set_ylabel(name, fontsize=7, labelpad=3)
        for place, title in zip(axes[0], titles, strict=True):
            place.set_title(title, fontweight="bold", pad=4)
        figure.legend(handles=_legend(classes, colors, rows), loc="outside lower center", ncols=4)
    return figure


def _draw_row(line: Sequence[Any], row: GridRow, colors: NDArray[np.float64]) -> None:
    low, high = np.percentile(row.image, _CONTRAST)
    high = max(high, low + 1e-6)  # an image may be of one amplitude
    masks = [None, row.label, *row.predictions]
    for place, mask in zip(line, masks, strict=True):
        place.imshow(row.image, cmap="gray", vmin=low, vmax=high, interpolation="antialiased")
        place.set(xticks=[], yticks=[])
        place.grid(visible=False)
        place.spines[:].set_visible(False)
        if mask is None:
            continue
        thin = _is_thin(row.label)
        shown = _thickened(mask, colors) if thin else mask
        overlay = colors[shown]
        overlay[..., 3] *= 1.0 if thin else 0.62
        if mask is not row.label:
            _outline(place, row.label, light=thin)
        # Above the outline, which would hide a thin body.
        place.imshow(overlay, interpolation="nearest", zorder=3 if thin else 1)
    for place, score in zip(line[2:], row.scores, strict=True):
        place.text(
            0.03,
            0.97,
            f"mIoU {score:.3f}",
            transform=place.transAxes,
            va="top",
            fontsize=6.5,
            bbox={"facecolor": "white", "alpha": 0.85, "edgecolor": "none", "pad": 1.5},
        )


def _is_thin(label: NDArray[np.uint8]) -> bool:
    """Tell whether half of the rarest class's pixels or more lie at its boundary."""
    ids, counts = np.unique(label[label != IGNORE], return_counts=True)
    if len(ids) < 2:
        return False
    edges = boundary_counts(label, label, int(ids.max()) + 1, tolerance_px=0)[0]
    rarest = ids[counts.argmin()]
    return bool(edges[rarest] >= counts.min() / 2)


def _thickened(mask: NDArray[np.uint8], colors: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Draw thin bodies a pixel wider, or they vanish in print."""
    out = mask.copy()
    for k in np.unique(mask):
        if colors[k, 3] > 0:
            out[within(mask == k, 1.0)] = k
    return out


def _outline(place: Any, label: NDArray[np.uint8], *, light: bool) -> None:
    """Draw the boundaries of the label's classes, white on black so that both are seen."""
    widths = (0.9, 0.5) if light else (1.1, 0.5)
    for k in np.unique(label[label != IGNORE]):
        region = (label == k).astype(float)
        if 0 < region.mean() < 1:
            place.contour(region, levels=[0.5], colors="black", linewidths=widths[0])
            place.contour(region, levels=[0.5], colors="white", linewidths=widths[1])


def _legend(
    classes: ClassScheme, colors: NDArray[np.float64], rows: Sequence[GridRow]
) -> list[Any]:
    shown = np.unique(
        np.concatenate([np.unique(m) for r in rows for m in (r.label, *r.predictions)])
    )
    handles: list[Any] = [
        Patch(facecolor=(*colors[number, :3], 0.75), label=item.name)
        for number, item in enumerate(classes.classes)
        if not item.background and number in shown
    ]
    handles.append(Patch(facecolor="#bbbbbb", edgecolor="black", label="outline: label"))
    return handles
