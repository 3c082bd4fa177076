"""The outline of labels, as thick at every zoom."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QTransform

from app.views.label_colors import LEFT_OUT_CODES, NOTHING

_DARK, _WIDTH = 1, 3  # pixels of the dark line at the edge, and of both lines
_DARK_COLOR = QColor(16, 18, 22)
_DARK_CODE = LEFT_OUT_CODES[1]
_ALIGNMENT = 4
_LIGHTER = 0.7

Codes = NDArray[np.uint8]


class LabelOutline:
    """Draws the border of labels, inside of them, in pixels of the screen.

    A border lies where from one sample to the next the class changes, the certainty,
    or whether anything is labelled: a dark line, and inside of it one in a light shade
    of the class, of which one is seen on any data.
    """

    def __init__(self) -> None:
        self._table = [0] * 256
        self._drawn = np.full(256, NOTHING, dtype=np.uint8)

    def set_table(self, table: list[int]) -> None:
        """Take the colours from those of the labels, 256 as Qt takes them."""
        colors = [QColor.fromRgba(color) for color in table]
        self._table = [_lighter(color) for color in colors]
        self._table[_DARK_CODE] = _DARK_COLOR.rgba()
        self._table[NOTHING] = 0
        self._drawn = np.array(
            [n if color.alpha() else NOTHING for n, color in enumerate(colors)], dtype=np.uint8
        )
        # Both colours of the stripes are the same label.
        self._drawn[LEFT_OUT_CODES[1]] = self._drawn[LEFT_OUT_CODES[0]]

    @staticmethod
    def reach(transform: QTransform) -> float:
        """Return how many samples away from a change the outline may change.

        Parameters
        ----------
        transform : QTransform
            From samples to pixels; turned by a quarter where axes are swapped.

        Returns
        -------
        float
            At least 1.
        """
        across = max(abs(transform.m11()), abs(transform.m12()))
        down = max(abs(transform.m21()), abs(transform.m22()))
        smallest = min(across, down)
        return 1 + (_WIDTH + 1) / max(smallest, 1e-6)

    def paint(self, painter: QPainter, part: QRectF, codes: Codes) -> None:
        """Draw the outlines in a part of the screen.

        Parameters
        ----------
        painter : QPainter
            In samples, whose middles are whole numbers.
        part : QRectF
            In pixels.
        codes : ndarray of uint8, shape (n_rows, n_cols)
            Indices into the table of the labels.
        """
        inverse, invertible = painter.combinedTransform().inverted()
        pixels = part.toAlignedRect()
        if not invertible or pixels.isEmpty() or not codes.size:
            return
        x = np.arange(pixels.left() - _WIDTH, pixels.right() + 1 + _WIDTH) + 0.5
        y = np.arange(pixels.top() - _WIDTH, pixels.bottom() + 1 + _WIDTH) + 0.5
        swapped = inverse.isRotating()
        along_rows, per_row = (x, inverse.m12()) if swapped else (y, inverse.m22())
        along_cols, per_col = (y, inverse.m21()) if swapped else (x, inverse.m11())
        rows = _nearest(along_rows * per_row + inverse.dy(), codes.shape[0])
        cols = _nearest(along_cols * per_col + inverse.dx(), codes.shape[1])
        top, bottom = sorted((int(rows[0]), int(rows[-1])))
        if (codes[top : bottom + 1] == NOTHING).all():
            return
        shown = codes[rows].take(cols, axis=1)
        lines = _lines(self._drawn[shown.T if swapped else shown])
        painter.save()
        painter.resetTransform()
        painter.drawImage(QPoint(pixels.left(), pixels.top()), self._image(lines))
        painter.restore()

    def _image(self, lines: Codes) -> QImage:
        n_rows, n_cols = lines.shape
        width = -(-n_cols // _ALIGNMENT) * _ALIGNMENT
        buffer = np.full((n_rows, width), NOTHING, dtype=np.uint8)
        buffer[:, :n_cols] = lines
        data: Any = buffer.data
        image = QImage(data, n_cols, n_rows, width, QImage.Format.Format_Indexed8)
        image.setColorTable(self._table)
        return image.copy()  # the buffer goes


def _nearest(places: NDArray[np.floating[Any]], size: int) -> NDArray[np.intp]:
    """Return the samples that places lie on; beyond an edge the last one, which is no border."""
    samples: NDArray[np.intp] = np.clip(np.floor(places + 0.5), 0, size - 1).astype(np.intp)
    return samples


def _lines(codes: Codes) -> Codes:
    """Return the codes near another one, dark next to it; the margin is left out."""
    n_rows, n_cols = codes.shape
    here = codes[_WIDTH : n_rows - _WIDTH, _WIDTH : n_cols - _WIDTH]
    near, next_to = (np.zeros(here.shape, dtype=bool) for _ in range(2))
    for distance in range(1, _WIDTH + 1):
        low, high = _WIDTH - distance, _WIDTH + distance
        for rows, cols in (
            (slice(low, n_rows - high), slice(_WIDTH, n_cols - _WIDTH)),
            (slice(high, n_rows - low), slice(_WIDTH, n_cols - _WIDTH)),
            (slice(_WIDTH, n_rows - _WIDTH), slice(low, n_cols - high)),
            (slice(_WIDTH, n_rows - _WIDTH), slice(high, n_cols - low)),
        ):
            near |= codes[rows, cols] != here
        if distance == _DARK:
            next_to[...] = near
    lines = np.where(near, here, np.uint8(NOTHING))
    np.copyto(lines, np.uint8(_DARK_CODE), where=next_to & (here != NOTHING))
    return lines


def _lighter(color: QColor) -> int:
    """Return a lighter and opaque colour."""
    parts = (color.red(), color.green(), color.blue())
    return QColor(*(round(p + (255 - p) * _LIGHTER) for p in parts)).rgba()
