"""The labels of a project on disk: a Zarr store that other programs read too.

For each author and direction there is a group with the arrays ``classes`` and
``certainty`` of shape (sections, rows, columns) in chunks of 1 x 256 x 256; chunks
without labels are not there. Only chunks that changed are written.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from engine.core.labels import CERTAIN, LEFT_OUT, UNLABELLED
from engine.errors import DataError, ReadError
from engine.session.edits import LabelKey
from engine.session.label_state import ShapeOf
from engine.session.sparse_plane import BLOCK, SparsePlane

Samples = NDArray[np.uint8]

ARRAYS: Final = (("classes", UNLABELLED), ("certainty", 0))
"""Names of the arrays with what is in them where nothing is labelled."""
_LARGEST_METADATA = 1_000_000
_GZIP = 31


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
