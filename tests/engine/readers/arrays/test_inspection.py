"""Which arrays a file holds is told without reading them."""

from __future__ import annotations

import h5py
import numpy as np
import pytest
import zarr

from engine.errors import ReadError
from engine.readers.arrays.inspection import ArrayFacts, inspect_arrays

VALUES = np.zeros((3, 4, 12), dtype=">i2")


def test_an_npy_file_is_one_array(tmp_path):
    np.save(tmp_path / "a.npy", VALUES)
    assert inspect_arrays(tmp_path / "a.npy") == (ArrayFacts("", (3, 4, 12), "int16"),)


def test_arrays_of_an_hdf5_file_that_can_be_shown_are_listed(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["group/cube"] = VALUES
        file["plane"] = VALUES[0].astype(np.float32)
        file["vector"] = VALUES[0, 0]
        file["elsewhere"] = h5py.ExternalLink("b.h5", "/cube")
    found = inspect_arrays(tmp_path / "a.h5")
    assert [(facts.name, facts.shape) for facts in found] == [
        ("group/cube", (3, 4, 12)),
        ("plane", (4, 12)),
    ]
    assert found[1].title == "plane  (4 × 12, float32)"


def test_arrays_of_a_zarr_group_are_listed(tmp_path):
    group = zarr.open_group(tmp_path / "a.zarr", mode="w")
    group.create_array("one", shape=(4, 5), dtype="f4")
    group.create_array("deeper/two", shape=(4, 5, 6), dtype="f4")
    names = [facts.name for facts in inspect_arrays(tmp_path / "a.zarr")]
    assert names == ["one", "deeper/two"]


@pytest.mark.parametrize("name", ["a.npy", "a.h5", "a.zarr", "a.txt"])
def test_a_file_without_such_an_array_is_a_read_error(tmp_path, name):
    path = tmp_path / name
    if name == "a.npy":
        np.save(path, VALUES[0, 0])
    elif name == "a.h5":
        h5py.File(path, "w").close()
    elif name == "a.zarr":
        zarr.open_group(path, mode="w")
    else:
        path.write_text("text")
    with pytest.raises(ReadError) as caught:
        inspect_arrays(path)
    assert caught.value.hint


def test_a_damaged_hdf5_file_is_a_read_error(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["cube"] = VALUES
    raw = (tmp_path / "a.h5").read_bytes()
    (tmp_path / "a.h5").write_bytes(raw[:300])
    with pytest.raises(ReadError):
        inspect_arrays(tmp_path / "a.h5")
