"""``outcrop compare`` and the files of ``outcrop evaluate``, from the command line."""

import csv
import json

import numpy as np
import pytest
import torch
from PIL import Image

from engine.cli.main import main
from engine.evaluation.folder_evaluation import evaluate_samples
from engine.store.bundle import read_bundle
from tests.engine.cli.conftest import ENCODER

_BLOCKS = ("--split-by", "position", "--buffer", "1", "--validation", "0.3")


pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture
def folders(raw_pairs):
    return raw_pairs(10)


def _compare(folders, out, *more):
    run = ["--size", "28", "--epochs", "1", "--batch", "4", "--device", "cpu", "--tuning", "frozen"]
    options = ["--task", "salt", "--out", str(out), "--encoder", ENCODER, "--networks", "linear"]
    return main(["compare", *folders, *options, *run, *more])


def test_networks_are_compared_and_not_trained_twice(encoder, folders, tmp_path, capsys):
    out = tmp_path / "out"
    assert _compare(folders, out, *_BLOCKS, "--json") == 0
    tables = json.loads(capsys.readouterr().out)
    assert tables["S2"]["rows"][0][0] == "linear"
    assert tables["S2"]["rows"][0][-2:] == [0.8965, 0.9374]
    made = (out / "models" / "linear-seed0" / "model.json").stat().st_mtime_ns
    assert (out / "distance.png").is_file()

    assert _compare(folders, out, *_BLOCKS) == 0
    assert (out / "models" / "linear-seed0" / "model.json").stat().st_mtime_ns == made
    page = (out / "comparison.html").read_text()
    assert 'class="published">0.8965' in page
    assert "neither trained on nor used for selection" in page
    results = json.loads((out / "results.json").read_text())
    assert results["conditions"]["samples"]["test"] == 2
    assert results["conditions"]["settings"]["split"]["by"] == "position"
    assert results["runs"][0]["scores"]["conditions"]["machine"]["torch"] == torch.__version__
    names = [sample["name"] for sample in results["runs"][0]["scores"]["samples"]]
    assert names == ["8", "9"]

    model = str(out / "models" / "linear-seed0")
    table, report = tmp_path / "scores.csv", tmp_path / "report"
    files = ["--csv", str(table), "--report", str(report)]
    assert main(["evaluate", "--model", model, *folders, *files, "--device", "cpu"]) == 0
    assert "were trained on" in capsys.readouterr().out
    assert (report / "report.html").is_file()
    with table.open() as file:
        uses = {row["name"]: row["use"] for row in csv.DictReader(file) if row["name"]}
    assert uses["9"] == "test"
    assert uses["0"] == "trained on"
    assert "not used" in uses.values()


def test_other_settings_in_the_same_folder_are_refused(encoder, folders, tmp_path, capsys):
    assert _compare(folders, tmp_path / "out") == 0
    capsys.readouterr()
    assert _compare(folders, tmp_path / "out", "--epochs", "2") == 1
    assert "holds a comparison of another kind" in capsys.readouterr().err


def test_a_network_that_fails_is_shown_with_its_reason(
    encoder, folders, tmp_path, capsys, monkeypatch
):
    def no_weights(*_args, **_keywords):
        raise RuntimeError("no room on the device")

    monkeypatch.setattr("engine.cli.compare_runs.train_bundle", no_weights)
    assert _compare(folders, tmp_path / "out") == 1
    assert "linear-seed0: failed, no room on the device" in capsys.readouterr().err
    assert "no room on the device" in (tmp_path / "out" / "comparison.html").read_text()


@pytest.mark.parametrize(
    "wrong",
    [
        ["--networks", "gold"],
        ["--seeds", "a"],
        ["--seeds", ""],
        ["--epochs", "0"],
        ["--split-by", "luck"],
    ],
)
def test_wrong_usage_ends_with_2(folders, tmp_path, wrong):
    with pytest.raises(SystemExit) as caught:
        _compare(folders, tmp_path / "out", *wrong)
    assert caught.value.code == 2


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (["--test", "0"], "no test part"),
        (["--test", "1.5"], "test share of 1.5"),
        (["--networks", "none"], "nothing to compare"),
        (["--networks", "linear,linear"], "named twice"),
        (["--bundles", "nothing-there"], "nothing-there"),
        (["--seeds", "9999999999"], "9999999999"),
        (["--tolerance", "-1"], "-1 pixels"),
        (["--size", "30"], "30 pixels"),
    ],
)
def test_what_cannot_be_compared_is_refused_before_training(
    encoder, folders, tmp_path, capsys, wrong, words, monkeypatch
):
    trained = []
    monkeypatch.setattr("engine.cli.compare_runs.train_bundle", lambda *a, **_k: trained.append(a))
    assert _compare(folders, tmp_path / "out", *wrong) == 1
    assert words in capsys.readouterr().err
    assert not trained


def test_networks_are_trained_as_the_train_command_would(encoder, folders, tmp_path):
    options = ["--classes", "Rock:#102030,Salt,Gas", "--fit", "resize", "--lr-decoder", "0.02"]
    options += ["--loss-focal", "0.5", "--ema", "0.5", "--patience", "3", "--noise", "0.1"]
    options += ["--warmup-epochs", "0.5", "--precision", "float32", "--clip-gradient", "2"]
    assert _compare(folders, tmp_path / "out", *options) == 0
    run = ["--size", "28", "--epochs", "1", "--batch", "4", "--device", "cpu", "--tuning", "frozen"]
    network = ["--encoder", ENCODER, "--decoder", "linear", "--task", "salt", "--test", "0.2"]
    alone = tmp_path / "alone"
    assert main(["train", *folders, *network, *run, *options, "--out", str(alone)]) == 0
    compared, trained = (
        read_bundle(tmp_path / "out" / "models" / "linear-seed0"),
        read_bundle(alone),
    )
    assert compared.training["settings"] == trained.training["settings"]
    assert compared.training["settings"]["ema"] == 0.5
    assert compared.classes == trained.classes
    assert compared.classes.names == ("Rock", "Salt", "Gas")
    tensors = [(bundle.path / "decoder.safetensors").read_bytes() for bundle in (compared, trained)]
    assert tensors[0] == tensors[1]


def test_labels_of_more_classes_than_the_task_has_are_compared(encoder, folders, tmp_path, capsys):
    path = tmp_path / "target" / "0.dat"
    labels = np.fromfile(path, dtype=np.int8)
    labels[:7] = range(1, 8)
    labels.tofile(path)
    out = tmp_path / "out"
    assert _compare(folders, out) == 1
    capsys.readouterr()
    names = ",".join("abcdefgh")
    assert _compare(folders, out, "--classes", names, "--test", "0.3") == 0
    results = json.loads((out / "results.json").read_text())
    assert results["conditions"]["classes"] == list("abcdefgh")
    assert set(results["runs"][0]["scores"]["per_sample"]["class_iou"]) == set("abcdefgh")
    capsys.readouterr()
    assert _compare(folders, out, "--classes", names.upper(), "--test", "0.3") == 1
    assert "another kind" in capsys.readouterr().err


def test_an_option_goes_to_the_networks_that_use_it(encoder, folders, tmp_path, monkeypatch):
    asked = {}

    def note(request, **_keywords):
        asked[request.spec.decoder] = request.spec
        raise RuntimeError

    monkeypatch.setattr("engine.cli.compare_runs.train_bundle", note)
    options = ["--tuning", "lora", "--rank", "3", "--dora", "--norm", "group"]
    assert _compare(folders, tmp_path / "out", *options, "--networks", "linear,pup,unet") == 1
    assert {(s.tuning.method, s.tuning.rank, s.tuning.dora) for s in asked.values()} == {
        ("lora", 3, True),
        ("full", 8, False),
    }
    assert asked["unet"].tuning.method == "full"
    assert [asked[name].decoder_options for name in ("linear", "pup", "unet")] == [
        {},
        {"norm": "group"},
        {"norm": "group"},
    ]


@pytest.mark.parametrize(
    ("networks", "options", "words"),
    [
        ("linear", ["--tuning", "frozen", "--norm", "group"], "makes use of --norm"),
        ("linear,unet", ["--tuning", "full", "--rank", "4"], "makes use of --rank"),
        ("linear", ["--rotate"], "rotation does not suit"),
    ],
)
def test_an_option_that_no_network_uses_is_refused(
    encoder, folders, tmp_path, capsys, networks, options, words
):
    assert _compare(folders, tmp_path / "out", "--networks", networks, *options) == 1
    assert words in capsys.readouterr().err


def test_a_given_model_is_scored_on_the_split_of_each_seed(encoder, folders, tmp_path, capsys):
    first, second = tmp_path / "first", tmp_path / "second"
    assert _compare(folders, first) == 0
    model = str(first / "models" / "linear-seed0")
    capsys.readouterr()
    given = ["--networks", "none", "--bundles", model, "--seeds", "0,1"]
    assert _compare(folders, second, *given) == 0
    told = " ".join(capsys.readouterr().err.split())
    runs = json.loads((second / "results.json").read_text())["runs"]
    assert [run["seed"] for run in runs] == [0, 1]
    tests = [[sample["name"] for sample in run["scores"]["samples"]] for run in runs]
    assert tests[0] != tests[1]
    uses = [{sample["use"] for sample in run["scores"]["samples"]} for run in runs]
    assert uses[0] == {"test"}
    # The test part of another seed has samples that this model was trained on.
    assert "trained on" in uses[1]
    assert "linear-seed0-given-seed1" in told
    assert "were trained on" in told
    page = (second / "comparison.html").read_text()
    assert '<p class="warning">linear-seed0-given-seed1: Of these 2 files' in page
    record = read_bundle(first / "models" / "linear-seed0").training
    assert {(run["seconds"], run["device"]) for run in runs} == {
        (record["seconds"], record["made_with"]["device"])
    }
    with (second / "S3.csv").open() as file:
        assert next(csv.DictReader(file))["trained on"].startswith("cpu")


def test_a_given_model_is_scored_once_where_seeds_have_the_same_split(
    encoder, folders, tmp_path, monkeypatch
):
    assert _compare(folders, tmp_path / "first", *_BLOCKS) == 0
    scored = []

    def noted(bundle, *args, **keywords):
        scored.append(bundle.name)
        return evaluate_samples(bundle, *args, **keywords)

    monkeypatch.setattr("engine.cli.compare_runs.evaluate_samples", noted)
    model = str(tmp_path / "first" / "models" / "linear-seed0")
    given = ["--networks", "none", "--bundles", model, "--seeds", "0,1,2"]
    assert _compare(folders, tmp_path / "second", *_BLOCKS, *given) == 0
    assert scored == ["linear-seed0"]
    runs = json.loads((tmp_path / "second" / "results.json").read_text())["runs"]
    assert [run["seed"] for run in runs] == [0, 1, 2]
    assert runs[0]["scores"] == runs[2]["scores"]


def test_a_given_model_of_other_classes_fails_and_says_why(encoder, folders, tmp_path, capsys):
    assert _compare(folders, tmp_path / "first") == 0
    model = str(tmp_path / "first" / "models" / "linear-seed0")
    more = ["--networks", "none", "--bundles", model, "--classes", "a,b,c"]
    assert _compare(folders, tmp_path / "second", *more) == 1
    told = " ".join(capsys.readouterr().err.split())
    assert "linear-seed0 knows 2 classes, but the labels are read as 3" in told


def test_the_features_of_each_transformer_are_drawn(encoder, folders, tmp_path):
    out = tmp_path / "out"
    options = ["--networks", "linear,pup,unet", "--tuning", "lora"]
    assert _compare(folders, out, *options) == 0
    drawn = {path.stem for path in out.glob("*.png")}
    assert {name for name in drawn if name.startswith("features")} == {
        "features-linear",
        "features-pup",
    }
    page = (out / "comparison.html").read_text()
    assert page.count('<img src="data:image/png;base64,') == len(drawn)
    assert page.count("before and after adaptation") == 2 * 2  # caption and alternative text
    assert "LINEAR, seed 0. First three principal components" in page
    for name in ("features-linear", "features-pup"):
        with Image.open(out / f"{name}.png") as image:
            pixels = np.asarray(image.convert("RGB"), dtype=np.float64)
        assert pixels.std() > 20
        # The input is grey, features are in colour: below it, and in both rows of them.
        coloured = np.ptp(pixels, axis=2) > 40
        thirds = [part.mean() for part in np.array_split(coloured, 3)]
        assert thirds[0] < 0.02
        assert min(thirds[1:]) > 0.2
