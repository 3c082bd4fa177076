"""The attributes of craters, and their CSV."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from engine.core.craters import Crater
from engine.core.georeference import Georeference

Value = int | float | str


def attributes(
    craters: Sequence[Crater], georeference: Georeference | None
) -> dict[str, list[Value]]:
    """Return columns of a table of craters.

    Parameters
    ----------
    craters : sequence of Crater
        In any order.
    georeference : Georeference or None
        Of the image.

    Returns
    -------
    dict
        Name -> one value for each crater. Names have up to ten letters, as
        shapefiles want it. ``diameter_m``, ``longest_m``, ``shortest_m`` in metres
        along geodesics, ``longitude`` and planetocentric ``latitude`` in degrees
        (-180 to 180) and projected ``x``, ``y`` where the image is georeferenced;
        ``diam_px``, ``longest_px``, ``short_px`` everywhere, and ``angle``, degrees
        from the right down to the longest diameter. ``confidence`` is a mean
        probability; ``cut`` is 1 for craters that reach the edge of the data.
    """
    rows = [crater.ellipse.row for crater in craters]
    cols = [crater.ellipse.col for crater in craters]
    columns: dict[str, list[Value]] = {
        "id": list(range(1, len(craters) + 1)),
        "class": [crater.class_name for crater in craters],
        "row": [round(row, 3) for row in rows],
        "column": [round(col, 3) for col in cols],
    }
    if georeference is not None:
        longitude, latitude = georeference.geographic(np.array(rows), np.array(cols))
        x, y = georeference.projected(rows, cols)
        columns["longitude"] = [round(float(v), 8) for v in longitude]
        columns["latitude"] = [round(float(v), 8) for v in latitude]
        columns["x"] = [round(float(v), 8) for v in x]
        columns["y"] = [round(float(v), 8) for v in y]
        columns |= _lengths(craters, georeference, ("diameter_m", "longest_m", "shortest_m"))
    columns |= _lengths(craters, None, ("diam_px", "longest_px", "short_px"))
    columns["angle"] = [round(crater.ellipse.angle, 2) for crater in craters]
    columns["confidence"] = [round(crater.confidence, 4) for crater in craters]
    columns["pixels"] = [crater.n_pixels for crater in craters]
    columns["cut"] = [int(crater.is_cut) for crater in craters]
    return columns


def _lengths(
    craters: Sequence[Crater], georeference: Georeference | None, names: Sequence[str]
) -> dict[str, list[Value]]:
    measured = [crater.ellipse.diameters(georeference) for crater in craters]
    return {
        name: [round(lengths[position], 3) for lengths in measured]
        for position, name in enumerate(names)
    }


def write_csv(path: Path, columns: Mapping[str, Sequence[Value]]) -> None:
    """Write a table, one line for each crater, with the names in the first."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
