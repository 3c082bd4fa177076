"""A spectrum over wavenumber and frequency with lines of equal apparent velocity."""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.views.color_maps import COLOR_MAPS
from app.widgets.plot_colors import dress_plot
from engine.preprocessing.fk_spectrum import FkSpectrum

SHOWN_DB = -60.0
"""Levels below have the darkest colour."""
_SIZE, _LEAST_HEIGHT = (320, 240), 110
_LINE = QColor(255, 255, 255, 150)
_ROUND = (1.0, 3.0)
_LEAST_NAMED = 75
"""Pixels of the picture's width for each name of a line."""
_LEAST_SLOPE, _LARGEST_SLOPE = 0.3, 5.0
"""Lines are drawn that leave the picture between these fractions of its diagonal's slope."""


class FkView(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """Draws a spectrum; the wheel zooms, a double click shows everything.

    Parameters
    ----------
    parent : QWidget or None
        The usual Qt owner.
    """

    pointed = Signal(str)
    """What lies under the mouse, in words; empty when it leaves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, enableMenu=False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumHeight(_LEAST_HEIGHT)
        self.hideButtons()
        self.getPlotItem().setContentsMargins(0, 6, 8, 0)
        self._spectrum: FkSpectrum | None = None
        self._image = pg.ImageItem(axisOrder="row-major")
        self._image.setLookupTable(COLOR_MAPS["inferno"].table(flipped=False))
        self.addItem(self._image)
        self._lines: list[pg.PlotCurveItem] = []
        self._texts: list[pg.TextItem] = []
        self._velocities: tuple[float, ...] = ()
        for side in ("bottom", "left"):
            self.getAxis(side).enableAutoSIPrefix(enable=False)
        self.scene().sigMouseMoved.connect(self._on_mouse)
        self._dress()

    @property
    def spectrum(self) -> FkSpectrum | None:
        """What is drawn."""
        return self._spectrum

    @property
    def velocities(self) -> tuple[float, ...]:
        """Apparent velocities that have a line, metres per second."""
        return self._velocities

    def sizeHint(self) -> QSize:
        """Return a size that leaves room to the section."""
        return QSize(*_SIZE)

    def show_spectrum(self, spectrum: FkSpectrum) -> None:
        """Draw another spectrum; the view stays where it is if the axes are the same."""
        before, self._spectrum = self._spectrum, spectrum
        share = (spectrum.decibels - np.float32(SHOWN_DB)) * np.float32(255 / -SHOWN_DB)
        # Tables of colours keep 0 for no data.
        levels = np.clip(share, 1, 255).astype(np.uint8)
        self._image.setImage(levels, autoLevels=False, levels=(0, 255))
        self._image.setRect(self._rect(spectrum))
        self._image.show()
        if before is None or (before.frequency, before.wavenumber) != (
            spectrum.frequency,
            spectrum.wavenumber,
        ):
            self._fit()
            self._draw_velocities(spectrum)
        across, upwards = (
            f"{axis.name.capitalize()} ({axis.unit})"
            for axis in (spectrum.wavenumber, spectrum.frequency)
        )
        self.setLabel("bottom", across)
        self.setLabel("left", upwards)

    def clear_spectrum(self) -> None:
        """Draw nothing."""
        self._spectrum = None
        self._image.hide()
        self._remove_lines()
        self.pointed.emit("")

    def words_at(self, place: QPointF) -> str:
        """Return what lies at a wavenumber and a frequency; empty outside.

        Parameters
        ----------
        place : QPointF
            In the units of the axes.

        Returns
        -------
        str
            Wavenumber, frequency, level and apparent velocity.
        """
        spectrum = self._spectrum
        if spectrum is None:
            return ""
        down, across = spectrum.frequency, spectrum.wavenumber
        row, col = (place.y() - down.first) / down.step, (place.x() - across.first) / across.step
        if not (-0.5 <= row < down.size - 0.5 and -0.5 <= col < across.size - 0.5):
            return ""
        level = float(spectrum.decibels[round(row), round(col)])
        words = [f"{place.y():.4g} {down.unit}", f"{place.x():.3g} {across.unit}"]
        words.append(f"{level:.0f} dB")
        velocity = spectrum.velocity(row, col)
        if velocity is not None:
            way = self.tr("to the right") if velocity > 0 else self.tr("to the left")
            words.append(f"{abs(velocity):.3g} m/s {way}" if velocity else "0 m/s")
        return ", ".join(words).replace("-", "−")

    def _draw_velocities(self, spectrum: FkSpectrum) -> None:
        self._remove_lines()
        top, right = spectrum.frequency.last, -spectrum.wavenumber.first
        if spectrum.frequency.unit == "Hz" and top > 0 and right > 0:
            self._velocities = _round_between(
                _LEAST_SLOPE * top / right, _LARGEST_SLOPE * top / right
            )
        pen = pg.mkPen(_LINE, width=1, style=Qt.PenStyle.DotLine)
        for velocity in self._velocities:
            wavenumber = min(right, top / velocity)
            for side in (-1, 1):
                end = QPointF(side * wavenumber, wavenumber * velocity)
                self._lines.append(pg.PlotCurveItem([0, end.x()], [0, end.y()], pen=pen))
                text = pg.TextItem(f"{velocity:g} m/s", color=_LINE, anchor=(0.5, 0.5))
                text.setPos(end.x() * 0.8, end.y() * 0.8)
                self._texts.append(text)
        for item in (*self._lines, *self._texts):
            self.addItem(item, ignoreBounds=True)
        self._make_room()

    def _make_room(self) -> None:
        """Leave the names of the lines out where they would lie on one another."""
        for text in self._texts:
            text.setVisible(self.width() >= _LEAST_NAMED * len(self._texts))

    def _remove_lines(self) -> None:
        for item in (*self._lines, *self._texts):
            self.removeItem(item)
        self._lines, self._texts = [], []
        self._velocities = ()

    @staticmethod
    def _rect(spectrum: FkSpectrum) -> QRectF:
        down, across = spectrum.frequency, spectrum.wavenumber
        return QRectF(
            across.value(-0.5), down.value(-0.5), across.step * across.size, down.step * down.size
        )

    def _fit(self) -> None:
        if self._spectrum is not None:
            rect = self._rect(self._spectrum)
            box = self.getViewBox()
            box.setLimits(xMin=rect.left(), xMax=rect.right(), yMin=rect.top(), yMax=rect.bottom())
            box.setRange(rect, padding=0)

    def _on_mouse(self, position: QPointF) -> None:
        box = self.getViewBox()
        inside = box.sceneBoundingRect().contains(position)
        self.pointed.emit(self.words_at(box.mapSceneToView(position)) if inside else "")

    def resizeEvent(self, ev: QResizeEvent | None) -> None:
        """Name the lines if there is room."""
        super().resizeEvent(ev)
        if hasattr(self, "_texts"):
            self._make_room()

    def leaveEvent(self, event: QEvent) -> None:
        """Say that nothing is pointed at."""
        super().leaveEvent(event)
        self.pointed.emit("")

    def mouseDoubleClickEvent(self, ev: QMouseEvent) -> None:
        """Show everything."""
        super().mouseDoubleClickEvent(ev)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change between light and dark."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_image"):
            self._dress()

    def _dress(self) -> None:
        axes = (self.getAxis(side) for side in ("bottom", "left"))
        dress_plot(self, axes, self.palette().color(QPalette.ColorRole.Mid))


def _round_between(low: float, high: float) -> tuple[float, ...]:
    """Return 1 and 3 times powers of ten between two numbers above zero."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    numbers = (factor * 10.0**power for power in powers for factor in _ROUND)
    return tuple(number for number in numbers if low <= number <= high)
