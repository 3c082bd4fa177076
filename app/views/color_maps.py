"""Colour maps for amplitudes: tables of 256 colours, the first for no data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class ColorMap:
    """A colour map from negative to positive amplitudes.

    Parameters
    ----------
    key : str
        Its name in settings.
    title : str
        For people.
    colors : tuple of str
        ``#rrggbb``, evenly spaced; the middle one stands for zero.
    """

    key: str
    title: str
    colors: tuple[str, ...]

    def table(self, *, flipped: bool = False) -> NDArray[np.uint8]:
        """Return the colours of 8-bit levels.

        Parameters
        ----------
        flipped : bool, default False
            Whether negative and positive amplitudes change their colours.

        Returns
        -------
        ndarray of uint8, shape (256, 4)
            Red, green, blue, alpha. Level 0 is transparent, level 128 is zero.
        """
        stops = np.array([tuple(bytes.fromhex(c[1:])) for c in self.colors], dtype=np.float64)
        position = np.linspace(-1.0, 1.0, len(stops))
        level = np.linspace(-1.0, 1.0, 255)
        table = np.full((256, 4), 255, dtype=np.uint8)
        for channel in range(3):
            table[1:, channel] = np.interp(level, position, stops[:, channel]).round()
        table[0] = 0
        if flipped:
            table[1:] = table[:0:-1].copy()
        return table


def paper_table() -> NDArray[np.uint8]:
    """Return a table for `ColorMap.table`'s levels that is white wherever there is data."""
    table = np.full((256, 4), 255, dtype=np.uint8)
    table[0] = 0
    return table


COLOR_MAPS: dict[str, ColorMap] = {
    item.key: item
    for item in (
        ColorMap(
            "blue-white-orange",
            "Blue, white, orange",
            ("#08306b", "#2171b5", "#9ecae1", "#f7f7f7", "#fdbb73", "#d95f0e", "#7a2f04"),
        ),
        ColorMap("grey", "Grey", ("#000000", "#808080", "#ffffff")),
        ColorMap(
            "red-white-blue",
            "Red, white, blue",
            ("#7f0000", "#d7301f", "#fc9a80", "#ffffff", "#8fb8de", "#2166ac", "#053061"),
        ),
        ColorMap(
            "red-white-black",
            "Red, white, black",
            ("#8b0000", "#e34a33", "#ffffff", "#6b6b6b", "#000000"),
        ),
    )
}
"""All colour maps by key; the first is the default."""
