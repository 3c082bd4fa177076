"""All labels of a volume as one array or SEG-Y file on its own grid."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.core.labels import UNLABELLED
from engine.core.volume import Volume, kind_text, plane_axes
from engine.data.label_volume import open_labels
from engine.errors import DataError
from engine.exporters.base import ExportLayers
from engine.exporters.segy.exporter import SegyExporter
from engine.exporters.staging import StagingFolder
from engine.jobs.context import NULL_JOB, JobContext
from engine.readers.display.copied_volume import CopiedVolume
from engine.session.exchange.base import ImportedLabels, LabelSource, WrittenLabels, certain_section
from engine.session.merging import merge

_KINDS = frozenset({"volume", "line", "array"})


def write_class_array(source: LabelSource, path: Path) -> WrittenLabels:
    """Write ``.npy`` of uint8 with the axes of the volume.

    Parameters
    ----------
    source : LabelSource
        The labels.
    path : pathlib.Path
        The file; replaced if it is there. 254 is left out, 255 not labelled. Where
        sections of two directions meet, `merge` decides.

    Returns
    -------
    WrittenLabels
        The file.

    Raises
    ------
    DataError
        If the data are no volume, line or array.
    WriteError
        If it cannot be written.
    """
    with _staged(path) as staging:
        _fill(source, staging.path / path.name)
        staging.publish((path,), overwrite=True)
    return WrittenLabels((path,))


def write_class_segy(source: LabelSource, path: Path) -> WrittenLabels:
    """Write SEG-Y with the headers and geometry of the volume; -1 where nothing is labelled.

    Parameters
    ----------
    source : LabelSource
        The labels, of a SEG-Y volume or line.
    path : pathlib.Path
        The file; replaced if it is there.

    Returns
    -------
    WrittenLabels
        The file.

    Raises
    ------
    SettingsError, DataError
        If the data are no such volume.
    WriteError
        If it cannot be written.
    """
    volume = source.volume
    exact = volume.exact if isinstance(volume, CopiedVolume) else volume
    with _staged(path) as staging:
        filled = _fill(source, staging.path / "classes.npy")
        direction = volume.directions[0]
        writer = SegyExporter().start(exact, path, ExportLayers(source.scheme.classes))
        try:
            for index in range(volume.axis_along(direction).size):
                # Samples are the last axis and run downwards, whether a line or a volume.
                plane = filled.T if direction == "line" else filled[index].T
                writer.write(direction, index, np.ascontiguousarray(plane))
            return WrittenLabels(writer.commit(overwrite=True).paths)
        except BaseException:
            writer.abort()
            raise


def read_class_volume(path: Path, volume: Volume, job: JobContext = NULL_JOB) -> ImportedLabels:
    """Read ``.npy`` or SEG-Y on the grid of the volume.

    Parameters
    ----------
    path : pathlib.Path
        The file; see `open_labels`.
    volume : Volume
        The data.
    job : JobContext, default NULL_JOB
        Checked and told after each section.

    Returns
    -------
    ImportedLabels
        The sections of the volume's first direction that hold labels.

    Raises
    ------
    ReadError
        If it cannot be read or holds no class ids.
    DataError
        If it has another geometry.
    """
    _check(volume)
    labels = open_labels(path, volume)
    direction = volume.directions[0]
    n_sections = volume.axis_along(direction).size
    sections = []
    try:
        for index in range(n_sections):
            job.check()
            job.report(index, n_sections, path.name)
            classes = labels.section(direction, index)
            section = certain_section(volume, direction, index, classes)
            if (section.classes != UNLABELLED).any():
                sections.append(section)
        return ImportedLabels(tuple(sections))
    finally:
        labels.close()


@contextmanager
def _staged(path: Path) -> Iterator[StagingFolder]:
    staging = StagingFolder(path)
    try:
        yield staging
    finally:
        staging.discard()


def _fill(source: LabelSource, path: Path) -> NDArray[np.uint8]:
    """Write classes to a file, where they take no memory."""
    _check(source.volume)
    axes = source.volume.axes
    shape = tuple(axis.size for axis in axes)
    classes = np.lib.format.open_memmap(path, mode="w+", dtype=np.uint8, shape=shape)
    sure_path = path.with_name(f"{path.name}.certainty")
    certainty = np.lib.format.open_memmap(sure_path, mode="w+", dtype=np.uint8, shape=shape)
    classes[:] = UNLABELLED
    for section in source.sections:
        names = [axis.name for axis in axes]
        place: tuple[slice | int, ...] = tuple(
            section.index if len(axes) > 2 and name == section.direction else slice(None)
            for name in names
        )
        kept = [axis for axis, part in zip(axes, place, strict=True) if isinstance(part, slice)]
        turned = plane_axes(kept, section.direction) != tuple(kept)
        theirs = [v.T if turned else v for v in (section.classes, section.certainty)]
        merged = merge((classes[place], certainty[place]), [(theirs[0], theirs[1])])
        classes[place], certainty[place] = merged
    classes.flush()
    return classes


def _check(volume: Volume) -> None:
    if volume.kind not in _KINDS:
        raise DataError(
            f"{volume.path.name}: labels of {kind_text(volume.kind)} are no volume",
            hint="Export them as PNG.",
        )
