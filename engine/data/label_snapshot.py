"""Labels frozen when a training starts, so that labelling can go on meanwhile.

A snapshot is a folder: one compressed npz file of class ids and certainties for each
sample, and a JSON file that says where the samples lie. A section among many is one
sample. The only section of a data set, such as a 2-D line or an image, is cut into
parts, of which those with a label are samples: one picture could not be divided
into a training and a validation part otherwise. An image is cut into square blocks, a
vertical section into strips from top to bottom.
"""

from __future__ import annotations

import json
import secrets
import shutil
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.core.labels import LabelledSection
from engine.core.volume import Volume
from engine.errors import DataError, ReadError, WriteError

BLOCK = 512
"""Most rows and columns of the blocks that a single image is cut into."""
SMALL_BLOCK = 256
"""The same of an image below `LARGE` pixels on its longer side; above the usual input of
a network, so that blocks are seen at the image's own scale."""
LARGE = 2048
N_STRIPS, NARROWEST = 8, 112
"""Strips that a single vertical section is cut into, and columns from which one is divided."""

_SCHEMA = 1
_INDEX = "labels.json"
_INDEX_LIMIT = 16 << 20
_LARGEST = 1 << 30
_HEADER_LIMIT = 4096
_PLANES = ("classes", "certainty")
_ANEW = "Start the training anew."


@dataclass(frozen=True, slots=True)
class LabelBlock:
    """Where one sample of a snapshot lies.

    Parameters
    ----------
    direction : str
        Direction of its section.
    index : int
        Position of the section along that direction, from 0.
    top, left : int
        First row and column in the section.
    rows, cols : int
        Size.
    plane : tuple of int
        Rows and columns of the whole section.
    file : str
        Name of its file in the folder.
    """

    direction: str
    index: int
    top: int
    left: int
    rows: int
    cols: int
    plane: tuple[int, int]
    file: str

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns in the section."""
        return slice(self.top, self.top + self.rows), slice(self.left, self.left + self.cols)

    @property
    def whole(self) -> bool:
        """Whether it is the whole section."""
        return (self.rows, self.cols) == self.plane


def snapshot_folder(out: Path) -> Path:
    """Say where the labels of a training lie: beside the model that it makes.

    Parameters
    ----------
    out : pathlib.Path
        Folder of the model.

    Returns
    -------
    pathlib.Path
        A hidden folder, there or not.
    """
    place = out.absolute()
    return place.with_name(f".{place.name}.labels")


def freeze_labels(sections: Iterable[LabelledSection], volume: Volume, folder: Path) -> int:
    """Write labels as they are now into a folder, all of them or nothing.

    Parameters
    ----------
    sections : iterable of LabelledSection
        Of all interpreters together; those without a labelled sample are left out.
    volume : Volume
        What was labelled; tells which directions have one section only. No sample is
        read.
    folder : pathlib.Path
        Replaced if it is there.

    Returns
    -------
    int
        How many samples there are.

    Raises
    ------
    DataError
        If nothing is labelled.
    WriteError
        If the folder cannot be written.
    """
    place = folder.absolute()
    staging = place.with_name(f"{place.name}.{secrets.token_hex(4)}.part")
    try:
        staging.mkdir(parents=True)
        blocks = [
            block for section in sections for block in _write_section(section, volume, staging)
        ]
        if not blocks:
            raise DataError(
                f"{volume.path.name}: nothing is labelled",
                hint="Label parts of at least two sections, then train.",
            )
        values = {"schema": _SCHEMA, "samples": [asdict(block) for block in blocks]}
        (staging / _INDEX).write_text(json.dumps(values), encoding="utf-8")
        shutil.rmtree(place, ignore_errors=True)
        staging.rename(place)
    except OSError as error:
        raise WriteError(
            folder,
            f"the labels cannot be kept for the training ({error.strerror or error})",
            hint="Free some space, or choose another folder for the model.",
        ) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return len(blocks)


def is_alone(section: LabelledSection, volume: Volume) -> bool:
    """Tell whether a direction has one section, as of lines, short records and images.

    Parameters
    ----------
    section : LabelledSection
        One of the direction.
    volume : Volume
        What it is a section of.

    Returns
    -------
    bool
        True if its parts are the samples.
    """
    return (
        section.direction not in volume.directions or volume.axis_along(section.direction).size == 1
    )


def block_size(section: LabelledSection, volume: Volume) -> tuple[int, int]:
    """Return rows and columns of the samples of a section, which may be all of it.

    Parameters
    ----------
    section : LabelledSection
        A section.
    volume : Volume
        What it is a section of.

    Returns
    -------
    tuple of int
        Those at the end of the section may be smaller by less than the number of parts.
    """
    rows, cols = section.classes.shape
    if not is_alone(section, volume):
        return rows, cols
    if volume.kind == "image":
        side = BLOCK if max(rows, cols) >= LARGE else SMALL_BLOCK
        return _even(rows, side), _even(cols, side)
    return rows, _even(cols, min(max(-(-cols // N_STRIPS), NARROWEST), BLOCK))


def _even(n_samples: int, most: int) -> int:
    """Return the size of as few parts as possible that differ as little as possible."""
    n_parts = -(-n_samples // most)
    return -(-n_samples // n_parts)


def labelled_parts(section: LabelledSection, volume: Volume) -> Iterator[tuple[slice, slice]]:
    """Give the parts of a section that are samples: those with a labelled pixel.

    Parameters
    ----------
    section : LabelledSection
        A section.
    volume : Volume
        What it is a section of.

    Yields
    ------
    tuple of slice
        Rows and columns.
    """
    known = section.weights > 0
    rows, cols = known.shape
    height, width = block_size(section, volume)
    for top in range(0, rows, height):
        for left in range(0, cols, width):
            part = (slice(top, min(top + height, rows)), slice(left, min(left + width, cols)))
            if known[part].any():
                yield part


def runs_down(plane: tuple[int, int], volume: Volume) -> bool:
    """Tell whether the parts of a single section are divided by rows instead of columns.

    Parameters
    ----------
    plane : tuple of int
        Rows and columns of the section.
    volume : Volume
        What it is a section of.

    Returns
    -------
    bool
        True for images that are longer than wide.
    """
    return volume.kind == "image" and plane[0] > plane[1]


def read_blocks(folder: Path) -> tuple[LabelBlock, ...]:
    """Read where the samples of a snapshot lie.

    Parameters
    ----------
    folder : pathlib.Path
        From `freeze_labels`.

    Returns
    -------
    tuple of LabelBlock
        In the order of the sections.

    Raises
    ------
    ReadError
        If it is no snapshot, or damaged.
    """
    path = folder / _INDEX
    try:
        if path.stat().st_size > _INDEX_LIMIT:
            raise ReadError(path, f"longer than {_INDEX_LIMIT} bytes", hint=_ANEW)
        values = json.loads(path.read_text(encoding="utf-8"))
        if values["schema"] != _SCHEMA:
            raise ReadError(path, f"schema {values['schema']!r}, not {_SCHEMA}", hint=_ANEW)
        return tuple(_block(path, item) for item in values["samples"])
    except OSError as error:
        raise ReadError(path, f"cannot be read ({error.strerror})", hint=_ANEW) from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ReadError(path, f"does not tell the labels ({error})", hint=_ANEW) from error


def read_labels(folder: Path, block: LabelBlock) -> LabelledSection:
    """Read the labels of one sample.

    Parameters
    ----------
    folder : pathlib.Path
        The snapshot.
    block : LabelBlock
        One of `read_blocks`.

    Returns
    -------
    LabelledSection
        Of the block's size.

    Raises
    ------
    ReadError
        If the file is missing, damaged, or holds arrays of another size or type.
    """
    path = folder / block.file
    try:
        with zipfile.ZipFile(path) as archive:
            classes, certainty = (_read_plane(path, archive, name, block) for name in _PLANES)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ReadError(path, f"cannot be read ({error})", hint=_ANEW) from error
    return LabelledSection(block.direction, block.index, classes, certainty)


def _write_section(section: LabelledSection, volume: Volume, folder: Path) -> list[LabelBlock]:
    rows, cols = section.classes.shape
    blocks = []
    for part in labelled_parts(section, volume):
        top, left = part[0].start, part[1].start
        classes, certainty = section.classes[part], section.certainty[part]
        name = f"{section.direction}-{section.index:06d}-{top:06d}-{left:06d}.npz"
        np.savez_compressed(folder / name, classes=classes, certainty=certainty)
        size = (int(classes.shape[0]), int(classes.shape[1]))
        blocks.append(
            LabelBlock(section.direction, section.index, top, left, *size, (rows, cols), name)
        )
    return blocks


def _block(path: Path, item: Mapping[str, Any]) -> LabelBlock:
    numbers = {key: int(item[key]) for key in ("index", "top", "left", "rows", "cols")}
    rows, cols = (int(n) for n in item["plane"])
    name = str(item["file"])
    inside = (
        min(numbers["index"], numbers["top"], numbers["left"]) >= 0
        and 0 < numbers["rows"] <= rows - numbers["top"]
        and 0 < numbers["cols"] <= cols - numbers["left"]
    )
    if not inside or numbers["rows"] * numbers["cols"] > _LARGEST or Path(name).name != name:
        raise ReadError(path, f"a sample {name!r} that cannot be", hint=_ANEW)
    return LabelBlock(direction=str(item["direction"]), plane=(rows, cols), file=name, **numbers)


def _read_plane(
    path: Path, archive: zipfile.ZipFile, name: str, block: LabelBlock
) -> NDArray[np.uint8]:
    """Read one array; its size is known before a byte of it is unpacked."""
    size = block.rows * block.cols
    about = archive.getinfo(f"{name}.npy")
    if not size < about.file_size <= size + _HEADER_LIMIT:
        raise ReadError(path, f"{about.file_size} bytes of {name}, not {size}", hint=_ANEW)
    with archive.open(about) as file:
        np.lib.format.read_magic(file)
        shape, in_columns, dtype = np.lib.format.read_array_header_1_0(file)
        if shape != (block.rows, block.cols) or dtype != np.uint8:
            raise ReadError(path, f"{name} of shape {shape} and type {dtype}", hint=_ANEW)
        values = np.frombuffer(file.read(size), dtype=np.uint8)
    return values.reshape(shape, order="F" if in_columns else "C")
