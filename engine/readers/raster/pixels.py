"""The pixels of one band as float32, in the unit of the image, NaN where there is no data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import SettingsError
from engine.readers.raster.dataset import RasterDataset

# Rec. 601, for colour pictures of data that have one channel.
_LUMINANCE = np.array([0.299, 0.587, 0.114], dtype=np.float32)
_COLORS = ["red", "green", "blue"]

_ISIS_VALID_MIN = {"int16": -32752.0, "float32": -3.4028226550889045e38}
"""Samples below are no data: null, or saturated in the instrument or the processing.
From `SpecialPixel.h` of USGS ISIS: VALID_MIN2 and VALID_MIN4."""

_AVERAGED = 1 << 24
"""Pixels that are read at most for averages; beyond, pixels are picked."""


@dataclass(frozen=True, slots=True)
class BandPlan:
    """Which bands make the image, and how their samples become values.

    Parameters
    ----------
    bands : tuple of int
        From 1; three are red, green and blue.
    palette : ndarray of float32, shape (256,), optional
        Luminance of each stored index.
    scale, offset : float
        ``value = scale * sample + offset``.
    valid_min : float
        Samples below are no data.
    notes : tuple of str
        What the user should know of it.
    """

    bands: tuple[int, ...]
    palette: NDArray[np.float32] | None
    scale: float
    offset: float
    valid_min: float
    notes: tuple[str, ...]


class PixelSource:
    """Windows of one band of a file, at full resolution or coarser.

    Parameters
    ----------
    dataset : RasterDataset
        The file.
    band : int or None
        From 1; None for the first, or the luminance of a colour picture.

    Raises
    ------
    SettingsError
        If there is no such band.
    """

    def __init__(self, dataset: RasterDataset, band: int | None) -> None:
        self.dataset = dataset
        self.plan = _plan(dataset.source, band)
        self.overviews = tuple(int(f) for f in dataset.source.overviews(self.plan.bands[0]))

    def read(
        self, window: tuple[int, int, int, int], shape: tuple[int, int]
    ) -> tuple[NDArray[np.float32], int]:
        """Read a window.

        A coarser result is averaged where the file has overviews for it or the
        window is small; else pixels are picked, which reads less of the disk.

        Parameters
        ----------
        window : tuple of int
            First row, first column, rows, columns; inside the image.
        shape : tuple of int
            Rows and columns of the result; not larger than the window.

        Returns
        -------
        data : ndarray of float32, shape `shape`
            NaN where there is no data.
        n_bad : int
            Infinite samples, which are NaN too.

        Raises
        ------
        ReadError
            If the file is damaged there.
        """
        plan = self.plan
        factor = min(window[2] / shape[0], window[3] / shape[1])
        nearest = max((f for f in self.overviews if f <= factor), default=1)
        few = window[2] * window[3] / nearest**2 <= _AVERAGED
        average = factor > 1 and few and plan.palette is None
        samples, missing = self.dataset.read(plan.bands, window, shape, average=average)
        with np.errstate(over="ignore", invalid="ignore"):
            if plan.palette is not None:
                data = plan.palette[samples[0].astype(np.intp) & 0xFF]
            elif len(plan.bands) > 1:
                data = np.tensordot(_LUMINANCE, samples.astype(np.float32), axes=1)
            else:
                data = samples[0].astype(np.float32)
                missing |= data < plan.valid_min
        if (plan.scale, plan.offset) != (1.0, 0.0):
            data = (data.astype(np.float64) * plan.scale + plan.offset).astype(np.float32)
        infinite = np.isinf(data) & ~missing
        data[missing | infinite] = np.nan
        return data, int(np.count_nonzero(infinite))


def _plan(source: Any, band: int | None) -> BandPlan:
    if band is not None and band > source.count:
        raise SettingsError(
            f"{source.name}: no band {band}, there are {source.count}",
            hint=f"Choose a band from 1 to {source.count}.",
        )
    colors = [color.name for color in source.colorinterp]
    notes: list[str] = []
    bands: tuple[int, ...] = (band or 1,)
    if band is None and colors[:3] == _COLORS:
        bands = (1, 2, 3)
        notes.append("A colour picture: shown is the luminance of red, green and blue (--band)")
    elif band is None and source.count > 1 and colors[1] != "alpha":
        notes.append(f"Shown is band 1 of {source.count} (--band)")
    palette = None
    if band is None and colors[0] == "palette":
        # A PNG with a palette is a picture; a GeoTIFF with one is a map of classes.
        if source.driver == "PNG":
            palette = _palette(source.colormap(1))
            notes.append("A picture with a palette: shown is the luminance of its colours (--band)")
        else:
            notes.append("A map with a palette: shown are the numbers of its classes")
    first = bands[0] - 1
    valid_min = -np.inf
    if source.driver == "ISIS3":
        valid_min = _ISIS_VALID_MIN.get(source.dtypes[first], -np.inf)
    return BandPlan(
        bands,
        palette,
        float(source.scales[first]),
        float(source.offsets[first]),
        valid_min,
        tuple(notes),
    )


def _palette(colors: dict[int, tuple[int, ...]]) -> NDArray[np.float32]:
    table = np.zeros((256, 3), dtype=np.float32)
    for index, color in colors.items():
        if 0 <= index < len(table):
            table[index] = color[:3]
    return table @ _LUMINANCE
