"""Tables for CraterStats.

The formats are those of the samples that come with it: ``sample.diam`` ("new
format introduced 2014.03.04") and ``Pickering.scc`` in
https://github.com/ggmichael/craterstats, whose ``Spatialcount.py`` reads the
latter. Diameters are in kilometres, the area in square kilometres.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.core.craters import Crater
from engine.core.georeference import Georeference
from engine.core.provenance import program_version
from engine.exporters.craters.area import boundary

_KM = 1e-3


@dataclass(frozen=True, slots=True)
class CountedCraters:
    """What CraterStats needs.

    Parameters
    ----------
    source : str
        Name of the image.
    shape : tuple of int
        Its rows and columns.
    georeference : Georeference
        Where it lies.
    craters : sequence of Crater
        Those that are whole.
    n_cut : int
        Craters left out since they reach the edge of the data.
    area_m2 : float
        Area that the data cover.
    """

    source: str
    shape: tuple[int, int]
    georeference: Georeference
    craters: Sequence[Crater]
    n_cut: int
    area_m2: float


def write_diam(path: Path, counted: CountedCraters) -> None:
    """Write a ``.diam`` table: diameter, fraction, longitude, latitude."""
    lines = [
        "# Crater diameters for CraterStats",
        *_origin(counted),
        "#",
        "# area, km^2",
        f"area = {counted.area_m2 * _KM**2:.10g}",
        "#",
        "#           km         -         deg  deg",
        "crater = {diameter, fraction, lon, lat",
        *_rows(counted),
        "}",
    ]
    path.write_text("\n".join(lines) + "\n", encoding="ascii", errors="replace")


def write_scc(path: Path, counted: CountedCraters) -> None:
    """Write a ``.scc`` spatial crater count, with the edge of the image as the area's."""
    equatorial, polar = counted.georeference.axes_m
    area = f"{counted.area_m2 * _KM**2:.10g} <km^2>"
    ring = [
        (lon, lat)
        for lon, lat in zip(*boundary(counted.georeference, counted.shape), strict=True)
        if np.isfinite(lon)
    ]
    lines = [
        "# Spatial crater count",
        *_origin(counted),
        "#",
        "# Ellipsoid axes:",
        f"a_axis_radius = {equatorial * _KM:.10g} <km>",
        f"b_axis_radius = {equatorial * _KM:.10g} <km>",
        f"c_axis_radius = {polar * _KM:.10g} <km>",
        f"coordinate_system_name = {counted.georeference.name}",
        "#",
        "# area_shapes:",
        "unit_boundary = {vertex, sub_area, tag, lon, lat",
        "#",
        "# Area_name1 = image",
        f"# Area_size1 = {area}",
        "#",
        *(f"{k}\t1\text\t{lon:.10f}\t{lat:.10f}" for k, (lon, lat) in enumerate(ring, start=1)),
        "}",
        "#",
        f"Total_area = {area}",
        "#",
        "# crater_diameters:",
        "crater = {diam, fraction, lon, lat",
        *_rows(counted),
        "}",
    ]
    path.write_text("\n".join(lines) + "\n", encoding="ascii", errors="replace")


def _origin(counted: CountedCraters) -> list[str]:
    return [
        "#",
        f"# Outcrop {program_version()}, from {counted.source}",
        "# Diameters are geodesic; the area is that of pixels with data",
        f"# {counted.n_cut} craters that reach the edge of the data are left out",
    ]


def _rows(counted: CountedCraters) -> list[str]:
    lines = []
    for crater in counted.craters:
        diameter, _, _ = crater.ellipse.diameters(counted.georeference)
        lon, lat = counted.georeference.geographic(crater.ellipse.row, crater.ellipse.col)
        if np.isfinite([diameter, float(lon)]).all():
            lines.append(f"{diameter * _KM:.9g}\t1\t{float(lon):.8f}\t{float(lat):.8f}")
    return lines
