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
        The masks, one for each image.
    n_craters : int
        Craters drawn.
    n_over_edge : int
        Those that reach over the edge of the image.
    warnings : tuple of str
        Rows that were left out, with file and line.
    """

    masks: tuple[Path, ...]
    n_craters: int
    n_over_edge: int
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class DrawnCraters:
    """A mask, and what is not in it.

    Parameters
    ----------
    mask : ndarray of uint8, shape (n_rows, n_cols)
        255 in ellipses, 0 elsewhere.
    outside : tuple of int
        Lines of the craters that lie outside the image.
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
        if bottom <= 0 or right <= 0 or top >= n_rows or left >= n_cols:
            outside.append(crater.line)
            continue
        if min(top, left) < -_TOUCHES or max(bottom - n_rows, right - n_cols) > _TOUCHES:
            over_edge.append(crater.line)
        rows = np.arange(max(math.floor(top), 0), min(math.ceil(bottom), n_rows))
        cols = np.arange(max(math.floor(left), 0), min(math.ceil(right), n_cols))
        window = mask[rows[0] : rows[-1] + 1, cols[0] : cols[-1] + 1]
        window[ellipse.inside(rows[:, None].astype(float), cols.astype(float))] = IGNORE
    return DrawnCraters(mask, tuple(outside), tuple(over_edge))


def convert_craters(
    folder: Path, out: Path, *, images: Path | None = None, job: JobContext = NULL_JOB
) -> MaskReport:
    """Make a folder of masks from a folder of tables.

    Parameters
    ----------
    folder : pathlib.Path
        Tables under the names of the images.
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
        If tables and images do not pair up, or an image is too large for a mask.
    ReadError
        If a table or an image is damaged.
    WriteError
        If the folder exists or cannot be written.
    """
    pairs = _pairs(folder, images or folder)
    if out.exists():
        raise WriteError(out, "exists", hint="Name a new folder.")
    part = out.with_name(f".{out.name}.{secrets.token_hex(4)}.part")
    warnings: list[str] = []
    n_craters = n_over_edge = 0
    try:
        part.mkdir()
        for number, (table_path, image_path) in enumerate(pairs):
            job.check()
            job.report(number, len(pairs), image_path.name)
            image = _opened(image_path)
            table = read_crater_table(table_path, image, job)
            drawn = draw_craters(table.craters, image.shape)
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
    return MaskReport(masks, n_craters, n_over_edge, tuple(warnings))


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
            f"{len(numbers)} crater{s} (line{s} {shown}{more}) outside the image, left out"
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


def _pairs(tables: Path, images: Path) -> list[tuple[Path, Path]]:
    """Return table and image of the same stem, in the order of names."""
    table_files = _by_stem(tables, TABLE_SUFFIXES, "tables of craters")
    image_files = _by_stem(images, IMAGE_SUFFIXES, "images")
    for own, other, what in (
        (table_files, image_files, "image"),
        (image_files, table_files, "table of craters"),
    ):
        alone = sorted(own.keys() - other.keys())
        if alone:
            raise DataError(
                f"{own[alone[0]]}: there is no {what} of that name",
                hint="Give each image one table, for one without craters only the first line.",
            )
    return [(table_files[stem], image_files[stem]) for stem in sorted(table_files)]


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
