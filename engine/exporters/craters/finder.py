"""From the rows of a mask to craters."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from rasterio.features import shapes

from engine.core.class_scheme import IGNORE, ClassScheme
from engine.core.craters import Crater, Ellipse
from engine.exporters.craters.regions import Region, RegionStream
from engine.exporters.craters.splitting import split_region

SMALLEST_PIXELS = 12
"""Regions of fewer pixels, less than four across, are too small to be measured."""

_HALF = 0.5


class CraterFinder:
    """Takes rows of classes and probabilities and collects craters.

    Every class that is not background counts as one of craters; where no class is
    said to be, the first one is.

    Parameters
    ----------
    shape : tuple of int
        Rows and columns of the image.
    classes : ClassScheme
        Of the rows.
    """

    def __init__(self, shape: tuple[int, int], classes: ClassScheme) -> None:
        self.craters: list[Crater] = []
        background = {k for k, item in enumerate(classes.classes) if item.background} or {0}
        self._streams = {
            index: (name, RegionStream(*shape))
            for index, name in enumerate(classes.names)
            if index not in background
        }

    def add(self, classes: NDArray[np.uint8], probabilities: NDArray[np.float32]) -> None:
        """Take the next rows.

        Parameters
        ----------
        classes : ndarray of uint8, shape (n_rows, n_cols)
            Class ids, 255 where there is no data.
        probabilities : ndarray of float32, shape (K, n_rows, n_cols)
            NaN where there is no data.
        """
        valid = classes != IGNORE
        for index, (name, stream) in self._streams.items():
            for region in stream.add(classes == index, probabilities[index], valid):
                self.craters += craters_of(region, name)


def craters_of(region: Region, class_name: str) -> Iterator[Crater]:
    """Part a region and measure what it consists of.

    A crater with a hole has the ellipse of the filled one; its outline, its pixels and
    its confidence are those of the region.

    Parameters
    ----------
    region : Region
        Connected pixels of a class.
    class_name : str
        Name of the class.

    Yields
    ------
    Crater
        At least `SMALLEST_PIXELS` large.
    """
    if np.count_nonzero(region.member) < SMALLEST_PIXELS:
        return
    for part in split_region(region.member):
        seen = part & region.member
        n_pixels = int(np.count_nonzero(seen))
        if n_pixels < SMALLEST_PIXELS:
            continue
        ellipse = Ellipse.of_region(part).moved(region.top, region.left)
        yield Crater(
            class_name,
            ellipse,
            _outline(seen, region.top, region.left),
            n_pixels,
            float(region.probability[seen].mean(dtype=np.float64)),
            region.is_cut,
        )


def _outline(
    part: NDArray[np.bool_], top: int, left: int
) -> tuple[tuple[tuple[float, float], ...], ...]:
    """Return the rings along the edges of the largest piece's pixels."""
    polygons = [shape["coordinates"] for shape, _ in shapes(part.astype(np.uint8), mask=part)]
    rings = max(polygons, key=lambda found: _area(found[0]))
    return tuple(
        tuple((row + top - _HALF, col + left - _HALF) for col, row in ring) for ring in rings
    )


def _area(ring: list[tuple[float, float]]) -> float:
    x, y = np.array(ring).T
    return abs(float(x[:-1] @ y[1:] - x[1:] @ y[:-1])) / 2
