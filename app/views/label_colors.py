"""Labels as indices into a table of 256 colours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import qRgba

from engine.core.class_scheme import ClassScheme
from engine.core.drawn_labels import SHADES
from engine.core.labels import CERTAIN, LEFT_OUT, POSSIBLE
from engine.session.labelling import LabelLook

NOTHING = 255
DISAGREEMENT = 254
LEFT_OUT_CODES = (252, 253)
_LEFT_OUT_COLORS = ((40, 44, 50), (225, 228, 232))
_DISAGREEMENT_COLOR = (255, 0, 200)
_SHADES = tuple(SHADES.values())
_MOST_SHADED = 252 // len(_SHADES)
_STRIPE = 4
_BACKGROUND_SHARE = 1 / 3

Samples = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class LabelColors:
    """From labels to indices, and from indices to colours.

    A class takes three indices, one for each certainty; in a scheme of more than 84
    classes it takes one, and all certainties look alike. Left out is striped. The
    background, which may be labelled everywhere, is fainter than the others, so that
    the data stay visible.

    Parameters
    ----------
    classes : ClassScheme
        The classes.
    """

    classes: ClassScheme

    @property
    def shades(self) -> int:
        """Indices for each class."""
        return len(_SHADES) if len(self.classes) <= _MOST_SHADED else 1

    def codes(self, classes: Samples, certainty: Samples, row: int = 0, col: int = 0) -> Samples:
        """Return the indices of a rectangle of labels.

        Parameters
        ----------
        classes, certainty : ndarray of uint8, shape (n_rows, n_cols)
            The labels.
        row, col : int, default 0
            Where the rectangle lies, so that stripes go on beyond it.

        Returns
        -------
        ndarray of uint8, shape (n_rows, n_cols)
            Indices into `table`.
        """
        # Arithmetic on bytes takes a tenth of the time of looking each sample up.
        codes: Samples = classes * np.uint8(self.shades)
        if self.shades > 1:
            codes += np.uint8(CERTAIN)
            codes -= np.clip(certainty, POSSIBLE, CERTAIN)
        np.copyto(codes, np.uint8(NOTHING), where=classes >= min(len(self.classes), LEFT_OUT - 2))
        left_out = classes == LEFT_OUT
        if left_out.any():
            np.copyto(codes, _stripes(classes.shape, row, col), where=left_out)
        return codes

    def table(self, look: LabelLook) -> list[int]:
        """Return the 256 colours, as Qt takes them."""
        colors = [0] * 256
        for number, item in enumerate(self.classes.classes[:252]):
            alpha = 0.0 if number in look.hidden else look.opacity
            if item.background:
                alpha *= _BACKGROUND_SHARE
            red_green_blue = tuple(bytes.fromhex(item.color[1:]))
            for shade in range(self.shades):
                colors[number * self.shades + shade] = _color(red_green_blue, alpha, shade)
        for code, red_green_blue in zip(LEFT_OUT_CODES, _LEFT_OUT_COLORS, strict=True):
            colors[code] = _color(red_green_blue, look.opacity)
        colors[DISAGREEMENT] = _color(_DISAGREEMENT_COLOR, max(look.opacity, 0.6))
        return colors


def _stripes(shape: tuple[int, ...], row: int, col: int) -> Samples:
    """Return the indices of diagonal stripes, as they run through a rectangle."""
    period = 2 * _STRIPE
    first = (np.arange(period)[:, np.newaxis] + np.arange(shape[1]) + row + col) // _STRIPE % 2
    lines = np.array(LEFT_OUT_CODES, dtype=np.uint8)[first]
    stripes: Samples = lines[np.arange(shape[0]) % period]
    return stripes


def _color(red_green_blue: tuple[int, ...], alpha: float, shade: int = 0) -> int:
    red, green, blue = red_green_blue
    return int(qRgba(red, green, blue, round(255 * alpha * _SHADES[shade])))
