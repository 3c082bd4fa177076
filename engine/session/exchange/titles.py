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
