"""``outcrop models``."""

from __future__ import annotations

import json
import shutil

import pytest

from engine.cli.main import main
from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.models.adapters import apply_tuning
from engine.models.segmenter import build
from engine.models.spec import ModelSpec, TuningSpec
from engine.preprocessing.pipeline import Pipeline
from engine.store.bundle import Bundle
from engine.store.saving import save_model

CLASSES = ClassScheme((SegmentationClass("rock", "#000000"), SegmentationClass("salt", "#ff0000")))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """One bundle with adapters; its encoder's weights are not here."""
    folder = tmp_path_factory.mktemp("models")
    spec = ModelSpec("dinov2-vits14", "linear", 2, TuningSpec("lora"))
    model = build(spec)
    apply_tuning(model, spec.tuning)
    path = folder / "north"
    save_model(Bundle(path, "north", "salt", spec, CLASSES, Pipeline(), "0" * 64, (28, 28)), model)
    return folder


def entry(printed: str, name: str) -> dict:
    return next(item for item in json.loads(printed) if item["name"] == name)


def test_models_are_listed_as_json(folder, capsys):
    assert main(["models", "list", "--json", "--folder", str(folder)]) == 0
    north = entry(capsys.readouterr().out, "north")
    assert north.pop("reason").startswith("the weights of dinov2-vits14 are not on this machine")
    assert north == {
        "name": "north",
        "task": "salt",
        "encoder": "dinov2-vits14",
        "decoder": "linear",
        "available": False,
        "path": str(folder / "north"),
    }


def test_the_environment_adds_models(folder, capsys, monkeypatch):
    monkeypatch.setenv("OUTCROP_MODELS", str(folder))
    assert main(["models", "list", "--json"]) == 0
    assert entry(capsys.readouterr().out, "north")


def test_the_list_for_people_gives_whole_paths_and_the_ways_out(folder, capsys):
    assert main(["models", "list", "--folder", str(folder)]) == 0
    printed = capsys.readouterr().out
    assert str(folder / "north") in printed
    assert "outcrop weights fetch dinov2-vits14" in printed


def test_a_folder_that_is_not_there_is_told(tmp_path, capsys):
    assert main(["models", "list", "--folder", str(tmp_path / "none")]) == 1
    message, hint = capsys.readouterr().err.splitlines()
    assert message == f"outcrop: {tmp_path / 'none'}: is no folder"
    assert hint


def test_scores_that_say_nothing_about_a_class_are_described_so(folder, tmp_path, capsys):
    path = shutil.copytree(folder / "north", tmp_path / "north") / "model.json"
    values = json.loads(path.read_text())
    scores = {way: {"mean_iou": 1.0} for way in ("per_sample", "global")}
    values["training"] = {"scores": {"validation": scores, "validation_lacks": ["salt"]}}
    path.write_text(json.dumps(values))
    assert main(["models", "describe", "north", "--folder", str(tmp_path)]) == 0
    told = "1.0000 per sample, 1.0000 global; says nothing about salt"
    assert told in " ".join(capsys.readouterr().out.split())


def test_a_model_is_described_with_its_parameters(folder, capsys):
    assert main(["models", "describe", "north", "--folder", str(folder), "--json"]) == 0
    values = json.loads(capsys.readouterr().out)
    assert values["parameters"] == [
        {"part": "encoder", "total": 22_056_192, "trainable": 0},
        {"part": "adapters", "total": 221_184, "trainable": 221_184},
        {"part": "decoder", "total": 770, "trainable": 770},
    ]
    assert values["path"] == str(folder / "north")


def test_a_model_is_described_for_people(folder, capsys):
    assert main(["models", "describe", str(folder / "north")]) == 0
    printed = capsys.readouterr().out
    for fact in ("north", "lora", "rock, salt", "22,056,192", "221,184", "28 x 28"):
        assert fact in printed


def test_the_tuning_is_described_for_people(tmp_path, capsys):
    spec = ModelSpec("dinov2-vits14", "linear", 2, TuningSpec("adapter", rank=16))
    model = build(spec)
    apply_tuning(model, spec.tuning)
    path = tmp_path / "south"
    save_model(Bundle(path, "south", "salt", spec, CLASSES, Pipeline(), "0" * 64, (28, 28)), model)
    assert main(["models", "describe", str(path)]) == 0
    printed = capsys.readouterr().out
    assert "adapter: bottlenecks of 16 channels after attention and MLP" in printed
    assert "304,512" in printed


def test_an_unknown_model_is_one_message(capsys):
    assert main(["models", "describe", "south"]) == 1
    message = capsys.readouterr().err
    assert "there is no model 'south'" in message
    assert "Traceback" not in message
    assert main(["models", "describe", "south", "--debug"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_scores_and_what_was_odd_in_training_are_told_to_people(folder, tmp_path, capsys):
    scores = {way: {"mean_iou": value} for way, value in (("per_sample", 0.5), ("global", 0.75))}
    notes = ["class salt is not in the validation part", "2 of 9 samples have no label [s1]"]
    values = json.loads((folder / "north" / "model.json").read_text())
    shutil.copytree(folder / "north", tmp_path / "east")
    values["training"] = {"scores": {"validation": scores}, "notes": notes}
    (tmp_path / "east" / "model.json").write_text(json.dumps(values))
    assert main(["models", "describe", str(tmp_path / "east")]) == 0
    printed = capsys.readouterr().out
    assert "0.5000 per sample, 0.7500 global" in printed
    assert all(note in printed for note in notes)
