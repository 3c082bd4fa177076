"""One indexed PNG for each labelled section, with the colours of the classes."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from engine.core.labels import LEFT_OUT, UNLABELLED, LabelledSection
from engine.core.volume import Volume
from engine.core.writable import make_folder
from engine.errors import DataError, ReadError, ShapeError
from engine.jobs.context import NULL_JOB, JobContext
from engine.session.exchange.base import ImportedLabels, LabelSource, certain_section
from engine.session.label_scheme import LabelScheme

_NAME = re.compile(r"(.+)_(-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?)", re.IGNORECASE)
_LEFT_OUT_COLOR = (96, 96, 96)


def write_slice_images(source: LabelSource, folder: Path) -> tuple[Path, ...]:
    """Write a folder of PNG files.

    Parameters
    ----------
    source : LabelSource
        The labels.
    folder : pathlib.Path
        Must not be there yet. ``inline_1238.png`` is inline number 1238; pixels are
        class ids, 254 left out, 255 (transparent) not labelled.

    Returns
    -------
    tuple of pathlib.Path
        The files.

    Raises
    ------
    WriteError
        If the folder cannot be made.
    """

    def fill(staging: Path) -> None:
        for section in source.sections:
            image = Image.fromarray(section.classes)
            image.putpalette(_palette(source.scheme))
            image.save(staging / name_of(source.volume, section), transparency=UNLABELLED)

    make_folder(folder, fill)
    return tuple(sorted(folder.iterdir()))


def read_slice_images(path: Path, volume: Volume, job: JobContext = NULL_JOB) -> ImportedLabels:
    """Read a folder of images, or one, named as `write_slice_images` does.

    Parameters
    ----------
    path : pathlib.Path
        A folder or a file.
    volume : Volume
        The data.
    job : JobContext, default NULL_JOB
        Checked and told after each file.

    Returns
    -------
    ImportedLabels
        A section for each file.

    Raises
    ------
    ReadError
        If a file cannot be read, or its name tells no section.
    DataError
        If it has another size than its section.
    """
    files = sorted(path.glob("*.png")) if path.is_dir() else [path]
    if not files:
        raise ReadError(path, "holds no PNG files", hint="Name them like inline_1238.png.")
    sections = []
    for number, file in enumerate(files):
        job.check()
        job.report(number, len(files), file.name)
        sections.append(_section(file, volume))
    return ImportedLabels(tuple(sections))


def name_of(volume: Volume, section: LabelledSection) -> str:
    """Return the file name of a section: ``inline_1238.png``."""
    number = volume.axis_along(section.direction).value(section.index)
    return f"{section.direction}_{number:.10g}.png"


def section_named(path: Path, volume: Volume) -> tuple[str, int]:
    """Find the section that a file is named after.

    Parameters
    ----------
    path : pathlib.Path
        Named as `name_of` does.
    volume : Volume
        The data.

    Returns
    -------
    direction : str
        Its direction.
    index : int
        Its position, from 0.

    Raises
    ------
    ReadError
        If there is no such section.
    """
    found = _NAME.fullmatch(path.stem)
    if found is None or found[1] not in volume.directions:
        known = ", ".join(volume.directions)
        raise ReadError(
            path, f"is named after no section of {known}", hint="Name it like inline_1238.png."
        )
    try:
        return found[1], volume.axis_along(found[1]).index(float(found[2]))
    except ShapeError as error:
        raise ReadError(path, str(error), hint=error.hint) from error


def _section(path: Path, volume: Volume) -> LabelledSection:
    direction, index = section_named(path, volume)
    shape = volume.section_shape(direction, index)
    try:
        with Image.open(path) as image:
            # Before anything is unpacked.
            if (image.height, image.width) != shape or image.mode not in {"P", "L", "1"}:
                raise DataError(
                    f"{path}: {image.height} x {image.width} pixels of kind {image.mode},"
                    f" the section has {shape[0]} x {shape[1]}",
                    hint="Give class ids as an indexed or grey PNG of the section's size.",
                )
            classes = np.asarray(image).astype(np.int64)
    except (OSError, UnidentifiedImageError, SyntaxError, ValueError) as error:
        if isinstance(error, DataError):
            raise
        raise ReadError(path, f"cannot be read ({error})", hint="Save it as PNG again.") from error
    return certain_section(volume, direction, index, classes)


def _palette(scheme: LabelScheme) -> list[int]:
    colors = scheme.classes.lut()[:, :3].copy()
    colors[LEFT_OUT] = _LEFT_OUT_COLOR
    return [int(value) for value in colors.ravel()]
