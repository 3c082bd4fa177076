"""Segments an image and has the result written."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.core.class_scheme import IGNORE
from engine.core.image import Image
from engine.core.small_regions import RegionStream
from engine.errors import WriteError
from engine.exporters.base import (
    CLASSES,
    PROBABILITIES,
    ExportLayers,
    ExportReport,
    record_path,
    refuse_existing,
)
from engine.exporters.image_base import ImageExporter
from engine.exporters.record import refuse_results
from engine.inference.export_record import write_record
from engine.inference.predictor import Predictor
from engine.inference.strips import Strip, predict_strips
from engine.jobs.context import NULL_JOB, JobContext


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """What to segment and where to write it.

    Parameters
    ----------
    image : Image
        The source.
    predictor : Predictor
        The model.
    out : pathlib.Path
        The output.
    exporter : ImageExporter
        Writes it.
    probabilities : bool, default False
        Write the probability of each class instead of the likeliest class.
    nan_as_no_data : bool, default False
        Take infinite pixels as missing, instead of refusing them.
    overwrite : bool, default False
        Replace files that are there.
    """

    image: Image
    predictor: Predictor
    out: Path
    exporter: ImageExporter
    probabilities: bool = False
    nan_as_no_data: bool = False
    overwrite: bool = False


@dataclass(frozen=True, slots=True)
class ImageReport:
    """What was done.

    Parameters
    ----------
    written : ExportReport
        The files.
    n_pixels : int
        Of the image.
    seconds : float
        For reading, segmenting and writing.
    shares : mapping of str to float
        Part of all pixels with data that fell to each class.
    record : pathlib.Path
        A JSON file beside the output: what made it.
    """

    written: ExportReport
    n_pixels: int
    seconds: float
    shares: Mapping[str, float]
    record: Path


def export_image(request: ImageRequest, job: JobContext = NULL_JOB) -> ImageReport:
    """Segment an image strip by strip and write the result.

    Memory does not grow with the number of rows; small regions make rows wait until
    the last of each of them is known. Whatever goes wrong, no
    half-written file is left behind.

    Parameters
    ----------
    request : ImageRequest
        What to do.
    job : JobContext, optional
        Checked between batches of tiles, told of rows.

    Returns
    -------
    ImageReport
        Files and shares of the classes.

    Raises
    ------
    DataError
        If a pixel is infinite and `nan_as_no_data` is not set, or the image is
        itself the result of an export.
    SettingsError
        If small regions are to be filled in probabilities.
    WriteError
        If an output exists or cannot be written.
    JobCancelledError
        If the job is cancelled.
    """
    refuse_results(request.image.path)
    request.predictor.options.check_content(probabilities=request.probabilities)
    content = PROBABILITIES if request.probabilities else CLASSES
    classes = request.predictor.classes
    writer = request.exporter.start(request.image, request.out, ExportLayers(classes, content))
    counts = np.zeros(IGNORE + 1, dtype=np.int64)
    began_s = time.perf_counter()
    try:
        _refuse_source(request.image.path, writer.paths)
        if not request.overwrite:
            refuse_existing((*writer.paths, record_path(request.out)))
        strips = predict_strips(
            request.image, request.predictor, nan_as_no_data=request.nan_as_no_data, job=job
        )
        smallest = request.predictor.options.smallest_region
        for first_row, mask, probabilities in _classified(strips, smallest):
            counts += np.bincount(mask.ravel(), minlength=counts.size)
            writer.write(first_row, mask, probabilities)
        written = writer.commit(overwrite=request.overwrite)
    except BaseException:
        writer.abort()
        raise
    seconds = time.perf_counter() - began_s
    record = write_record(
        request.out, written, request.predictor, source=request.image.path.name, content=content
    )
    shares = counts[: len(classes)] / (counts[: len(classes)].sum() or 1)
    named = {name: float(share) for name, share in zip(classes.names, shares, strict=True)}
    rows, cols = request.image.shape
    return ImageReport(written, rows * cols, seconds, named, record)


def _classified(
    strips: Iterable[Strip], smallest: int
) -> Iterator[tuple[int, NDArray[np.uint8], NDArray[np.float32]]]:
    """Yield first row, classes and probabilities of finished rows."""
    stream = RegionStream(smallest)
    first_row, waiting = 0, np.empty((0, 0, 0), dtype=np.float32)
    for strip in strips:
        mask = strip.probabilities.argmax(axis=0).astype(np.uint8)
        mask[np.isnan(strip.probabilities[0])] = IGNORE
        new = strip.probabilities
        waiting = np.concatenate([waiting, new], axis=1) if waiting.size else new
        done = stream.add(mask)
        yield first_row, done, waiting[:, : len(done)]
        first_row += len(done)
        waiting = waiting[:, len(done) :]
    done = stream.finish()
    if len(done):
        yield first_row, done, waiting


def _refuse_source(source: Path, paths: tuple[Path, ...]) -> None:
    for path in paths:
        if path.exists() and path.samefile(source):
            raise WriteError(
                path, "the output is the input itself", hint="Choose another name for the output."
            )
