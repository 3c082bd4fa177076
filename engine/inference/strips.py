"""Segments an image of any height in the memory of a strip."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.core.image import Image
from engine.errors import DataError
from engine.inference.predictor import Predictor
from engine.jobs.context import NULL_JOB, JobContext, PartOfJob
from engine.preprocessing.tiling import TileGrid


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """Finished rows of an image.

    Parameters
    ----------
    first_row : int
        Where they begin, from 0.
    probabilities : ndarray of float32, shape (n_classes, n_rows, n_cols)
        NaN where there is no data.
    """

    first_row: int
    probabilities: NDArray[np.float32]


def predict_strips(
    image: Image,
    predictor: Predictor,
    *,
    nan_as_no_data: bool = False,
    job: JobContext = NULL_JOB,
) -> Iterator[Strip]:
    """Compute the class probabilities of an image from top to bottom.

    The tiles and their weights are those of the whole image: what the model sees
    and how tiles are blended does not depend on the strips.

    Parameters
    ----------
    image : Image
        The source.
    predictor : Predictor
        The model.
    nan_as_no_data : bool, default False
        Take infinite pixels as missing, instead of refusing them.
    job : JobContext, optional
        Checked between batches of tiles, told of rows.

    Yields
    ------
    Strip
        Every row once, in order.

    Raises
    ------
    DataError
        If a pixel is infinite and `nan_as_no_data` is not set.
    JobCancelledError
        If the job is cancelled.
    """
    n_rows, n_cols = image.shape
    grid = _strips(predictor, n_rows)
    statistics = image.statistics()
    carried: NDArray[np.float32] | None = None
    for window in grid:
        job.check()
        job.report(window.top, n_rows, "rows")
        last = min(window.top + grid.height, n_rows)
        section = image.window(slice(window.top, last), slice(0, n_cols))
        if section.bad_samples and not nan_as_no_data:
            raise DataError(
                f"{image.path}: {section.bad_samples} pixels of rows {window.top} to {last - 1} "
                "are infinite",
                hint="Repair the file, or take such pixels as missing (--nan-as-no-data).",
            )
        data = predictor.predict(section, statistics, PartOfJob(job)).data
        if len(grid) > 1:
            data *= grid.weights(window)[:, :1]
        if carried is not None:
            data[:, : carried.shape[1]] += carried
        following = window.row + 1
        done = (grid.tops[following] if following < len(grid) else n_rows) - window.top
        carried = data[:, done:].copy()
        yield Strip(window.top, data[:, :done])
    job.report(n_rows, n_rows, "rows")


def _strips(predictor: Predictor, n_rows: int) -> TileGrid:
    """Return the rows of tiles of the whole image, in its own pixels, as one column."""
    zoom = predictor.pipeline.zoom[0]
    grid = predictor.grid(max(1, round(n_rows * zoom)), 1)
    height = math.ceil(grid.height / zoom)
    if len(grid.tops) == 1 or height >= n_rows:
        return TileGrid(n_rows, 1, n_rows, 1, (0,), (0,))
    tops = tuple(min(round(top / zoom), n_rows - height) for top in grid.tops)
    return TileGrid(n_rows, 1, height, 1, tops, (0,))
