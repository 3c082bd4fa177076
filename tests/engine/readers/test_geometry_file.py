"""How a file is opened is written down, handed on and remembered."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
import zarr
from zarr.storage import LocalStore

from engine.errors import ReadError, WriteError
from engine.readers.geometry_file import (
    can_remember,
    read_geometry_file,
    recall_options,
    remember_options,
    write_geometry_file,
)
from tests.synthetic import write_segy

_OPTIONS = {"iline": 9, "xline": 21, "geometry": "volume"}


def test_what_is_written_is_read(tmp_path):
    write_segy(tmp_path / "a.sgy")
    write_geometry_file(tmp_path / "g.json", _OPTIONS, source=tmp_path / "a.sgy")
    assert read_geometry_file(tmp_path / "g.json") == _OPTIONS
    value = json.loads((tmp_path / "g.json").read_text())
    assert value["file"]["name"] == "a.sgy"


def test_a_file_is_known_again_wherever_it_lies(tmp_path):
    write_segy(tmp_path / "a.sgy")
    assert recall_options(tmp_path / "a.sgy") == {}
    remember_options(tmp_path / "a.sgy", _OPTIONS)
    shutil.copy(tmp_path / "a.sgy", tmp_path / "b.sgy")
    assert recall_options(tmp_path / "a.sgy") == recall_options(tmp_path / "b.sgy") == _OPTIONS
    write_segy(tmp_path / "a.sgy", delay_ms=4)
    assert recall_options(tmp_path / "a.sgy") == {}


@pytest.mark.parametrize("version", [2, 3])
def test_a_zarr_store_is_known_again_wherever_it_lies(tmp_path, version):
    values = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    stores = {name: tmp_path / f"{name}.zarr" for name in ("a", "other")}
    for name, shift in (("a", 0), ("other", 1)):
        store = LocalStore(stores[name])
        array = zarr.create_array(
            store, shape=values.shape, dtype="f4", compressors=None, zarr_format=version
        )
        array[:] = values + shift
    assert recall_options(stores["a"]) == {}
    remember_options(stores["a"], _OPTIONS)
    shutil.copytree(stores["a"], tmp_path / "copy.zarr")
    assert recall_options(tmp_path / "copy.zarr") == _OPTIONS
    assert recall_options(stores["other"]) == {}
    remember_options(stores["a"], {})
    assert recall_options(tmp_path / "copy.zarr") == {}


def test_nothing_is_remembered_for_other_folders(tmp_path):
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / "a.h5").write_bytes(b"x")
    assert not can_remember(tmp_path / "records")
    assert recall_options(tmp_path / "records") == {}


def test_it_can_be_forgotten(tmp_path):
    write_segy(tmp_path / "a.sgy")
    remember_options(tmp_path / "a.sgy", _OPTIONS)
    remember_options(tmp_path / "a.sgy", {})
    remember_options(tmp_path / "a.sgy", {})
    assert recall_options(tmp_path / "a.sgy") == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is not JSON"),
        ("[" * 90_000, "is not JSON"),
        (" " * 200_000, "is no geometry file"),
        ("[]", "is no geometry file"),
        ('{"format": "outcrop-geometry", "version": 9}', "of version 9"),
        ('{"format": "outcrop-geometry", "version": 1}', "holds no options"),
    ],
)
def test_what_is_no_geometry_file_is_refused(tmp_path, text, words):
    (tmp_path / "g.json").write_text(text)
    with pytest.raises(ReadError, match=words):
        read_geometry_file(tmp_path / "g.json")


def test_an_absent_geometry_file_is_refused(tmp_path):
    with pytest.raises(ReadError, match="cannot be read"):
        read_geometry_file(tmp_path / "g.json")


def test_what_was_remembered_and_damaged_is_passed_over(tmp_path, monkeypatch):
    write_segy(tmp_path / "a.sgy")
    monkeypatch.setenv("OUTCROP_CONFIG", str(tmp_path / "config"))
    remember_options(tmp_path / "a.sgy", _OPTIONS)
    (stored,) = (tmp_path / "config" / "geometry").iterdir()
    stored.write_text("{")
    assert recall_options(tmp_path / "a.sgy") == {}
    assert recall_options(tmp_path / "absent.sgy") == {}


def test_a_folder_that_cannot_be_written_is_told(tmp_path, monkeypatch):
    write_segy(tmp_path / "a.sgy")
    (tmp_path / "config").write_text("")
    monkeypatch.setenv("OUTCROP_CONFIG", str(tmp_path / "config"))
    with pytest.raises(WriteError):
        remember_options(tmp_path / "a.sgy", _OPTIONS)
