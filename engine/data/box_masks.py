"""Masks from boxes: an ellipse in each."""

from __future__ import annotations

import math
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Picture

from engine.core.class_scheme import IGNORE
from engine.core.image import Image
from engine.data.box_table import TABLE_SUFFIXES, Box, read_box_table
from engine.data.pairs import IMAGE_SUFFIXES
from engine.errors import DataError, WriteError
from engine.jobs.context import NULL_JOB, JobContext
from engine.readers.detect import open_volume

_LARGEST_MASK = 1 << 27
_SHOWN_LINES = 8


@dataclass(frozen=True, slots=True)
class MaskReport:
    """What became of the tables.

    Parameters
    ----------
    masks : tuple of pathlib.Path
        The masks, one for each image.
    n_boxes : int
        Boxes drawn.
    n_over_edge : int
        Those that reach over the edge of the image.
    warnings : tuple of str
        Rows that were left out, with file and line.
    """

    masks: tuple[Path, ...]
    n_boxes: int
    n_over_edge: int
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class DrawnBoxes:
    """A mask, and what is not in it.

    Parameters
    ----------
    mask : ndarray of uint8, shape (n_rows, n_cols)
        255 in ellipses, 0 elsewhere.
    outside : tuple of int
        Lines of the boxes that lie outside the image.
    over_edge : tuple of int
        Lines of the boxes of which only a part lies inside.
    """

    mask: NDArray[np.uint8]
    outside: tuple[int, ...]
    over_edge: tuple[int, ...]


def draw_boxes(boxes: Sequence[Box], shape: tuple[int, int]) -> DrawnBoxes:
    """Draw the ellipse that touches the four sides of each box.

    Parameters
    ----------
    boxes : sequence of Box
        In any order.
    shape : tuple of int
        Rows and columns of the image.

    Returns
    -------
    DrawnBoxes
        A pixel belongs to an ellipse when its centre lies inside.
    """
    mask = np.zeros(shape, dtype=np.uint8)
    outside: list[int] = []
    over_edge: list[int] = []
    for box in boxes:
        right, bottom = box.left + box.width, box.top + box.height
        if min(right, bottom) <= 0 or box.left >= shape[1] or box.top >= shape[0]:
            outside.append(box.line)
            continue
        if min(box.left, box.top) < 0 or right > shape[1] or bottom > shape[0]:
            over_edge.append(box.line)
        _draw(mask, box)
    return DrawnBoxes(mask, tuple(outside), tuple(over_edge))


def convert_boxes(
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
    n_boxes = n_over_edge = 0
    try:
        part.mkdir()
        for number, (table_path, image_path) in enumerate(pairs):
            job.check()
            job.report(number, len(pairs), image_path.name)
            table = read_box_table(table_path)
            drawn = draw_boxes(table.boxes, _size(image_path))
            Picture.fromarray(drawn.mask).save(part / f"{image_path.stem}.png")
            n_boxes += len(table.boxes) - len(drawn.outside)
            n_over_edge += len(drawn.over_edge)
            found = (
                [f"{_lines(drawn.outside)} outside the image, left out"] if drawn.outside else []
            )
            warnings += [f"{table_path.name}: {text}" for text in (*table.problems, *found)]
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
    return MaskReport(masks, n_boxes, n_over_edge, tuple(warnings))


def _draw(mask: NDArray[np.uint8], box: Box) -> None:
    first_row, first_col = max(math.floor(box.top), 0), max(math.floor(box.left), 0)
    last_row = min(math.ceil(box.top + box.height), mask.shape[0])
    last_col = min(math.ceil(box.left + box.width), mask.shape[1])
    rows = np.arange(first_row, last_row)[:, None] + 0.5
    cols = np.arange(first_col, last_col) + 0.5
    down = (rows - box.top) / (box.height / 2) - 1
    across = (cols - box.left) / (box.width / 2) - 1
    mask[first_row:last_row, first_col:last_col][down**2 + across**2 <= 1] = IGNORE


def _size(path: Path) -> tuple[int, int]:
    volume = open_volume(path)
    try:
        if not isinstance(volume, Image):
            raise DataError(f"{path}: is no image", hint="Give images such as PNG or GeoTIFF.")
        rows, cols = volume.shape
    finally:
        volume.close()
    if rows * cols > _LARGEST_MASK:
        raise DataError(
            f"{path}: {rows} x {cols} pixels are more than {_LARGEST_MASK}",
            hint="Cut the image into parts, and the table with it.",
        )
    return rows, cols


def _pairs(tables: Path, images: Path) -> list[tuple[Path, Path]]:
    """Return table and image of the same stem, in the order of names."""
    table_files = _by_stem(tables, TABLE_SUFFIXES, "tables of boxes")
    image_files = _by_stem(images, IMAGE_SUFFIXES, "images")
    for own, other, what in (
        (table_files, image_files, "image"),
        (image_files, table_files, "table of boxes"),
    ):
        alone = sorted(own.keys() - other.keys())
        if alone:
            raise DataError(
                f"{own[alone[0]]}: there is no {what} of that name",
                hint="Give each image one table; one with nothing but its first line has no boxes.",
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


def _lines(numbers: tuple[int, ...]) -> str:
    shown = ", ".join(str(number) for number in numbers[:_SHOWN_LINES])
    more = ", ..." if len(numbers) > _SHOWN_LINES else ""
    plural = "es" if len(numbers) > 1 else ""
    return f"{len(numbers)} box{plural} (line{'s' if plural else ''} {shown}{more})"
