"""Craters of an image as a table."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np

from engine.core.class_scheme import IGNORE
from engine.core.image import Image
from engine.core.labels import LEFT_OUT, UNLABELLED
from engine.core.volume import Volume
from engine.data.crater_masks import OTHER_IMAGE, DrawnCraters, check_drawn, draw_craters, left_out
from engine.data.crater_table import TableCrater, TableImage, read_crater_table
from engine.errors import DataError, SettingsError
from engine.exporters.base import ExportLayers
from engine.exporters.craters.exporter import CraterExporter
from engine.jobs.context import JobContext
from engine.session.exchange.base import ImportedLabels, LabelSource, WrittenLabels, certain_section
from engine.session.exchange.class_image import WHOLE, overview_steps
from engine.session.label_scheme import LabelScheme

_STRIP = 256
_SHOWN_NOTES = 8


def write_craters(source: LabelSource, path: Path) -> WrittenLabels:
    """Write the labelled craters of an image.

    Every class that is not the background counts as one of craters. Where any
    background is labelled, what is not labelled has not been looked at: it adds no
    area, and craters that touch it are cut. Where none is, the whole image has been
    looked at. What is left out is missing data.

    Parameters
    ----------
    source : LabelSource
        The labels.
    path : pathlib.Path
        The file, replaced if it is there: ``.csv`` with the columns of
        `engine.exporters.craters.table.attributes`, or CraterStats' ``.diam`` or
        ``.scc``. ``confidence`` is the mean weight of the labels.

    Returns
    -------
    WrittenLabels
        The file.

    Raises
    ------
    DataError
        If the data are no image or one of which only an overview is labelled, or no
        crater is labelled.
    SettingsError
        If the format needs kilometres and the image has none, or is only read.
    WriteError
        If it cannot be written.
    """
    image = _image(source.volume)
    if image.section_shape(WHOLE, 0) != image.shape:
        down, across = overview_steps(image)
        raise DataError(
            f"{image.path.name}: is labelled on its overview of 1 pixel for {down:.3g} x"
            f" {across:.3g}, too coarse for measuring craters",
            hint="Cut the image into parts, or export the labels as PNG.",
        )
    if path.suffix.lower() == ".txt":
        raise SettingsError(
            f"{path}: tables of craters are written as .csv, .diam or .scc",
            hint="Name a .csv; .txt is only read.",
        )
    scheme = source.scheme.classes
    rest = next((k for k, item in enumerate(scheme.classes) if item.background), 0)
    labelled = next((s for s in source.sections if s.direction == WHOLE), None)
    if labelled is None or not ((labelled.classes < LEFT_OUT) & (labelled.classes != rest)).any():
        raise DataError(
            f"{image.path.name}: no crater is labelled",
            hint="Label some first, or export in another format.",
        )
    exporter = CraterExporter()
    layers = ExportLayers(scheme)
    exporter.check(image, path, layers.content)
    looked_at = IGNORE if (labelled.classes == rest).any() else rest
    classes = np.where(labelled.classes == UNLABELLED, np.uint8(looked_at), labelled.classes)
    classes[labelled.classes == LEFT_OUT] = IGNORE
    weights = labelled.weights
    writer = exporter.start(image, path, layers)
    try:
        for row in range(0, len(classes), _STRIP):
            part = slice(row, row + _STRIP)
            shape = (len(scheme.classes), *weights[part].shape)
            writer.write(row, classes[part], np.broadcast_to(weights[part], shape))
        report = writer.commit(overwrite=True)
        return WrittenLabels(
            report.paths, (report.lines[0], "craters of one class that overlap may count as one")
        )
    except BaseException:
        writer.abort()
        raise


def read_craters(
    path: Path, volume: Volume, scheme: LabelScheme, job: JobContext
) -> ImportedLabels:
    """Read a table of craters and label the ellipse of each; what lies between stays as it is.

    Parameters
    ----------
    path : pathlib.Path
        As `engine.data.crater_table.read_crater_table` takes it.
    volume : Volume
        The image.
    scheme : LabelScheme
        A crater whose class is named like one of these belongs to it, any other to
        the last class.
    job : JobContext
        Checked from time to time.

    Returns
    -------
    ImportedLabels
        One section; its notes tell how many there are, and which rows are not in it.

    Raises
    ------
    ReadError
        If it is no such table.
    DataError
        If the data are no image, or no crater of the table lies on it.
    """
    image = _image(volume)
    table = read_crater_table(path, TableImage(image.shape, image.georeference), job)
    known = {name.casefold(): n for n, name in enumerate(scheme.names)}
    by_class: dict[int, list[TableCrater]] = defaultdict(list)
    for crater in table.craters:
        by_class[known.get(crater.class_name.casefold(), len(scheme) - 1)].append(crater)
    # Of a large image only the overview is labelled.
    shape, steps = image.section_shape(WHOLE, 0), overview_steps(image)
    classes = np.full(shape, UNLABELLED, dtype=np.uint8)
    outside: list[int] = []
    for class_id, craters in by_class.items():
        job.check()
        seen = (replace(item, ellipse=item.ellipse.on_overview(*steps)) for item in craters)
        drawn = draw_craters(seen, shape)
        classes[drawn.mask != 0] = class_id
        outside += drawn.outside
    drawn = DrawnCraters(classes, tuple(outside), ())
    check_drawn(table, drawn, image.path.name)
    n_craters = len(table.craters) - len(outside)
    wrong = left_out(table, drawn)
    if not n_craters:
        facts = "; ".join(["no crater of it lies on " + image.path.name, *wrong[:1]])
        raise DataError(f"{path}: {facts}", hint=OTHER_IMAGE)
    s = "" if n_craters == 1 else "s"
    notes = [f"{n_craters} crater{s}; what lies between is not labelled", *wrong]
    if len(notes) > _SHOWN_NOTES:
        notes[_SHOWN_NOTES:] = [f"and {len(notes) - _SHOWN_NOTES} more"]
    return ImportedLabels((certain_section(volume, WHOLE, 0, classes),), (), tuple(notes))


def _image(volume: Volume) -> Image:
    if not isinstance(volume, Image) or WHOLE not in volume.directions:
        raise DataError(
            f"{volume.path.name}: is no image", hint="Tables of craters are for images."
        )
    return volume
