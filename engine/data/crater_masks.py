"""Masks from tables of craters: an ellipse for each."""

from __future__ import annotations

import math
import secrets
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Picture

from engine.core.class_scheme import IGNORE
from engine.core.image import Image
from engine.data.crater_table import (
    TABLE_SUFFIXES,
    CraterTable,
    TableCrater,
    TableImage,
    read_crater_table,
)
from engine.data.pairs import IMAGE_SUFFIXES
from engine.errors import DataError, WriteError
from engine.jobs.context import NULL_JOB, JobContext
from engine.readers.detect import open_volume

OTHER_IMAGE = "Is this the table of that image? Check its columns and the size of the image."
"""What to do where nothing of a table is on an image."""

_LARGEST_MASK = 1 << 27
_SHOWN_LINES = 8
_HALF = 0.5
_TOUCHES = 1e-6
"""Pixels by which an ellipse may reach over an edge that it is meant to touch."""


@dataclass(frozen=True, slots=True)
class MaskReport:
    """What became of the tables.

    Parameters
    ----------
    masks : tuple of pathlib.Path
        The masks, one for each table.
    n_craters : int
        Craters drawn.
    n_over_edge : int
        Those that reach over the edge of the image.
    n_without_table : int
        Images without a table, which have no mask.
    warnings : tuple of str
        These images, and rows that were left out, with file and line.
    """

    masks: tuple[Path, ...]
    n_craters: int
    n_over_edge: int
    n_without_table: int
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class DrawnCraters:
    """A mask, and what is not in it.

    Parameters
    ----------
    mask : ndarray of uint8, shape (n_rows, n_cols)
        255 in ellipses, 0 elsewhere.
    outside : tuple of int
        Lines of the craters that lie outside the image or are so small that they
        cover the centre of no pixel.
    over_edge : tuple of int
        Lines of the craters of which only a part lies inside.
    """

    mask: NDArray[np.uint8]
    outside: tuple[int, ...]
    over_edge: tuple[int, ...]


def draw_craters(craters: Iterable[TableCrater], shape: tuple[int, int]) -> DrawnCraters:
    """Draw the ellipse of each crater.

    Parameters
    ----------
    craters : iterable of TableCrater
        In any order.
    shape : tuple of int
        Rows and columns of the image.

    Returns
    -------
    DrawnCraters
        A pixel belongs to an ellipse when its centre lies inside.
    """
    mask = np.zeros(shape, dtype=np.uint8)
    outside: list[int] = []
    over_edge: list[int] = []
    for crater in craters:
        ellipse = crater.ellipse
        (down, across), (n_rows, n_cols) = ellipse.reach, shape
        top, bottom = ellipse.row - down + _HALF, ellipse.row + down + _HALF
        left, right = ellipse.col - across + _HALF, ellipse.col + across + _HALF
        rows = np.arange(max(math.floor(top), 0), min(math.ceil(bottom), n_rows))
        cols = np.arange(max(math.floor(left), 0), min(math.ceil(right), n_cols))
        # Axes that are next to nothing divide by zero and hold nothing.
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            inside = ellipse.inside(rows[:, None].astype(float), cols.astype(float))
        if not inside.any():
            outside.append(crater.line)
            continue
        mask[rows[0] : rows[-1] + 1, cols[0] : cols[-1] + 1][inside] = IGNORE
        if min(top, left) < -_TOUCHES or max(bottom - n_rows, right - n_cols) > _TOUCHES:
            over_edge.append(crater.line)
    return DrawnCraters(mask, tuple(outside), tuple(over_edge))


def convert_craters(
    folder: Path, out: Path, *, images: Path | None = None, job: JobContext = NULL_JOB
) -> MaskReport:
    """Make a folder of masks from a folder of tables.

    Parameters
    ----------
    folder : pathlib.Path
        Tables under the names of the images. An image without one gets no mask.
    out : pathlib.Path
        The folder of masks; must not be there.
    images : pathlib.Path, optional
        The images, where they do not lie beside the tables.
    job : JobContext, optional
        Checked and told for each image.

    Returns
    -------
    MaskReport
        The masks and what to know of them.

    Raises
    ------
    DataError
        If a table has no image or seems to be that of another one, or an image is
        too large for a mask.
    ReadError
        If a table or an image is damaged.
    WriteError
        If the folder exists or cannot be written.
    """
    pairs, alone = _pairs(folder, images or folder)
    if out.exists():
        raise WriteError(out, "exists", hint="Name a new folder.")
    part = out.with_name(f".{out.name}.{secrets.token_hex(4)}.part")
    warnings = _without_table(alone)
    n_craters = n_over_edge = 0
    try:
        part.mkdir()
        for number, (table_path, image_path) in enumerate(pairs):
            job.check()
            job.report(number, len(pairs), image_path.name)
            image = _opened(image_path)
            table = read_crater_table(table_path, image, job)
            drawn = draw_craters(table.craters, image.shape)
            check_drawn(table, drawn, image_path.name)
            Picture.fromarray(drawn.mask).save(part / f"{image_path.stem}.png")
            n_craters += len(table.craters) - len(drawn.outside)
            n_over_edge += len(drawn.over_edge)
            warnings += [f"{table_path.name}: {text}" for text in left_out(table, drawn)]
        part.rename(out)
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        if isinstance(error, WriteError) or error.strerror is None:
            raise
        raise WriteError(
            out, f"cannot be written ({error.strerror})", hint="Choose another folder."
        ) from error
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    masks = tuple(out / f"{image.stem}.png" for _, image in pairs)
    return MaskReport(masks, n_craters, n_over_edge, len(alone), tuple(warnings))


def check_drawn(table: CraterTable, drawn: DrawnCraters, image: str) -> None:
    """Refuse a table whose rows are not for the image that they were drawn on.

    A table without rows says that there are no craters; a catalogue of places may hold
    none that the image reaches.

    Parameters
    ----------
    table : CraterTable
        The table.
    drawn : DrawnCraters
        What was drawn of it.
    image : str
        Name of the image.

    Raises
    ------
    DataError
        If there are rows but none that can be read, or places in pixels but none on
        the image.
    """
    is_unread = len(table.problems) == table.n_rows
    is_empty = len(drawn.outside) == len(table.craters)
    if table.n_rows and is_empty and (table.in_pixels or is_unread):
        rows, cols = drawn.mask.shape
        first = left_out(table, drawn)[0]
        raise DataError(
            f"{table.path}: none of its rows is a crater on {image} of {rows} x {cols} pixels;"
            f" {first}",
            hint=OTHER_IMAGE,
        )


def left_out(table: CraterTable, drawn: DrawnCraters) -> list[str]:
    """Tell which rows of a table are not in the mask.

    Parameters
    ----------
    table : CraterTable
        The table.
    drawn : DrawnCraters
        What was drawn of it.

    Returns
    -------
    list of str
        A line for each problem.
    """
    lines = list(table.problems)
    if numbers := sorted((*table.far, *drawn.outside)):
        shown = ", ".join(str(number) for number in numbers[:_SHOWN_LINES])
        more = ", ..." if len(numbers) > _SHOWN_LINES else ""
        s = "s" if len(numbers) > 1 else ""
        lines.append(
            f"{len(numbers)} crater{s} (line{s} {shown}{more}) outside the image or smaller than"
            " a pixel, left out"
        )
    return lines


def _opened(path: Path) -> TableImage:
    volume = open_volume(path)
    try:
        if not isinstance(volume, Image):
            raise DataError(f"{path}: is no image", hint="Give images such as PNG or GeoTIFF.")
        (rows, cols), georeference = volume.shape, volume.georeference
    finally:
        volume.close()
    if rows * cols > _LARGEST_MASK:
        raise DataError(
            f"{path}: {rows} x {cols} pixels are more than {_LARGEST_MASK}",
            hint="Cut the image into parts, and the table with it.",
        )
    return TableImage((rows, cols), georeference)


def _pairs(tables: Path, images: Path) -> tuple[list[tuple[Path, Path]], list[Path]]:
    """Return table and image of the same stem, and images without a table, by their names."""
    table_files = _by_stem(tables, TABLE_SUFFIXES, "tables of craters")
    image_files = _by_stem(images, IMAGE_SUFFIXES, "images")
    if strange := sorted(table_files.keys() - image_files.keys()):
        raise DataError(
            f"{table_files[strange[0]]}: there is no image of that name",
            hint="Name each table like its image.",
        )
    pairs = [(table_files[stem], image_files[stem]) for stem in sorted(table_files)]
    return pairs, [image_files[stem] for stem in sorted(image_files.keys() - table_files.keys())]


def _without_table(images: list[Path]) -> list[str]:
    if not images:
        return []
    shown = ", ".join(path.name for path in images[:_SHOWN_LINES])
    more = ", ..." if len(images) > _SHOWN_LINES else ""
    what = "image has" if len(images) == 1 else "images have"
    return [f"{len(images)} {what} no table of craters, left out: {shown}{more}"]


def _by_stem(folder: Path, suffixes: frozenset[str], what: str) -> dict[str, Path]:
    if not folder.is_dir():
        raise DataError(f"{folder}: no such folder of {what}", hint="Check the path.")
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in suffixes and path.is_file() and not path.name.startswith("."):
            if path.stem in found:
                raise DataError(
                    f"{path}: {found[path.stem].name} has the same name",
                    hint="Keep one file of each name.",
                )
            found[path.stem] = path
    if not found:
        raise DataError(f"{folder}: no {what} in it", hint=f"Known are {', '.join(suffixes)}.")
    return found
