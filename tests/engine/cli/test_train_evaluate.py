"""``outcrop train`` and ``outcrop evaluate``, as typed by a user."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.cli.main import main
from engine.store.bundle import read_bundle
from tests.engine.cli.conftest import ENCODER

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture
def folders(raw_pairs):
    return raw_pairs(8)


def _train(folders, out, *more):
    options = ["--task", "salt", "--out", str(out), "--encoder", ENCODER, "--decoder", "linear"]
    run = ["--size", "28", "--epochs", "2", "--batch", "4", "--device", "cpu", "--seed", "3"]
    return main(["train", *folders, *options, *run, *more])


@pytest.mark.parametrize("tuning", ["frozen", "lora"])
def test_a_model_is_trained_and_evaluated(encoder, folders, tmp_path, capsys, tuning):
    out = tmp_path / "model"
    rates = ["--lr-decoder", "0.01", "--schedule", "constant", "--weight-decay", "0.05"]
    assert _train(folders, out, "--tuning", tuning, *rates) == 0
    captured = capsys.readouterr()
    assert f"model: {out}" in captured.out
    assert "epoch 2: loss" in captured.err
    bundle = read_bundle(out)
    settings = bundle.training["settings"]
    assert settings["learning_rate"]["decoder"] == 0.01
    assert (settings["schedule"], settings["weight_decay"], settings["seed"]) == (
        *("constant", 0.05),
        3,
    )

    assert main(["evaluate", "--model", str(out), *folders, "--json", "--device", "cpu"]) == 0
    scores = json.loads(capsys.readouterr().out)
    assert set(scores["per_sample"]["class_iou"]) == {"Sediment", "Salt"}
    assert 0 <= scores["global"]["mean_iou"] <= 1
    assert len(scores["samples"]) == scores["n_samples"] == 8

    assert main(["evaluate", "--model", str(out), *folders, "--device", "cpu"]) == 0
    text = capsys.readouterr().out
    assert f"{scores['per_sample']['mean_iou']:.4f}" in text
    assert "per sample" in text
    assert "global" in text


def _convert(folder, suffix):
    """Replace the raw files of a folder by another format."""
    image = folder.name == "input"
    for path in list(folder.glob("*.dat")):
        data = np.fromfile(path, dtype="<f4" if image else "u1").reshape(20, 30)
        path.unlink()
        if suffix == ".npy":
            np.save(path.with_suffix(suffix), data)
            continue
        if suffix == ".png":
            data = np.clip(60 * data + 90, 0, 255).astype(np.uint8) if image else 255 * data
        Image.fromarray(data).save(path.with_suffix(suffix))


@pytest.mark.parametrize("suffix", [".png", ".tif", ".npy"])
def test_pictures_and_arrays_are_trained_on_as_raw_files_are(
    encoder, folders, tmp_path, capsys, suffix
):
    for name in ("input", "target"):
        _convert(tmp_path / name, suffix)
    out = tmp_path / "model"
    assert _train(folders, out, "--tuning", "frozen", "--epochs", "1") == 0
    capsys.readouterr()
    assert main(["evaluate", "--model", str(out), *folders, "--json", "--device", "cpu"]) == 0
    scores = json.loads(capsys.readouterr().out)
    assert [sample["name"] for sample in scores["samples"]] == [str(n) for n in range(8)]


def test_the_fallback_encoder_is_announced(encoder, folders, tmp_path, capsys):
    run = ["--size", "28", "--epochs", "1", "--batch", "8", "--tuning", "frozen"]
    options = ["--task", "salt", "--out", str(tmp_path / "model"), "--decoder", "linear"]
    assert main(["train", *folders, *options, *run, "--device", "cpu"]) == 0
    err = capsys.readouterr().err
    assert "the weights of dinov2-vits14 are not on this machine" in err
    assert f"training starts from {ENCODER}" in err


def test_an_interrupt_leaves_a_model_and_exit_code_130(
    encoder, folders, tmp_path, capsys, monkeypatch
):
    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(
        "engine.cli.train._show_epoch", lambda _record: signal.raise_signal(signal.SIGINT)
    )
    assert _train(folders, tmp_path / "model", "--tuning", "lora", "--epochs", "40") == 130
    assert "interrupted; the model holds the best epoch so far" in capsys.readouterr().err
    assert read_bundle(tmp_path / "model").training["best_epoch"] == 1
    assert signal.getsignal(signal.SIGINT) is before


def test_without_weights_the_two_ways_out_are_told(folders, tmp_path, capsys, monkeypatch):
    options = ["--task", "salt", "--out", str(tmp_path / "model"), "--encoder", "dinov2-vits14"]
    assert main(["train", *folders, *options, "--device", "cpu"]) == 1
    err = capsys.readouterr().err
    assert "outcrop weights fetch dinov2-vits14" in err
    assert "outcrop weights import" in err
    assert "Traceback" not in err


def _break_pairing(images, masks):
    (masks / "3.dat").unlink()


def _break_size(images, masks):
    Image.fromarray(np.zeros((9, 9), dtype=np.uint8)).save(masks / "3.png")
    (masks / "3.dat").unlink()


def _break_values(images, masks):
    np.full((20, 30), 7, dtype=np.int8).tofile(masks / "3.dat")


def _break_amplitudes(images, masks):
    data = np.fromfile(images / "3.dat", dtype="<f4")
    data[5] = np.nan
    data[6] = np.inf
    data.tofile(images / "3.dat")


def _break_length(images, masks):
    (images / "3.dat").write_bytes(bytes(11))


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (_break_pairing, "has no mask in"),
        (_break_size, "20 x 30 pixels, but its mask 3.png has 9 x 9"),
        (_break_values, "mask values 7 are no class of 0 to 1"),
        (_break_amplitudes, "2 of 600 samples are NaN, infinite"),
        (_break_length, "11 bytes; 20 x 30 samples"),
    ],
)
def test_bad_data_give_a_message_that_names_the_file(
    encoder, folders, tmp_path, capsys, harm, words
):
    harm(tmp_path / "input", tmp_path / "target")
    assert _train(folders, tmp_path / "model", "--tuning", "frozen") == 1
    err = capsys.readouterr().err
    assert words in err
    assert "3." in err
    assert "Traceback" not in err
    assert not (tmp_path / "model").exists()


def test_an_unknown_model_is_named(folders, capsys):
    assert main(["evaluate", "--model", "nothing", *folders]) == 1
    assert "there is no model 'nothing'" in capsys.readouterr().err


@pytest.mark.parametrize(
    "wrong",
    [
        ["--task", "gold"],
        ["--size", "big"],
        ["--size", "28x0"],
        ["--epochs", "0"],
        ["--batch", "-1"],
        ["--tuning", "some"],
        ["--decoder", "none"],
        ["--schedule", "linear"],
    ],
)
def test_wrong_usage_ends_with_2(folders, tmp_path, wrong):
    with pytest.raises(SystemExit) as caught:
        _train(folders, tmp_path / "model", *wrong)
    assert caught.value.code == 2


@pytest.mark.parametrize(
    "wrong",
    [
        ["--size", "30"],
        ["--seed", "-1"],
        ["--seed", "9" * 30],
        ["--lr-encoder", "0"],
        ["--validation", "1.5"],
        ["--rank", "100000"],
        ["--alpha", "inf"],
        ["--weight-decay", "-1"],
    ],
)
def test_settings_outside_their_range_give_a_message(encoder, folders, tmp_path, capsys, wrong):
    assert _train(folders, tmp_path / "model", *wrong) == 1
    message, hint = capsys.readouterr().err.splitlines()
    assert message.startswith("outcrop: ")
    assert hint


def test_an_option_that_a_resumed_run_does_not_take_is_named(tmp_path, capsys):
    assert main(["train", "--resume", str(tmp_path / "model"), "--epochs", "1"]) == 1
    message, hint = capsys.readouterr().err.splitlines()
    assert "--epochs cannot be given with --resume" in message
    assert hint.startswith("Leave it out")


def test_an_interrupted_training_goes_on_with_its_place_alone(
    encoder, folders, tmp_path, capsys, monkeypatch
):
    out = tmp_path / "model"
    with monkeypatch.context() as patch:
        patch.setattr(
            "engine.cli.train._show_epoch", lambda _record: signal.raise_signal(signal.SIGINT)
        )
        assert _train(folders, out, "--tuning", "frozen") == 130
    assert f"outcrop train --resume {out}" in capsys.readouterr().err
    changed = ["--seed", "0", "--no-flip", "--from", "other", "--overwrite"]
    assert main(["train", "--resume", str(out), "--device", "cpu", *changed]) == 1
    told = capsys.readouterr().err
    assert "--from, --seed, --no-flip, --overwrite cannot be given with --resume" in told
    images = Path(folders[1])
    moved = images.rename(images.with_name("moved"))
    assert main(["train", "--resume", str(out), "--device", "cpu"]) == 1
    told = " ".join(capsys.readouterr().err.split())
    assert "If the data moved, add --images and --masks with the new place." in told
    moved.rename(images)
    assert main(["train", "--resume", str(out), "--device", "cpu"]) == 0
    assert len(read_bundle(out).training["history"]) == 2
    assert main(["train", "--resume", str(out), "--device", "cpu"]) == 1
    assert "no unfinished training" in capsys.readouterr().err
