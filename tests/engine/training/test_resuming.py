"""Runs that were stopped in any way go on as if nothing had happened."""

import errno
import json
import math
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from engine.data import folder
from engine.data.augmentation import AugmentationSettings
from engine.errors import (
    EngineError,
    JobCancelledError,
    ModelError,
    ReadError,
    SettingsError,
    WriteError,
)
from engine.models.weights import load_state
from engine.store.bundle import read_bundle
from engine.store.saving import save_model
from engine.tasks.losses import LossSettings
from engine.training import checkpoint, fine_tune, live, network
from engine.training.fine_tune import train_bundle
from engine.training.records import Progress, TrainingHooks
from engine.training.request import stored_request
from engine.training.settings import CheckpointSettings

_CPU = torch.device("cpu")
_EVERY_TWO = CheckpointSettings(steps=2)
_ROOT = Path(__file__).parents[3]


class _CancelAfter:
    """A job that is cancelled at the n-th report of a step."""

    def __init__(self, n):
        self.left = n

    def check(self):
        if self.left <= 0:
            raise JobCancelledError

    def report(self, done, total, message=""):
        if "loss" in message:
            self.left -= 1


def _request(make_request, **changes):
    """A run with all that has a state: adapters, batch statistics, averages, noise."""
    settings = {
        "ema": 0.9,
        "accumulate": 2,
        "batch": 2,
        "augmentation": AugmentationSettings(noise=0.3),
        **changes,
    }
    return replace(make_request("lora", **settings), checkpoints=_EVERY_TWO)


def _tensors(out):
    files = sorted(out.glob("*.safetensors"))
    return {(f.name, name): t for f in files for name, t in load_state(f).items()}


def _assert_same(out, reference):
    """Same tensors to the last bit, same losses and scores, nothing left beside the bundle."""
    ours, theirs = _tensors(out), _tensors(reference)
    assert ours.keys() == theirs.keys()
    assert len(ours) > 10
    assert all(torch.equal(ours[key], theirs[key]) for key in ours)
    records = [
        [{**epoch, "seconds": 0} for epoch in read_bundle(path).training["history"]]
        for path in (out, reference)
    ]
    assert records[0] == records[1]
    assert read_bundle(out).training["scores"] == read_bundle(reference).training["scores"]
    assert not [path for path in out.parent.iterdir() if path.name.startswith(f".{out.name}.")]


def _stop_after(make_request, weights, n, **changes):
    request = _request(make_request, **changes)
    train_bundle(request, device=_CPU, weights=weights, job=_CancelAfter(n))
    return request


def _killed(out, cache, place, n):
    done = subprocess.run(
        [sys.executable, "-m", "tests.engine.training.killed_run", out, cache, place, str(n)],
        cwd=_ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -9, done.stderr


_slow = pytest.mark.slow


@pytest.mark.parametrize(
    ("place", "n"),
    [
        ("step", 4),
        ("flush", 4),
        pytest.param("step", 1, marks=_slow),
        pytest.param("step", 2, marks=_slow),
        pytest.param("step", 7, marks=_slow),
        pytest.param("tensors", 1, marks=_slow),
        pytest.param("tensors", 3, marks=_slow),
        pytest.param("flush", 1, marks=_slow),
        pytest.param("flush", 3, marks=_slow),
        pytest.param("bundle", 1, marks=_slow),
        pytest.param("bundle", 2, marks=_slow),
        pytest.param("end", 1, marks=_slow),
    ],
)
def test_a_killed_run_ends_as_an_undisturbed_one(make_request, weights, tmp_path, place, n):
    undisturbed = replace(_request(make_request), out=tmp_path / "undisturbed")
    train_bundle(undisturbed, device=_CPU, weights=weights)
    request = _stop_after(make_request, weights, 1)
    _killed(request.out, tmp_path / "cache", place, n)
    train_bundle(stored_request(request.out), device=_CPU, weights=weights)
    _assert_same(request.out, undisturbed.out)


@pytest.mark.parametrize("n", [1, 2, 3, 5, 9])
@pytest.mark.parametrize("tuning", ["frozen", "full"])
def test_a_cancelled_run_ends_as_an_undisturbed_one(make_request, weights, tmp_path, tuning, n):
    request = make_request(tuning)
    undisturbed = replace(request, out=tmp_path / "undisturbed")
    train_bundle(undisturbed, device=_CPU, weights=weights)
    train_bundle(request, device=_CPU, weights=weights, job=_CancelAfter(n))
    train_bundle(stored_request(request.out), device=_CPU, weights=weights)
    _assert_same(request.out, undisturbed.out)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"seed": 3}, "settings.seed is 3, was 0"),
        ({"epochs": 4}, "settings.epochs is 4, was 3"),
        ({"ema": 0.5}, "settings.ema is 0.5, was 0.9"),
    ],
)
def test_other_settings_are_refused(make_request, weights, change, words):
    request = _stop_after(make_request, weights, 1)
    other = replace(request, settings=replace(request.settings, **change), resume=True)
    with pytest.raises(SettingsError, match="another one") as caught:
        train_bundle(other, device=_CPU, weights=weights)
    assert words in str(caught.value)


def test_another_model_is_refused(make_request, weights):
    request = _stop_after(make_request, weights, 1)
    tuning = replace(request.spec.tuning, rank=2)
    other = replace(request, spec=replace(request.spec, tuning=tuning), resume=True)
    with pytest.raises(SettingsError, match=r"model\.tuning\.rank is 2, was 4"):
        train_bundle(other, device=_CPU, weights=weights)


def test_other_data_are_refused_and_moved_data_are_not(make_request, weights, source, tmp_path):
    request = _stop_after(make_request, weights, 1)
    moved = tmp_path / "moved"
    source.images.parent.rename(moved)
    images = replace(source, images=moved / "images", masks=moved / "masks")
    again = replace(stored_request(request.out), source=images)
    path = moved / "images" / "3.png"
    before = path.read_bytes()
    pixels = np.array(Image.open(path))
    pixels[0, 0] ^= 1
    Image.fromarray(pixels).save(path)
    with pytest.raises(SettingsError, match=r"data is \w{12}\.\.\., was \w{12}\.\.\."):
        train_bundle(again, device=_CPU, weights=weights)
    path.write_bytes(before)
    assert not train_bundle(again, device=_CPU, weights=weights).result.cancelled


def test_fewer_data_are_refused_with_their_number(make_request, weights, source):
    request = _stop_after(make_request, weights, 1)
    again = replace(stored_request(request.out), source=replace(source, limit=7))
    with pytest.raises(SettingsError, match=r"samples is 7, was 12; data is"):
        train_bundle(again, device=_CPU, weights=weights)


def test_a_finished_run_leaves_nothing_to_go_on_with(make_request, weights):
    request = _request(make_request, epochs=1)
    train_bundle(request, device=_CPU, weights=weights)
    with pytest.raises(ModelError, match="no unfinished training"):
        stored_request(request.out)


def test_an_unfinished_run_is_not_started_over_by_accident(make_request, weights):
    request = _stop_after(make_request, weights, 1)
    for path in request.out.iterdir():
        path.unlink()
    with pytest.raises(WriteError, match="unfinished training of it is there") as caught:
        train_bundle(request, device=_CPU, weights=weights)
    assert "--resume" in caught.value.hint
    report = train_bundle(replace(request, overwrite=True), device=_CPU, weights=weights)
    assert report.bundle.training["ended"] == "all epochs done"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"precision": "bfloat16"}, "bfloat16 is not possible"),
        ({"loss": LossSettings(class_weights=(1.0, 2.0, 3.0))}, "3 class weights for 2 classes"),
    ],
)
def test_a_run_that_is_refused_does_not_replace_the_unfinished_one(
    make_request, weights, monkeypatch, change, words
):
    monkeypatch.setattr(network, "bfloat16_is_faster", lambda: False)
    request = _stop_after(make_request, weights, 1)
    settings = replace(request.settings, **change)
    with pytest.raises(EngineError, match=words):
        train_bundle(
            replace(request, settings=settings, overwrite=True), device=_CPU, weights=weights
        )
    report = train_bundle(stored_request(request.out), device=_CPU, weights=weights)
    assert report.bundle.training["ended"] == "all epochs done"


@pytest.mark.parametrize("place", ["folder", "file"])
def test_something_else_in_the_place_of_the_bundle_is_never_replaced(
    make_request, weights, tmp_path, place
):
    request = replace(_request(make_request), overwrite=True)
    other = request.out / "notes.txt" if place == "folder" else request.out
    other.parent.mkdir(exist_ok=True)
    other.write_text("mine")
    with pytest.raises(WriteError, match="is there and is no model bundle") as caught:
        train_bundle(request, device=_CPU, weights=weights, job=_CancelAfter(0))
    assert caught.value.hint
    assert other.read_text() == "mine"


def test_a_full_disk_keeps_the_last_good_checkpoint(make_request, weights, tmp_path, monkeypatch):
    undisturbed = replace(_request(make_request), out=tmp_path / "undisturbed")
    train_bundle(undisturbed, device=_CPU, weights=weights)
    saved = []
    original = checkpoint.save_state

    def save(path, state):
        if len(saved) == 2:
            path.write_bytes(bytes(100))
            raise OSError(errno.ENOSPC, "No space left on device")
        saved.append(path)
        original(path, state)

    request = _request(make_request)
    with monkeypatch.context() as patch:
        patch.setattr(checkpoint, "save_state", save)
        with pytest.raises(WriteError, match=r"No space left on device.*the one before is") as e:
            train_bundle(request, device=_CPU, weights=weights)
    assert "--resume" in e.value.hint
    assert str(e.value).count("cannot be written") == 1
    train_bundle(stored_request(request.out), device=_CPU, weights=weights)
    _assert_same(request.out, undisturbed.out)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema": 2}', '{"schema": 1}'])
def test_a_damaged_checkpoint_is_named(make_request, weights, text):
    request = _stop_after(make_request, weights, 1)
    path = request.out.with_name(".model.training") / "checkpoint.json"
    path.write_text(text)
    with pytest.raises(ModelError, match=r"checkpoint\.json"):
        stored_request(request.out)


def test_a_cut_off_checkpoint_is_named(make_request, weights):
    request = _stop_after(make_request, weights, 1)
    folder = request.out.with_name(".model.training")
    (path,) = folder.glob("*.safetensors")
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ModelError, match="not as long as it was"):
        train_bundle(stored_request(request.out), device=_CPU, weights=weights)


def test_nothing_in_a_checkpoint_is_pickled(make_request, weights):
    request = _stop_after(make_request, weights, 2)
    folder = request.out.with_name(".model.training")
    names = sorted(path.suffix for path in folder.iterdir())
    assert names == [".json", ".safetensors"]
    assert json.loads((folder / "checkpoint.json").read_text())["schema"] == 1


_FULL = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))
from engine.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.skipif(not hasattr(signal, "SIGXFSZ"), reason="file sizes cannot be limited here")
def test_a_disk_that_is_full_from_the_start_is_told_in_the_systems_words(source, tmp_path):
    words = ["train", "--task", "salt", "--images", source.images, "--masks", source.masks]
    words += ["--encoder", "unet", "--size", "28", "--batch", "6", "--epochs", "1"]
    words += ["--device", "cpu", "--out", tmp_path / "full"]
    done = subprocess.run(
        [sys.executable, "-c", _FULL, *map(str, words)],
        cwd=_ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    *_news, message, hint = done.stderr.splitlines()
    assert done.returncode == 1
    assert message == f"outcrop: {tmp_path / 'full'}: cannot be written (File too large)"
    assert "space" in hint
    assert not [path for path in tmp_path.iterdir() if "full" in path.name]


def test_an_image_that_goes_away_ends_the_run_which_can_be_gone_on_with(
    make_request, weights, source, tmp_path, monkeypatch
):
    monkeypatch.setattr(folder, "_KEEP_BYTES", 0)
    undisturbed = replace(_request(make_request), out=tmp_path / "undisturbed")
    train_bundle(undisturbed, device=_CPU, weights=weights)
    request = _request(make_request)
    path, aside = source.images / "3.png", tmp_path / "aside.png"

    def take_away(record):
        if record.epoch == 1:
            path.rename(aside)

    with pytest.raises(ReadError, match=r"3\.png") as caught:
        train_bundle(request, device=_CPU, weights=weights, hooks=TrainingHooks(epoch=take_away))
    assert f"outcrop train --resume {request.out}" in caught.value.hint
    aside.rename(path)
    train_bundle(stored_request(request.out), device=_CPU, weights=weights)
    _assert_same(request.out, undisturbed.out)


def test_a_disk_that_is_full_when_a_better_model_comes_leaves_the_one_before(
    make_request, weights, monkeypatch
):
    request = _request(make_request)
    written = []

    def save(bundle, model, **options):
        if written:
            raise WriteError(bundle.path, "cannot be written (No space left on device)")
        written.append(save_model(bundle, model, **options))
        return written[0]

    with monkeypatch.context() as patch:
        patch.setattr(fine_tune, "save_model", save)
        with pytest.raises(WriteError, match="No space left") as caught:
            train_bundle(request, device=_CPU, weights=weights)
    assert f"outcrop train --resume {request.out}" in caught.value.hint
    assert read_bundle(request.out) == written[0]
    report = train_bundle(stored_request(request.out), device=_CPU, weights=weights)
    assert report.bundle.training["ended"] == "all epochs done"


def test_a_run_that_goes_on_tells_what_it_did_before(make_request, weights, monkeypatch):
    monkeypatch.setattr(live, "_INTERVAL_S", 0.0)
    steps, recalled, seen, kept = [], [], [], []
    request = _request(make_request)
    hooks = TrainingHooks(step=steps.append, outcome=lambda epoch, _predict: kept.append(epoch))
    train_bundle(request, device=_CPU, weights=weights, hooks=hooks, job=_CancelAfter(6))
    hooks = TrainingHooks(
        recall=lambda *past: recalled.append(past),
        preview=lambda step, _predict: seen.append(step),
        preview_every=100,
        outcome=lambda epoch, _predict: kept.append(epoch),
    )
    report = train_bundle(replace(request, resume=True), device=_CPU, weights=weights, hooks=hooks)
    (past_steps, past_epochs), (all_steps, all_epochs) = recalled
    assert [record.step for record in all_steps] == list(range(1, 1 + len(report.result.losses)))
    assert all_epochs == report.result.history
    assert list(past_steps) == steps
    assert len(steps) < len(report.result.losses)
    assert past_epochs == report.result.history[: len(past_epochs)]
    assert len(past_epochs) == 1
    n_steps = len(report.result.losses)
    every = math.ceil(n_steps / 5)
    regular = [n for n in range(len(steps) + 1, n_steps + 1) if n % every == 0]
    assert seen == sorted({len(steps) + 1, *regular, n_steps})
    assert kept == [report.result.best.epoch]  # the run that was broken off showed none


def test_a_long_past_is_told_in_a_thousand_steps_up_to_the_last():
    told = []
    run = live.LiveRun(on_recall=lambda *past: told.append(past))
    run.recall(Progress(losses=[0.5] * 25_300), lambda step: step)
    ((steps, epochs),) = told
    assert 900 <= len(steps) <= 1000
    assert steps[-1] == 25_300
    assert set(np.diff(steps)) == {26}
    assert epochs == ()
