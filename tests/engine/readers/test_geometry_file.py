"""How a file is opened is written down, handed on and remembered."""

from __future__ import annotations

import json
import shutil

import pytest

from engine.errors import ReadError, WriteError
from engine.readers.geometry_file import (
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
