"""One section with everything that belongs to it, for print."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, Normalize
from matplotlib.figure import Figure
from numpy.typing import NDArray

from engine.core.axes import Axis
from engine.core.class_scheme import ClassScheme
from engine.core.drawn_labels import DrawnLabels
from engine.core.levels import Levels
from engine.core.section import Section
from engine.core.shades import Shades
from engine.errors import SettingsError, WriteError
from engine.evaluation.figures.axis_labels import label_axis
from engine.evaluation.figures.label_drawing import OUTLINE, draw_labels
from engine.evaluation.figures.scale_bar import add_scale_bar
from engine.evaluation.figures.section_legend import LegendGroup, add_legends
from engine.evaluation.figures.shade_drawing import draw_shades
from engine.evaluation.figures.style import new_figure, styled
from engine.preprocessing.wiggles import LEAST_SPACING, WiggleStyle, draw_wiggles, places

SUFFIXES = (".png", ".svg")
MOST_PIXELS = 200_000_000
_MM_PER_INCH = 25.4
_WIGGLE_DPI = 250
_SCREEN_DPI = 96
_AXES_SHARE = 0.8
"""About so much of the figure's width is section."""
_BOX: Any = "tight"
"""Leaves out the room that fixed proportions do not need."""
_SWIPE = "#ffd60a"
"""The line between two models, as in the window."""
_NO_DATA = {"facecolor": "#8d939b", "edgecolor": "#6c727a", "hatch": "////"}


@dataclass(frozen=True, slots=True, eq=False)
class SectionPicture:
    """What a figure of a section shows.

    Parameters
    ----------
    section : Section
        All of it is drawn.
    title : str
        Above the section.
    colors : ndarray of uint8, shape (256, 4)
        Colours from the lowest to the highest amplitude; level 0 is not used.
    levels : Levels
        Amplitudes between which colours change.
    notes : tuple of str
        Beside the colour bar: highest end, lowest end, polarity.
    drawing : {"density", "wiggles", "both"}
        How traces are drawn.
    flipped : bool
        Whether wiggles are filled where amplitudes are negative.
    classes : ClassScheme, optional
        Of the predicted classes, if they are to be drawn.
    mask : ndarray of uint8, shape (n_rows, n_cols), optional
        Class ids.
    hidden : frozenset of int, default empty
        Classes that are not drawn.
    opacity : float, default 0.6
        Of the classes.
    shades : Shades, optional
        What else a model says, if it is to be drawn, on the grid of the section.
    labels : DrawnLabels, optional
        What interpreters say, if it is to be drawn, on the grid of the section.
    lengths : tuple of float, optional
        Metres in one unit to the right and in one downwards.
    exaggeration : float, default 0
        Vertical exaggeration; 0 fills the figure.
    velocity_m_s : float, optional
        That turned time into depth.
    swapped : bool, default False
        Whether rows run to the right and columns downwards.
    swipe : float, optional
        Number along the columns at which one model ends and another begins.
    """

    section: Section
    title: str
    colors: NDArray[np.uint8]
    levels: Levels
    notes: tuple[str, str, str]
    drawing: str = "density"
    flipped: bool = False
    classes: ClassScheme | None = None
    mask: NDArray[np.uint8] | None = None
    hidden: frozenset[int] = frozenset()
    opacity: float = 0.6
    shades: Shades | None = None
    labels: DrawnLabels | None = None
    lengths: tuple[float, float] | None = None
    exaggeration: float = 0.0
    velocity_m_s: float | None = None
    swapped: bool = False
    swipe: float | None = None

    @property
    def axes(self) -> tuple[Axis, Axis]:
        """What runs downwards, and what runs to the right."""
        rows, cols = self.section.rows, self.section.cols
        return (cols, rows) if self.swapped else (rows, cols)

    @property
    def legend(self) -> tuple[LegendGroup, ...]:
        """What the colours over the section mean."""
        groups = []
        if self.classes is not None and self.mask is not None:
            named = tuple(
                (item.name, item.color)
                for number, item in enumerate(self.classes.classes)
                if not item.background and number not in self.hidden
            )
            groups.append(LegendGroup("Predicted", named, self.opacity))
        if self.labels is not None:
            groups.append(
                LegendGroup("Labels", self.labels.entries, self.labels.opacity, outlined=True)
            )
        return tuple(groups)

    def laid(self, plane: NDArray[Any]) -> NDArray[Any]:
        """Return an array of the section's shape as it is drawn; more axes may follow."""
        return plane.swapaxes(0, 1) if self.swapped else plane


@dataclass(frozen=True, slots=True)
class FigureFile:
    """Where a figure goes, and how large it is.

    Parameters
    ----------
    path : pathlib.Path
        A PNG or an SVG file, by its suffix.
    width_mm, height_mm : float
        Printed size.
    dpi : int
        Pixels per inch of a PNG.

    Raises
    ------
    SettingsError
        If the suffix is another or there would be too many pixels.
    """

    path: Path
    width_mm: float
    height_mm: float
    dpi: int

    def __post_init__(self) -> None:
        if self.path.suffix.lower() not in SUFFIXES:
            raise SettingsError(
                f"{self.path.name}: a figure is a PNG or SVG file",
                hint=f"Give it a name that ends in {' or '.join(SUFFIXES)}.",
            )
        n_pixels = self.width_mm * self.height_mm * (self.dpi / _MM_PER_INCH) ** 2
        if n_pixels > MOST_PIXELS:
            raise SettingsError(
                f"{self.path.name}: {n_pixels / 1e6:.0f} million pixels, "
                f"more than {MOST_PIXELS / 1e6:.0f}",
                hint="Choose fewer dots per inch or a smaller figure.",
            )


def write_section_figure(picture: SectionPicture, file: FigureFile) -> Path:
    """Draw a section and write it.

    Parameters
    ----------
    picture : SectionPicture
        What to draw.
    file : FigureFile
        Where to.

    Returns
    -------
    pathlib.Path
        The file; it is there whole or, after an error, as it was before.

    Raises
    ------
    WriteError
        If it cannot be written.
    """
    staging = file.path.with_name(f".{file.path.name}.{secrets.token_hex(4)}.part")
    kind = file.path.suffix.lower()[1:]
    metadata: Any = {"Software": None} if kind == "png" else {"Date": None}
    try:
        with styled():
            figure = draw_section(picture, file.width_mm, file.height_mm)
            figure.savefig(staging, format=kind, dpi=file.dpi, metadata=metadata, bbox_inches=_BOX)
        staging.replace(file.path)
    except OSError as error:
        raise WriteError(
            file.path,
            f"cannot be written ({error.strerror or error})",
            hint="Check the folder, its permissions and its room.",
        ) from error
    finally:
        staging.unlink(missing_ok=True)
    return file.path


def draw_section(picture: SectionPicture, width_mm: float, height_mm: float) -> Figure:
    """Lay a section out with axes, title, colour bar, legend and scale.

    Parameters
    ----------
    picture : SectionPicture
        What to draw.
    width_mm, height_mm : float
        Printed size.

    Returns
    -------
    matplotlib.figure.Figure
        Its size is fixed; proportions of the section are kept if stated.
    """
    figure = new_figure(height_mm, width_mm)
    axes = figure.add_subplot()
    axes.grid(visible=False)
    down, across = picture.axes
    extent = _extent(down, across)
    axes.patch.set(**_NO_DATA)
    _draw_amplitudes(axes, picture, extent, (width_mm, height_mm))
    if picture.shades is not None:
        draw_shades(axes, picture.shades, extent, swapped=picture.swapped)
    if picture.classes is not None and picture.mask is not None:
        table = picture.classes.lut(hidden=picture.hidden)
        classes = table[picture.laid(picture.mask)]
        axes.imshow(classes, extent=extent, alpha=picture.opacity, interpolation="none")
    if picture.labels is not None:
        light = picture.mask is not None or picture.shades is not None
        draw_labels(axes, picture.labels, extent, swapped=picture.swapped, light=light)
    if picture.swipe is not None:
        draw_line = axes.axhline if picture.swapped else axes.axvline
        for color, width in ((OUTLINE, 2.4), (_SWIPE, 1.2)):
            draw_line(picture.swipe, color=color, linewidth=width)
    add_legends(axes, picture.legend)
    axes.set_title(picture.title, loc="left", fontweight="bold")
    label_axis(axes.xaxis, across)
    label_axis(axes.yaxis, down)
    axes.xaxis.set_label_position("top")
    axes.xaxis.tick_top()
    axes.set_xlim(*sorted(extent[:2]))
    axes.set_ylim(*sorted(extent[2:], reverse=down.points_down or picture.swapped))
    axes.set_aspect("auto")
    if picture.lengths is not None:
        metres_across, metres_down = picture.lengths
        if picture.exaggeration:
            axes.set_aspect(picture.exaggeration * metres_down / metres_across)
        if across.unit != "px":  # whose lengths tell proportions only
            add_scale_bar(axes, metres_across)
    _add_notes(figure, axes, picture)
    return figure


def _extent(down: Axis, across: Axis) -> tuple[float, float, float, float]:
    """Return left, right, bottom and top of an image whose first row comes first."""
    left, right = across.value(-0.5), across.value(across.size - 0.5)
    return left, right, down.value(down.size - 0.5), down.value(-0.5)


def _draw_amplitudes(
    axes: Axes,
    picture: SectionPicture,
    extent: tuple[float, float, float, float],
    size_mm: tuple[float, float],
) -> None:
    section = picture.section
    colors = ListedColormap(picture.colors[1:] / 255.0, bad=(0.0, 0.0, 0.0, 0.0))
    norm = Normalize(picture.levels.low, picture.levels.high)
    image = axes.imshow(
        picture.laid(section.data), cmap=colors, norm=norm, extent=extent, interpolation="none"
    )
    drawing = picture.drawing if section.rows.is_samples else "density"
    if drawing == "wiggles":
        image.set_cmap(ListedColormap([(1.0, 1.0, 1.0, 1.0)], bad=(0.0, 0.0, 0.0, 0.0)))
    else:
        highest, lowest, polarity = picture.notes
        # Inside the section's own place, so that it stays as high where proportions are fixed.
        bar = axes.figure.colorbar(image, cax=axes.inset_axes((1.015, 0.0, 0.02, 1.0)))
        bar.ax.set_title(highest, fontsize=7, loc="left")
        bar.ax.grid(visible=False)
        bar.ax.set_xlabel("\n".join((lowest, polarity)), fontsize=7, loc="left")
        bar.set_label("Amplitude")
    if drawing != "density":
        fill = 1.0 if drawing == "wiggles" else 0.55
        (left, right), (top, bottom) = sorted(extent[:2]), sorted(extent[2:])
        upright = (left, right, bottom, top)
        axes.imshow(_ink(picture, size_mm, fill), extent=upright, interpolation="antialiased")


def _ink(picture: SectionPicture, size_mm: tuple[float, float], fill: float) -> NDArray[np.float32]:
    """Return wiggles as black of some opacity, shape (height, width, 4)."""
    section = picture.section
    width, height = (
        max(round(length / _MM_PER_INCH * _WIGGLE_DPI * _AXES_SHARE), 1) for length in size_mm
    )
    least = LEAST_SPACING * _WIGGLE_DPI / _SCREEN_DPI
    style = WiggleStyle(picture.levels.limit, picture.flipped, fill, least)
    shape = (width, height) if picture.swapped else (height, width)
    down, across = places(section.rows, 0, shape[0]), places(section.cols, 0, shape[1])
    if picture.swapped:
        across = shape[1] - across  # peaks point up
    ink, _ = draw_wiggles(section.data, down, across, shape, style)
    if picture.swapped:
        ink = ink.T[::-1]
    picture_rgba = np.zeros((height, width, 4), dtype=np.float32)
    picture_rgba[..., 3] = ink
    return picture_rgba


def _add_notes(figure: Figure, axes: Axes, picture: SectionPicture) -> None:
    """Write under the section what is filled, and how much steeper things look than they are."""
    if not picture.section.rows.is_samples:
        return
    notes = []
    if picture.drawing == "wiggles":
        filled = picture.notes[1] if picture.flipped else picture.notes[0]
        notes = [f"{filled} filled, {picture.notes[2]}".replace("\n", " ")]
    if picture.lengths is not None:
        figure.draw_without_rendering()  # the layout decides
        box = axes.get_window_extent()
        (left, right), (low, high) = axes.get_xlim(), sorted(axes.get_ylim())
        across, down = picture.lengths
        times = (box.height / ((high - low) * down)) / (box.width / ((right - left) * across))
        notes.append(f"Vertical exaggeration {times:.3g}")
        if picture.velocity_m_s is not None:
            notes[-1] += f" at {picture.velocity_m_s:.0f} m/s"
    text = "   ".join(notes)
    axes.annotate(
        text,
        (0, 0),
        (0, -3),
        xycoords="axes fraction",
        textcoords="offset points",
        va="top",
        fontsize=7,
    )
