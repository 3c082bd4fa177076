"""What a model says, drawn over a section: one model, or two with a line between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor

from app.views.color_maps import COLOR_MAPS
from app.views.placing import axes_rect
from engine.core.axes import Axis
from engine.core.quantised import difference
from engine.session.display_settings import OverlaySettings
from engine.session.predictions import FeaturePicture, Prediction

Image = NDArray[np.uint8]

_LINE = QColor("#ffd60a")
_LINE_DEPTH = 40


@dataclass(frozen=True, slots=True, eq=False)
class OverlayContent:
    """What is known of a section.

    Parameters
    ----------
    prediction : Prediction, optional
        Of the current model.
    compared : Prediction, optional
        Of the model that it is compared with.
    picture : FeaturePicture, optional
        The model's features.
    """

    prediction: Prediction | None = None
    compared: Prediction | None = None
    picture: FeaturePicture | None = None

    def layers(self, settings: OverlaySettings) -> tuple[Layer, ...]:
        """Return what is to be drawn: nothing, one layer, or one left and one right."""
        if settings.kind == "features":
            picture = self.picture
            if picture is None:
                return ()
            adapted, original = Layer(picture.adapted, None), Layer(picture.original, None)
            return (original, adapted) if settings.swipe else (adapted,)
        if settings.kind == "difference":
            return _difference(self.prediction, self.compared)
        if self.prediction is None:
            return ()
        first = _layer(self.prediction, settings)
        if not settings.swipe or self.compared is None:
            return (first,)
        return first, _layer(self.compared, settings)


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """An image over the section.

    Parameters
    ----------
    image : ndarray of uint8, shape (n_rows, n_cols) or (n_rows, n_cols, 4)
        Levels, or colours with alpha.
    table : ndarray of uint8, shape (256, 4), or None
        Colours of the levels.
    """

    image: Image
    table: Image | None

    @property
    def colors(self) -> Image:
        """Red, green, blue and alpha, shape (n_rows, n_cols, 4)."""
        return self.image if self.table is None else self.table[self.image]


def share_table(key: str) -> Image:
    """Return colours for shares from 0 to 255, transparent at 0.

    Parameters
    ----------
    key : str
        Of `COLOR_MAPS`.

    Returns
    -------
    ndarray of uint8, shape (256, 4)
        The lowest tenth fades in, so that what is certainly not there leaves the
        section as it is.
    """
    table = COLOR_MAPS[key].table()
    table[0] = table[1]
    table[:, 3] = np.minimum(np.arange(256) * 10, 255)
    return table


PROBABILITY, CONFIDENCE, DIFFERENCE = "viridis", "cividis", "inferno"
"""Colour maps of the views, by key."""


def _layer(prediction: Prediction, settings: OverlaySettings) -> Layer:
    if settings.kind == "probability":
        last = len(prediction.classes) - 1
        return Layer(prediction.shares[min(settings.class_id, last)], share_table(PROBABILITY))
    if settings.kind == "confidence":
        table = COLOR_MAPS[CONFIDENCE].table()
        table[0] = table[1]
        # Levels of samples without data are those of the mask: not drawn at all.
        colors = table[prediction.confidence]
        colors[..., 3] = np.where(prediction.mask == _NO_DATA, 0, 255)
        return Layer(colors, None)
    image = prediction.outline if settings.outline else prediction.mask
    return Layer(image, prediction.classes.lut(hidden=settings.hidden))


_NO_DATA = 255


def _difference(first: Prediction | None, second: Prediction | None) -> tuple[Layer, ...]:
    if first is None or second is None or first.shares.shape != second.shares.shape:
        return ()
    return (Layer(difference(first.shares, second.shares), share_table(DIFFERENCE)),)


class OverlayItem(pg.ItemGroup):  # type: ignore[misc]  # pyqtgraph has no types
    """Draws an `OverlayContent`, with a line to drag where there are two models.

    Attributes
    ----------
    line : pyqtgraph.InfiniteLine
        Belongs beside this item into the view box.
    """

    def __init__(self) -> None:
        super().__init__()
        self._images = tuple(pg.ImageItem(axisOrder="row-major") for _ in range(2))
        for image in self._images:
            self.addItem(image)
        self.line = pg.InfiniteLine(
            angle=90,
            movable=True,
            pen=pg.mkPen(_LINE, width=2),
            hoverPen=pg.mkPen(_LINE, width=4),
        )
        self.line.setZValue(_LINE_DEPTH)
        self.line.setCursor(Qt.CursorShape.SplitHCursor)
        self.line.hide()
        self.line.sigPositionChanged.connect(self._cut)
        self._layers: tuple[Layer, ...] = ()
        self._settings = OverlaySettings()
        self._content = OverlayContent()
        self._axes: tuple[Axis, Axis] | None = None
        self._covered = False
        self._column = 0

    @property
    def content(self) -> OverlayContent:
        """What is known of the section, drawn or not."""
        return self._content

    @property
    def colors(self) -> Image | None:
        """What is drawn now, shape (n_rows, n_cols, 4), opaque; None for nothing."""
        if not self._layers:
            return None
        left, right = self._layers[0].colors, self._layers[-1].colors
        return np.concatenate([left[:, : self._column], right[:, self._column :]], axis=1)

    @property
    def swiping(self) -> bool:
        """Whether a line parts the section now."""
        return len(self._layers) > 1

    @property
    def swipe(self) -> float | None:
        """Number along the columns at which the second layer begins; None for one layer."""
        if self._axes is None or not self.swiping:
            return None
        return float(self._axes[1].value(self._column - 0.5))

    def set_content(self, content: OverlayContent, axes: tuple[Axis, Axis] | None) -> None:
        """Draw something else, or over other rows and columns."""
        moved = self._axes is None or axes is None or self._axes[1] != axes[1]
        self._content, self._axes = content, axes
        if moved and axes is not None:
            rect = axes_rect(*axes)
            ends = sorted((rect.left(), rect.right()))
            self.line.setBounds(ends)
            self.line.setValue(sum(ends) / 2)
        self._draw()

    def set_covered(self, *, covered: bool) -> None:
        """Draw nothing while something else has to be seen."""
        self._covered = covered
        self._draw()

    def set_settings(self, settings: OverlaySettings) -> None:
        """Draw in another way."""
        if settings != self._settings:
            self._settings = settings
            self._draw()

    def _draw(self) -> None:
        hidden = self._covered or not self._settings.visible or self._axes is None
        layers = () if hidden else self._content.layers(self._settings)
        self._layers = layers
        self.setVisible(bool(layers))
        self.line.setVisible(len(layers) > 1)
        self.setOpacity(self._settings.opacity)
        self._cut()

    def _cut(self) -> None:
        """Give each layer its side of the line."""
        if self._axes is None or not self._layers:
            return
        rows, cols = self._axes
        n_cols = cols.size
        cut = n_cols
        if self.swiping:
            place = (self.line.value() - cols.value(-0.5)) / cols.step
            cut = min(max(round(place), 0), n_cols)
        self._column = cut
        # Where numbers decrease to the right, the first columns are at the right.
        spans = (slice(0, cut), slice(cut, n_cols))
        for image, layer, span in zip(self._images, self._layers, spans, strict=False):
            part = layer.image[:, span]
            image.setVisible(part.size > 0)
            if part.size:
                image.setLookupTable(layer.table, update=False)
                image.setImage(part, autoLevels=False, levels=(0, 255))
                image.setRect(_part_of(rows, cols, span))
        for image in self._images[len(self._layers) :]:
            image.hide()


def _part_of(rows: Axis, cols: Axis, span: slice) -> QRectF:
    """Return the rectangle of some columns, in survey numbers."""
    whole = axes_rect(rows, cols)
    width = cols.step * (span.stop - span.start)
    return QRectF(cols.value(span.start - 0.5), whole.top(), width, whole.height())
