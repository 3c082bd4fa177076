"""What the formats of labels are called, apart from the libraries that they need."""

from __future__ import annotations

from typing import Final

TITLES: Final = {
    "png": "PNG for each section (*.png)",
    "npy": "NumPy volume (*.npy)",
    "segy": "SEG-Y volume (*.sgy *.segy)",
    "geotiff": "GeoTIFF of an image (*.tif *.tiff)",
    "charisma": "Charisma fault sticks (*.dat)",
    "irap": "IRAP polylines (*.pol *.xyz)",
    "craters": "Table of craters (*.csv *.diam *.scc *.txt)",
    "coco": "COCO polygons (*.json)",
    "classes": "Class scheme (*.classes.json)",
}
"""Key of each format -> title with the patterns of its files, as file dialogs have them."""

_KINDS: Final = {
    "npy": {"volume", "line", "array"},
    "segy": {"volume", "line"},
    "geotiff": {"image"},
    "charisma": {"volume", "array"},
    "irap": {"volume", "array"},
    "craters": {"image"},
}
"""Kinds of data that a format is for; one that is not named is for all."""


def titles_for(kind: str) -> dict[str, str]:
    """Return the formats to offer for data.

    Parameters
    ----------
    kind : str
        As `engine.core.volume.Volume.kind` has it.

    Returns
    -------
    dict of str to str
        As `TITLES`, in its order.
    """
    return {key: title for key, title in TITLES.items() if kind in _KINDS.get(key, {kind})}
