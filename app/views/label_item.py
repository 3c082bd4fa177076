"""Labels drawn over a section."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from app.views.label_colors import NOTHING
from app.views.label_outline import LabelOutline
from app.views.sample_item import SampleItem

_ALIGNMENT = 4


class LabelItem(SampleItem):
    """An image of 8-bit indices, of which single rectangles can be changed.

    Qt draws straight from the indices, so that a change costs its own rectangle:
    it is written there, and only the pixels over it are painted again. Labels have an
    outline, by which one tells them from a prediction in the same colours.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setFlag(self.GraphicsItemFlag.ItemUsesExtendedStyleOption)  # what is exposed
        self._codes = np.empty((0, 0), dtype=np.uint8)
        self._image = QImage()
        self._blank = True
        self._table: list[int] = [0] * 256
        self._outline = LabelOutline()
        self._margin = 1.0

    @property
    def codes(self) -> NDArray[np.uint8]:
        """Indices on the screen, shape (n_rows, n_cols)."""
        return self._codes

    def clear(self, shape: tuple[int, int]) -> None:
        """Draw nothing on a section of so many rows and columns."""
        if self._codes.shape != shape:
            # Qt wants the lines of an image to begin at multiples of four bytes.
            n_rows, n_cols = shape
            width = -(-n_cols // _ALIGNMENT) * _ALIGNMENT
            buffer = np.full((n_rows, width), NOTHING, dtype=np.uint8)
            data: Any = buffer.data
            self._image = QImage(data, n_cols, n_rows, width, QImage.Format.Format_Indexed8)
            self._image.setColorTable(self._table)
            self._buffer = buffer
            self._codes = buffer[:, :n_cols]
        elif not self._blank:
            self._codes[...] = NOTHING
        self._blank = True
        self.update()

    def patch(self, row: int, col: int, codes: NDArray[np.uint8]) -> None:
        """Draw other indices in a rectangle inside the section, given its upper left sample."""
        n_rows, n_cols = codes.shape
        self._blank = False
        self._codes[row : row + n_rows, col : col + n_cols] = codes
        margin = self._margin  # so far away an outline may change
        patch = QRectF(col - 0.5, row - 0.5, n_cols, n_rows)
        self.update(patch.adjusted(-margin, -margin, margin, margin))

    def set_table(self, table: list[int]) -> None:
        """Use other colours, 256 as Qt takes them."""
        if table != self._table:
            self._table = table
            self._image.setColorTable(table)
            self._outline.set_table(table)
            self.update()

    def color_at(self, row: int, col: int) -> int:
        """Return the colour of a sample, as Qt takes it."""
        return self._table[int(self._codes[row, col])]

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw the image; Qt clips it to what has changed."""
        if self._blank:
            return
        painter.drawImage(self._area, self._image)
        transform = painter.combinedTransform()
        self._margin = self._outline.reach(transform)
        exposed = option.exposedRect.adjusted(*(self._margin * k for k in (-1, -1, 1, 1)))
        self._outline.paint(painter, transform.mapRect(exposed & self._area), self._codes)
