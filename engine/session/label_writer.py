"""Writes the labels of a project into its Zarr store; see `label_store`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import zarr
from numpy.typing import NDArray
from zarr.codecs import GzipCodec

from engine.errors import WriteError
from engine.session.edits import BlockKey
from engine.session.label_store import ARRAYS
from engine.session.recorder import LabelSnapshot
from engine.session.sparse_plane import BLOCK

Samples = NDArray[np.uint8]


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
            arrays = [_array(group, name, fill, wanted) for name, fill in ARRAYS]
            for key, at in keys:
                _write_block(arrays, key.index, at, stored.blocks[key, at])
                between()
    except OSError as error:
        raise WriteError(
            folder,
            f"labels cannot be saved ({error.strerror or error})",
            hint="Free some space or check the disk; the journal still has every step.",
        ) from error


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
    for number, (array, (_, fill)) in enumerate(zip(arrays, ARRAYS, strict=True)):
        values = np.full((BLOCK, BLOCK), fill, np.uint8) if block is None else block[number]
        array[index, rows, cols] = values[: rows.stop - rows.start, : cols.stop - cols.start]
