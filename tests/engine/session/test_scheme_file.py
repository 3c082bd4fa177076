"""Class schemes as files."""

from __future__ import annotations

import json

import pytest

from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.errors import ReadError
from engine.session.label_scheme import LabelScheme
from engine.session.scheme_file import read_scheme, write_scheme

SCHEME = LabelScheme(
    ClassScheme(
        (
            SegmentationClass("Grund", "#101010", background=True),
            SegmentationClass("Salz", "#abcdef"),
        )
    ),
    frozenset({1}),
)


def test_what_is_written_is_read(tmp_path):
    path = write_scheme(tmp_path / "classes.json", SCHEME)
    assert read_scheme(path) == SCHEME
    assert json.loads(path.read_text(encoding="utf-8"))["classes"][1]["name"] == "Salz"


def test_a_plain_list_of_classes_is_read_too(tmp_path):
    path = tmp_path / "list.json"
    path.write_text(json.dumps(SCHEME.classes.to_json()))
    assert read_scheme(path).classes == SCHEME.classes


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "3", '[{"name": "a"}]', '{"classes": 4}', "[" * 90_000, "\udcff"],
)
def test_anything_else_is_refused_with_the_file_named(tmp_path, text):
    path = tmp_path / "bad.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ReadError, match=r"bad\.json") as caught:
        read_scheme(path)
    assert caught.value.hint


def test_missing_and_long_files_are_refused(tmp_path):
    with pytest.raises(ReadError, match="cannot be read"):
        read_scheme(tmp_path / "none.json")
    path = tmp_path / "long.json"
    path.write_bytes(b" " * (1 << 20) + b"[]")
    with pytest.raises(ReadError, match="too long"):
        read_scheme(path)
