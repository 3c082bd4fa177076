"""Reading what a bundle says of itself."""

from __future__ import annotations

import json

import pytest

from engine.errors import ModelError
from engine.store.bundle import is_bundle, read_bundle


def change(path, **values) -> None:
    old = json.loads(path.read_text())
    new = {key: value for key, value in {**old, **values}.items() if value is not ...}
    path.write_text(json.dumps(new))


def test_a_folder_without_a_model_is_no_bundle(tmp_path):
    assert not is_bundle(tmp_path)
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(ModelError, match="not a model bundle"):
            read_bundle(path)


@pytest.mark.parametrize("name", ["model.json", "pipeline.json"])
@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[1]", "not a table"),
        ('"x"', "not a table"),
        (" " * (5 << 20), "longer than"),
        ("\ud800", "not JSON"),
    ],
    ids=["empty", "cut", "deep", "list", "text", "huge", "no UTF-8"],
)
def test_malformed_json_is_refused_with_its_file(copy_of, name, text, fact):
    bundle = copy_of("frozen")
    (bundle.path / name).write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(ModelError, match=fact) as caught:
        read_bundle(bundle.path)
    assert str(bundle.path / name) in str(caught.value)


@pytest.mark.parametrize(
    ("values", "fact"),
    [
        ({"schema": 99}, "schema 99"),
        ({"schema": ...}, "schema None"),
        ({"name": ...}, "name"),
        ({"name": ""}, "name"),
        ({"name": "../../a"}, "could not be that of a folder"),
        ({"name": ".."}, "could not be that of a folder"),
        ({"task": 3}, "task"),
        ({"model": ...}, "model"),
        ({"model": {"encoder": "vgg", "decoder": "pup", "n_classes": 2}}, "vgg"),
        ({"model": "pup"}, "model"),
        ({"classes": [{"name": "a", "color": "#000000"}]}, "2 to 255 classes"),
        ({"classes": [{"name": "a"}, {"name": "b"}]}, "class scheme"),
        ({"classes": 5}, "classes|incomplete"),
        ({"classes": [{"name": str(i), "color": "#000000"} for i in range(3)]}, "3 classes, but 2"),
        ({"encoder_sha256": ...}, "encoder_sha256"),
        ({"image_size": [1]}, "incomplete"),
        ({"image_size": ["a", "b"]}, "incomplete"),
        ({"training": [1]}, "training"),
    ],
)
def test_a_wrong_or_missing_entry_is_told_with_the_bundle(copy_of, values, fact):
    bundle = copy_of("frozen")
    change(bundle.path / "model.json", **values)
    with pytest.raises(ModelError, match=fact) as caught:
        read_bundle(bundle.path)
    assert str(bundle.path) in str(caught.value)
    assert caught.value.hint


def test_a_pipeline_of_another_version_is_told_with_the_bundle(copy_of):
    bundle = copy_of("frozen")
    change(bundle.path / "pipeline.json", schema=99)
    with pytest.raises(ModelError, match="another version") as caught:
        read_bundle(bundle.path)
    assert str(bundle.path) in str(caught.value)


@pytest.mark.parametrize(
    ("method", "name"),
    [
        ("frozen", "decoder.safetensors"),
        ("frozen", "pipeline.json"),
        ("lora", "adapter_model.safetensors"),
        ("lora", "adapter_config.json"),
        ("full", "encoder.safetensors"),
    ],
)
def test_a_missing_file_is_named(copy_of, method, name):
    bundle = copy_of(method)
    (bundle.path / name).unlink()
    with pytest.raises(ModelError, match=name):
        read_bundle(bundle.path)
