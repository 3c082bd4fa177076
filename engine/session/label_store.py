"""The labels of a project on disk: a Zarr store that other programs read too.

For each author and direction there is a group with the arrays ``classes`` and
``certainty`` of shape (sections, rows, columns) in chunks of 1 x 256 x 256; chunks
without labels are not there. Only chunks that changed are written.
"""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import zarr
from numpy.typing import NDArray
from zarr.codecs import GzipCodec

from engine.core.labels import CERTAIN, LEFT_OUT, UNLABELLED
from engine.errors import DataError, ReadError, WriteError
from engine.session.edits import BlockKey, LabelKey
from engine.session.label_state import ShapeOf
from engine.session.recorder import LabelSnapshot
from engine.session.sparse_plane import BLOCK, SparsePlane

Samples = NDArray[np.uint8]

_ARRAYS: Final = (("classes", UNLABELLED), ("certainty", 0))
_LARGEST_METADATA = 1_000_000
_GZIP = 31


def write_blocks(folder: Path, stored: LabelSnapshot, between: Callable[[], None]) -> None:
    """Write changed blocks.

    Parameters
    ----------
    folder : pathlib.Path
        The store; made if it is not there.
    stored : LabelSnapshot
        With the blocks to write.
    between : callable
        Called after each block.

    Raises
    ------
    WriteError
        If the disk does not take them; then some of them may be there.
    """
    try:
        root = zarr.open_group(folder, mode="a")
        for (author, direction), keys in _by_group(stored).items():
            shapes = [stored.shapes[key] for key, _ in keys]
            group = root.require_group(_group_name(author, direction))
            group.attrs.update({"author": author, "direction": direction})
            wanted = (
                max(key.index for key, _ in keys) + 1,
                max(n_rows for n_rows, _ in shapes),
                max(n_cols for _, n_cols in shapes),
            )
            arrays = [_array(group, name, fill, wanted) for name, fill in _ARRAYS]
            for key, at in keys:
                _write_block(arrays, key.index, at, stored.blocks[key, at])
                between()
    except OSError as error:
        raise WriteError(
            folder,
            f"labels cannot be saved ({error.strerror or error})",
            hint="Free some space or check the disk; the journal still has every step.",
        ) from error


def read_planes(folder: Path, shape_of: ShapeOf, n_classes: int) -> dict[LabelKey, SparsePlane]:
    """Read all labels of a store.

    Parameters
    ----------
    folder : pathlib.Path
        The store; none is a store without labels.
    shape_of : callable
        Rows and columns of a section of the data.
    n_classes : int
        Ids from 0 to below this are known.

    Returns
    -------
    dict of LabelKey to SparsePlane
        Sections with labels.

    Raises
    ------
    ReadError
        If anything is damaged or does not fit the data.
    """
    planes: dict[LabelKey, SparsePlane] = {}
    try:
        for group, author, direction in _groups(folder):
            for name, number in (("classes", 0), ("certainty", 1)):
                for index, at, values in _chunks(group / name):
                    key = LabelKey(author, direction, index)
                    if key not in planes:
                        planes[key] = SparsePlane(shape_of(direction, index))
                    _put(planes[key], at, number, values)
        for plane in planes.values():
            _check(plane, n_classes)
    except (OSError, ValueError, IndexError, KeyError, RecursionError, zlib.error) as error:
        raise ReadError(
            folder, f"the saved labels are damaged ({error})", hint="They are in the journal too."
        ) from error
    return {key: plane for key, plane in planes.items() if not plane.blank}


def _by_group(stored: LabelSnapshot) -> dict[tuple[str, str], list[BlockKey]]:
    groups: dict[tuple[str, str], list[BlockKey]] = {}
    for key, at in stored.blocks:
        groups.setdefault((key.author, key.direction), []).append((key, at))
    return groups


def _group_name(author: str, direction: str) -> str:
    """Return a name that any file system takes; the attributes have the true ones."""
    text = f"{direction}-{author}"
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return re.sub(r"[^a-z0-9]+", "-", text.lower())[:40].strip("-") + "-" + digest


def _array(group: zarr.Group, name: str, fill: int, wanted: tuple[int, ...]) -> Any:
    if name not in group:
        return group.create_array(
            name,
            shape=wanted,
            chunks=(1, BLOCK, BLOCK),
            dtype="uint8",
            fill_value=fill,
            compressors=GzipCodec(level=1),
            dimension_names=("section", "row", "column"),
            config={"write_empty_chunks": False},
        )
    array = group[name]
    if not isinstance(array, zarr.Array):
        raise OSError(f"{name} is no array")
    shape = tuple(max(pair) for pair in zip(array.shape, wanted, strict=True))
    if shape != array.shape:
        array.resize(shape)
    return array


def _write_block(arrays: list[Any], index: int, at: tuple[int, int], block: Samples | None) -> None:
    _, n_rows, n_cols = arrays[0].shape
    rows = slice(at[0] * BLOCK, min((at[0] + 1) * BLOCK, n_rows))
    cols = slice(at[1] * BLOCK, min((at[1] + 1) * BLOCK, n_cols))
    for number, (array, (_, fill)) in enumerate(zip(arrays, _ARRAYS, strict=True)):
        values = np.full((BLOCK, BLOCK), fill, np.uint8) if block is None else block[number]
        array[index, rows, cols] = values[: rows.stop - rows.start, : cols.stop - cols.start]


def _groups(folder: Path) -> Iterator[tuple[Path, str, str]]:
    for group in sorted(folder.iterdir()) if folder.is_dir() else ():
        if group.is_dir():
            attributes = _metadata(group)["attributes"]
            author, direction = attributes["author"], attributes["direction"]
            if not isinstance(author, str) or not isinstance(direction, str):
                raise DataError(f"{group.name}: no author and direction")
            yield group, author, direction


def _metadata(folder: Path) -> dict[str, Any]:
    path = folder / "zarr.json"
    if path.stat().st_size > _LARGEST_METADATA:
        raise DataError(f"{folder.name}: too much metadata")
    value = json.loads(path.read_bytes())
    if not isinstance(value, dict):
        raise DataError(f"{folder.name}: no metadata")
    return value


def _chunks(folder: Path) -> Iterator[tuple[int, tuple[int, int], Samples]]:
    """Yield section, place and values of the chunks that are there.

    They are unpacked here, to a known size: the store may come from anyone.
    """
    about = _metadata(folder)
    grid = about["chunk_grid"]["configuration"]["chunk_shape"]
    codecs = [codec["name"] for codec in about["codecs"]]
    kind = about["data_type"]
    if (kind, grid, codecs) != ("uint8", [1, BLOCK, BLOCK], ["bytes", "gzip"]):
        raise DataError(f"{folder.name}: {kind} in chunks of {grid} by {codecs}")
    for path in sorted(folder.glob("c/*/*/*")):
        index, *at = (int(part) for part in path.relative_to(folder / "c").parts)
        if path.stat().st_size > 2 * BLOCK * BLOCK:
            raise DataError(f"{path.name}: too large")
        unpacker = zlib.decompressobj(_GZIP)
        raw = unpacker.decompress(path.read_bytes(), BLOCK * BLOCK + 1)
        if len(raw) != BLOCK * BLOCK or not unpacker.eof:
            raise DataError(f"{folder.name}, section {index}: a chunk is damaged")
        yield index, (at[0], at[1]), np.frombuffer(raw, np.uint8).reshape(BLOCK, BLOCK)


def _put(plane: SparsePlane, at: tuple[int, int], number: int, values: Samples) -> None:
    block = plane.blocks.get(at)
    if block is None:
        block = np.zeros((2, BLOCK, BLOCK), dtype=np.uint8)
        block[0] = UNLABELLED
        plane.put_block(at, block)
    block[number] = values


def _check(plane: SparsePlane, n_classes: int) -> None:
    for (row, col), (classes, certainty) in plane.blocks.items():
        known = (classes < n_classes) | (classes == LEFT_OUT)
        sure = (certainty > 0) & (certainty <= CERTAIN)
        if not (((classes == UNLABELLED) & (certainty == 0)) | (known & sure)).all():
            raise DataError("unknown classes or certainties")
        inside = [max(n - at * BLOCK, 0) for n, at in zip(plane.shape, (row, col), strict=True)]
        labelled = classes != UNLABELLED
        if row < 0 or col < 0 or labelled[inside[0] :].any() or labelled[:, inside[1] :].any():
            raise DataError(f"labels outside a section of {plane.shape}")
