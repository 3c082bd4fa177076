"""Pictures side by side, each with a line of text above it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

_LEAST = (90, 90)


class Picture(QWidget):
    """A picture as large as there is room, its proportions kept.

    Parameters
    ----------
    parent : QWidget or None
        The usual Qt owner.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self.setMinimumSize(*_LEAST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """Return the least size; it takes what is left by the rest."""
        return QSize(*_LEAST)

    def show_pixels(self, pixels: NDArray[np.uint8]) -> None:
        """Show a picture, shape ``(rows, cols, 3)``: red, green and blue."""
        rows, cols = pixels.shape[:2]
        data = np.ascontiguousarray(pixels)
        image = QImage(data.data, cols, rows, 3 * cols, QImage.Format.Format_RGB888)
        # The copy outlives the array.
        self._image = image.copy()
        self.update()

    @property
    def image(self) -> QImage:
        """What is shown; null before the first picture."""
        return self._image

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the picture in the middle."""
        if self._image.isNull():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        left, top = (self.width() - size.width()) // 2, (self.height() - size.height()) // 2
        painter.drawImage(
            self.rect().adjusted(left, top, -left, -top), self._image, self._image.rect()
        )


class PictureRow(QWidget):
    """Pictures that are replaced again and again.

    Parameters
    ----------
    parent : QWidget or None
        The usual Qt owner.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._titles: list[QLabel] = []
        self.pictures: list[Picture] = []

    def show_pictures(self, titled: tuple[tuple[str, NDArray[np.uint8]], ...]) -> None:
        """Show titles and pixels, as many as there are."""
        self.setVisible(bool(titled))
        while len(self.pictures) < len(titled):
            self._add()
        for number, (label, picture) in enumerate(zip(self._titles, self.pictures, strict=True)):
            there = number < len(titled)
            label.setVisible(there)
            picture.setVisible(there)
            if there:
                label.setText(titled[number][0])
                picture.show_pixels(titled[number][1])

    def _add(self) -> None:
        column = QVBoxLayout()
        column.setSpacing(2)
        label, picture = QLabel(), Picture()
        label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        label.setWordWrap(True)
        column.addWidget(label)
        column.addWidget(picture, 1)
        self._row.addLayout(column, 1)
        self._titles.append(label)
        self.pictures.append(picture)
