"""Colour maps for amplitudes: tables of 256 colours, the first for no data.

The last four are ColorBrewer's PRGn (Brewer, 2002) and matplotlib's viridis, cividis
(Nunez et al., 2018) and inferno, sampled at nine and at seventeen places.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class ColorMap:
    """A colour map from the lowest to the highest amplitudes.

    Parameters
    ----------
    key : str
        Its name in settings.
    title : str
        For people.
    colors : tuple of str
        ``#rrggbb``, evenly spaced.
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
            Red, green, blue, alpha. Level 0 is transparent, level 128 the middle.
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


def _stops(words: str) -> tuple[str, ...]:
    return tuple(f"#{word}" for word in words.split())


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
        ColorMap(
            "purple-white-green",
            "Purple, white, green",
            _stops("40004b 7f3c8d ae8bbd dec9e2 f7f7f7 cbeac5 7ec37f 298440 00441b"),
        ),
        ColorMap(
            "viridis",
            "Viridis (sequential)",
            _stops(
                "440154 48186a 472d7b 424086 3b528b 33638d 2c728e 26828e 21918c "
                "1fa088 28ae80 3fbc73 5ec962 84d44b addc30 d8e219 fde725"
            ),
        ),
        ColorMap(
            "cividis",
            "Cividis (sequential)",
            _stops(
                "00224e 002e6a 1a386f 32436d 434e6c 535a6d 61656f 6f7073 7d7c78 "
                "8c8878 9b9476 aba072 bcae6c cdbb63 dec958 f0d846 fee838"
            ),
        ),
        ColorMap(
            "inferno",
            "Inferno (sequential)",
            _stops(
                "000004 0b0724 210c4a 3d0965 57106e 71196e 8a226a a32c61 bc3754 "
                "d24644 e45a31 f1731d f98e09 fcac11 f9cb35 f2ea69 fcffa4"
            ),
        ),
    )
}
"""All colour maps by key; the first is the default."""
