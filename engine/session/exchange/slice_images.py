"""One indexed PNG for each labelled section, with the colours of the classes."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError
from PIL.PngImagePlugin import PngInfo

from engine.core.labels import LEFT_OUT, UNLABELLED, LabelledSection
from engine.core.volume import Volume
from engine.core.writable import make_folder, write_bytes
from engine.errors import DataError, EngineError, ReadError, ShapeError
from engine.jobs.context import NULL_JOB, JobContext
from engine.session.exchange.base import ImportedLabels, LabelSource, WrittenLabels, certain_section
from engine.session.label_scheme import LabelScheme

_NAME = re.compile(r"(.+)_(-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?)", re.IGNORECASE)
_SECTION = "Outcrop section"
_LEFT_OUT_COLOR = (96, 96, 96)


def write_slice_images(source: LabelSource, path: Path) -> WrittenLabels:
    """Write a PNG file, or a folder of them.

    Pixels are class ids, 254 left out, 255 (transparent) not labelled. Each file tells
    its section inside too, so that it may be called otherwise.

    Parameters
    ----------
    source : LabelSource
        The labels.
    path : pathlib.Path
        A name that ends in ``.png`` is that of the file if one section is labelled; if
        several are, a folder gets it without that end. A folder must not be there yet;
        ``inline_1238.png`` in it is inline number 1238.

    Returns
    -------
    WrittenLabels
        The files.

    Raises
    ------
    DataError
        If nothing is labelled.
    WriteError
        If the file or the folder cannot be made.
    """
    if not source.sections:
        raise DataError(
            f"{source.volume.path.name}: there are no labels to export",
            hint="Label a section first.",
        )
    is_file = path.suffix.lower() == ".png"
    if is_file and len(source.sections) == 1:
        write_bytes(path, _png(source, source.sections[0]))
        return WrittenLabels((path,))

    def fill(staging: Path) -> None:
        for section in source.sections:
            name = name_of(source.volume, section)
            (staging / name).write_bytes(_png(source, section))

    folder = path.with_suffix("") if is_file else path
    make_folder(folder, fill)
    return WrittenLabels(tuple(sorted(folder.iterdir())))


def read_slice_images(path: Path, volume: Volume, job: JobContext = NULL_JOB) -> ImportedLabels:
    """Read a folder of images, or one, that `write_slice_images` wrote or that are named so.

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
        If a file cannot be read, or neither its name nor itself tells its section.
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


def section_named(path: Path, volume: Volume, inside: str = "") -> tuple[str, int]:
    """Find the section that a file is named after.

    Parameters
    ----------
    path : pathlib.Path
        Named as `name_of` does.
    volume : Volume
        The data.
    inside : str, default ""
        Name that the file itself tells; counts where its own is no section's.

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
    matches = (_NAME.fullmatch(name) for name in (path.stem, inside))
    found = next((match for match in matches if match and match[1] in volume.directions), None)
    if found is None:
        known = ", ".join(volume.directions)
        raise ReadError(
            path, f"is named after no section of {known}", hint="Name it like inline_1238.png."
        )
    try:
        return found[1], volume.axis_along(found[1]).index(float(found[2]))
    except ShapeError as error:
        raise ReadError(path, str(error), hint=error.hint) from error


def _section(path: Path, volume: Volume) -> LabelledSection:
    try:
        with Image.open(path) as image:
            inside = str(image.info.get(_SECTION, ""))
            direction, index = section_named(path, volume, inside)
            shape = volume.section_shape(direction, index)
            # Before anything is unpacked.
            if (image.height, image.width) != shape or image.mode not in {"P", "L", "1"}:
                raise DataError(
                    f"{path}: {image.height} x {image.width} pixels of kind {image.mode},"
                    f" the section has {shape[0]} x {shape[1]}",
                    hint="Give class ids as an indexed or grey PNG of the section's size.",
                )
            classes = np.asarray(image).astype(np.int64)
    except (OSError, UnidentifiedImageError, SyntaxError, ValueError) as error:
        if isinstance(error, EngineError):
            raise
        raise ReadError(path, f"cannot be read ({error})", hint="Save it as PNG again.") from error
    return certain_section(volume, direction, index, classes)


def _png(source: LabelSource, section: LabelledSection) -> bytes:
    """Return a section as an indexed PNG that tells which it is."""
    image = Image.fromarray(section.classes)
    image.putpalette(_palette(source.scheme))
    told, file = PngInfo(), BytesIO()
    told.add_text(_SECTION, Path(name_of(source.volume, section)).stem)
    image.save(file, "PNG", transparency=UNLABELLED, pnginfo=told)
    return file.getvalue()


def _palette(scheme: LabelScheme) -> list[int]:
    colors = scheme.classes.lut()[:, :3].copy()
    colors[LEFT_OUT] = _LEFT_OUT_COLOR
    return [int(value) for value in colors.ravel()]
