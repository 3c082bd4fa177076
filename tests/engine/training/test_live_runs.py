"""Runs that are watched, paused, ended and gone back in while they go on."""

import os
import threading
import time
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from engine.core.labels import UNLABELLED, LabelledSection
from engine.core.memory_use import MemoryUse
from engine.data.label_snapshot import freeze_labels, snapshot_folder
from engine.data.slice_ranges import SliceRanges
from engine.data.snapshot_source import SnapshotSource
from engine.data.split_settings import SplitSettings
from engine.errors import DataError, JobCancelledError, ModelError, SettingsError
from engine.jobs.context import ThrottledContext
from engine.models.memory_use import measured_memory
from engine.readers.detect import open_volume
from engine.store.bundle import read_bundle
from engine.store.loading import load_model
from engine.training import live
from engine.training.checkpoint import CheckpointFolder
from engine.training.control import RunControl
from engine.training.cost import measure_cost
from engine.training.fine_tune import train_bundle
from engine.training.kept import KeptCheckpoints
from engine.training.records import TrainingHooks
from engine.training.request import stored_request
from engine.training.run_lock import run_lock
from engine.training.settings import CheckpointSettings
from engine.training.source_json import source_from_json, source_to_json
from engine.training.threads import one_core_left
from engine.training.training_cost import TrainingCost
from engine.training.unfinished import discard_run, unfinished_runs
from tests.synthetic import SegySpec, write_segy

_CPU = torch.device("cpu")


def _train(request, weights, **options):
    return train_bundle(request, device=_CPU, weights=weights, **options)


@pytest.fixture
def every_step(monkeypatch):
    """Tell of every step, however fast they follow each other."""
    monkeypatch.setattr(live, "_INTERVAL_S", 0.0)


def test_steps_are_told_with_loss_and_rate(make_request, weights, every_step):
    steps = []
    report = _train(make_request(), weights, hooks=TrainingHooks(step=steps.append))
    assert [record.step for record in steps] == list(range(1, 10))
    assert [record.loss for record in steps] == list(report.result.losses)
    assert {record.n_steps for record in steps} == {9}
    assert [record.epoch for record in steps] == [1, 1, 1, 2, 2, 2, 3, 3, 3]
    peak = max(record.rate for record in steps)
    assert peak == 3e-3
    assert steps[-1].rate < peak / 2


def test_fast_steps_are_told_ten_times_a_second_and_the_last_one_always(make_request, weights):
    steps, started_s = [], time.monotonic()
    _train(make_request(epochs=8), weights, hooks=TrainingHooks(step=steps.append))
    assert len(steps) <= 10 * (time.monotonic() - started_s) + 2
    assert steps[-1].step == 24


@pytest.mark.parametrize("tuning", ["frozen", "lora"])
def test_previews_show_the_weights_of_the_moment_and_change_nothing(
    make_request, weights, tuning, monkeypatch
):
    monkeypatch.setattr(live, "_LONGEST_S", np.inf)
    image = np.random.default_rng(0).integers(60, 180, (40, 33)).astype(np.float32)
    seen = []

    def look(step, predict):
        seen.append((step, predict(image)))

    hooks = TrainingHooks(preview=look, preview_every=4)
    watched = _train(make_request(tuning, ema=0.5), weights, hooks=hooks)
    alone = _train(make_request(tuning, out="alone", ema=0.5), weights)
    assert watched.result.losses == alone.result.losses
    assert [record.mean_iou for record in watched.result.history] == [
        record.mean_iou for record in alone.result.history
    ]
    assert [step for step, _ in seen] == [1, 2, 4, 6, 8, 9]
    for _, probabilities in seen:
        assert probabilities.shape == (2, 40, 33)
        assert np.allclose(probabilities.sum(axis=0), 1, atol=1e-5)
    assert not np.allclose(seen[0][1], seen[2][1])


def test_the_epoch_that_is_kept_is_shown_at_the_end_with_its_weights(make_request, weights):
    image = np.random.default_rng(0).integers(60, 180, (40, 33)).astype(np.float32)
    steps, shown, recalled = [], [], []
    hooks = TrainingHooks(
        step=steps.append,
        recall=lambda *past: recalled.append(past),
        outcome=lambda epoch, predict: shown.append((epoch, predict(image))),
    )
    report = _train(make_request(epochs=2), weights, hooks=hooks)
    ((epoch, probabilities),) = shown
    assert epoch == report.result.best.epoch
    assert np.allclose(probabilities.sum(axis=0), 1, atol=1e-5)
    ((past_steps, past_epochs),) = recalled
    assert [record.loss for record in past_steps] == list(report.result.losses)
    assert past_epochs == report.result.history


def test_a_paused_run_has_a_checkpoint_takes_no_step_and_ends_as_if_undisturbed(
    make_request, weights, every_step
):
    control, paused, steps, times_s = RunControl(), threading.Event(), [], {}
    request = make_request("lora")

    def step(record):
        steps.append(record.step)
        times_s.setdefault(record.step, time.perf_counter())
        if record.step == 4:
            control.pause()
            paused.set()

    def epoch(record):
        times_s[f"epoch {record.epoch}"] = time.perf_counter()

    done = []
    thread = threading.Thread(
        target=lambda: done.append(
            _train(request, weights, hooks=TrainingHooks(step=step, epoch=epoch), control=control)
        )
    )
    thread.start()
    assert paused.wait(20)
    folder = CheckpointFolder(request.out)
    deadline_s = time.monotonic() + 10
    while not folder.exists() or folder.load().values["progress"]["step"] != 1:
        assert time.monotonic() < deadline_s
        time.sleep(0.02)
    before_s = time.process_time()
    time.sleep(0.5)
    assert time.process_time() - before_s < 0.25
    assert steps[-1] == 4
    control.resume()
    thread.join(30)
    undisturbed = _train(make_request("lora", out="undisturbed"), weights)
    assert done[0].result.losses == undisturbed.result.losses
    with_pause_s = times_s["epoch 2"] - times_s[3]
    assert done[0].result.history[1].seconds < with_pause_s - 0.5


@pytest.mark.parametrize("paused", [False, True])
def test_stopping_keeps_the_best_epoch_and_leaves_no_unfinished_run(
    make_request, weights, paused, every_step
):
    control = RunControl()

    def step(record):
        if record.step == 7:
            if paused:
                control.pause()
                threading.Timer(0.2, control.stop).start()
            else:
                control.stop()

    request = make_request(epochs=50)
    report = _train(request, weights, hooks=TrainingHooks(step=step), control=control)
    assert len(report.result.losses) == 7
    assert report.result.best is not None
    load_model(read_bundle(request.out), weights)
    assert unfinished_runs(request.out.parent) == ()


def test_a_stopped_run_cannot_be_paused():
    control = RunControl()
    control.stop()
    control.pause()
    assert not control.paused


def test_cancelling_ends_a_paused_run_which_can_be_gone_on_with(make_request, weights, every_step):
    control, job = RunControl(), ThrottledContext(lambda *_: None)

    def step(record):
        if record.step == 5:
            control.pause()
            threading.Timer(0.2, job.cancel).start()

    request = make_request("lora")
    hooks = TrainingHooks(step=step)
    _train(request, weights, hooks=hooks, control=control, job=job)
    (run,) = unfinished_runs(request.out.parent)
    assert (run.out, run.epoch, run.n_epochs, run.n_steps) == (request.out, 1, 3, 5)
    again = _train(stored_request(run.out), weights)
    undisturbed = _train(make_request("lora", out="undisturbed"), weights)
    assert again.result.losses == undisturbed.result.losses
    assert unfinished_runs(request.out.parent) == ()


def _cancelled(request, weights):
    job = ThrottledContext(lambda *_: None)
    _train(request, weights, hooks=TrainingHooks(epoch=lambda _: job.cancel()), job=job)


def test_unfinished_runs_are_listed_unless_damaged_or_trained_elsewhere(make_request, weights):
    for name in ("a", "b", "c"):
        _cancelled(make_request(out=name), weights)
    folder = make_request().out.parent
    (folder / ".b.training" / "checkpoint.json").write_text("{")
    with run_lock(folder / "c"):
        assert [run.out.name for run in unfinished_runs(folder)] == ["a"]
    assert [run.out.name for run in unfinished_runs(folder)] == ["a", "c"]
    assert unfinished_runs(folder / "nowhere") == ()


def test_a_run_that_is_given_up_leaves_its_model_and_nothing_else(make_request, weights):
    request = replace(make_request(), checkpoints=CheckpointSettings(keep_every=1))
    snapshot_folder(request.out).mkdir()
    _cancelled(request, weights)
    discard_run(request.out)
    left = [path.name for path in request.out.parent.iterdir() if "model" in path.name]
    assert left == ["model"]


def test_every_kth_epoch_and_the_last_are_kept_and_can_be_gone_back_to(make_request, weights):
    request = replace(make_request(epochs=5), checkpoints=CheckpointSettings(keep_every=2))
    report = _train(request, weights)
    kept = KeptCheckpoints(request.out).found()
    assert [one.epoch for one in kept] == [2, 4, 5]
    history = report.result.history
    for one in kept:
        assert one.mean_iou == pytest.approx(history[one.epoch - 1].mean_iou)
        assert one.n_bytes > 1000
    back = replace(make_request(out="back", epochs=1), start=kept[0].path)
    gone_back = _train(back, weights)
    assert gone_back.bundle.training["start"]["bundle"] == "model epoch-0002"
    first = _train(make_request(out="first", epochs=1), weights)
    assert gone_back.result.losses[0] < first.result.losses[0]


def test_kept_epochs_stay_below_their_limit_and_go_with_a_new_run(make_request, weights):
    one = 60_000 / 2**30
    keep = CheckpointSettings(keep_every=1, keep_gib=one)
    request = replace(make_request(epochs=4), checkpoints=keep)
    _train(request, weights)
    kept = KeptCheckpoints(request.out).found()
    assert kept[-1].epoch == 4
    assert len(kept) < 4
    assert sum(k.n_bytes for k in kept) <= 60_000
    _train(make_request(overwrite=True, epochs=1), weights)
    assert KeptCheckpoints(request.out).found() == ()


def test_a_damaged_epoch_is_passed_over(make_request, weights):
    request = replace(make_request(epochs=2), checkpoints=CheckpointSettings(keep_every=1))
    _train(request, weights)
    path = KeptCheckpoints(request.out).path
    (path / "epoch-0001" / "model.json").write_text("{")
    (path / "other").mkdir()
    assert [one.epoch for one in KeptCheckpoints(request.out).found()] == [2]


@pytest.mark.parametrize(
    "bad", [{"keep_every": -1}, {"keep_gib": -1.0}, {"keep_gib": float("nan")}]
)
def test_limits_that_cannot_be_are_refused(bad):
    with pytest.raises(SettingsError):
        CheckpointSettings(**bad)


@pytest.mark.parametrize("tuning", ["frozen", "full"])
def test_the_cost_is_measured_and_nothing_is_written(make_request, weights, tmp_path, tuning):
    before = sorted(tmp_path.rglob("*"))
    request = replace(make_request(tuning), checkpoints=CheckpointSettings(keep_every=1))
    cost = measure_cost(request, device=_CPU, weights=weights)
    assert sorted(tmp_path.rglob("*")) == before
    assert cost.n_steps == 3
    assert cost.step_s > 0
    assert cost.total_s >= 3 * cost.epoch_s > 0
    assert cost.batch == cost.wanted_batch == 4
    assert cost.memory.peak_bytes > 50e6
    assert cost.problem == ""
    written = _train(request, weights)
    used = sum(path.stat().st_size for path in tmp_path.glob("*model*/**/*") if path.is_file())
    assert written.bundle.path == request.out
    assert used / 2 < cost.disk_bytes < 50 * used


def test_measuring_can_be_cancelled_and_refuses_what_training_would(make_request, weights):
    request, job = make_request(), ThrottledContext(lambda *_: None)
    job.cancel()
    with pytest.raises(JobCancelledError):
        measure_cost(request, device=_CPU, weights=weights, job=job)
    for path in request.source.masks.iterdir():
        Image.fromarray(np.zeros((28, 28), dtype=np.uint8)).save(path)
    with pytest.raises(DataError, match="every labelled pixel"):
        measure_cost(request, device=_CPU, weights=weights)


def _cost(**changes):
    values = {
        "first_step_s": 3.0,
        "step_s": 1.0,
        "n_steps": 5,
        "validation_s": 2.0,
        "n_epochs": 10,
        "batch": 8,
        "wanted_batch": 8,
        "memory": MemoryUse(10**9, 10**9),
        "disk_bytes": 10**6,
        "free_disk_bytes": 10**9,
        "device": "cpu",
    }
    return TrainingCost(**{**values, **changes})


def test_times_add_up_and_what_does_not_fit_is_told_with_what_to_change():
    assert _cost().epoch_s == 7
    assert _cost().total_s == 10 * 7 + 5 * 2
    assert _cost().problem == ""
    assert "disk has 0.0 GB free" in _cost(disk_bytes=10**10, free_disk_bytes=10**7).problem
    assert "only 4 of 8 samples fit" in _cost(batch=4).problem
    assert "smaller batch or input" in _cost(memory=MemoryUse(10**9, 10**7)).problem
    assert _cost(memory=MemoryUse(10**9, 0)).problem == ""  # the system does not tell


def test_the_peak_of_memory_is_that_of_the_block():
    with measured_memory(_CPU) as small:
        pass
    with measured_memory(_CPU) as large:
        block = np.ones(40_000_000)
        del block
    assert large.peak_bytes - small.peak_bytes == pytest.approx(320e6, rel=0.3)


def test_one_core_is_left_to_others():
    before = torch.get_num_threads()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    with one_core_left() as n_threads:
        assert n_threads <= max(1, cores - 1)
    assert torch.get_num_threads() == before


@pytest.fixture
def drawn(tmp_path):
    """A volume whose bright band is labelled by strokes on five inlines."""
    spec = SegySpec(inlines=tuple(range(100, 140, 2)), crosslines=tuple(range(28)), n_samples=28)
    write_segy(tmp_path / "survey.sgy", spec)
    volume = open_volume(tmp_path / "survey.sgy")
    sections = []
    for index in (1, 3, 5, 15, 19):
        classes = np.full((28, 28), UNLABELLED, dtype=np.uint8)
        classes[4:7, 2:20], classes[12:20, 3:24] = 0, 1
        certainty = np.where(classes < 2, 3, 0).astype(np.uint8)
        sections.append(LabelledSection("inline", index, classes, certainty))
    freeze_labels(sections, volume, tmp_path / "labels")
    volume.close()
    return SnapshotSource(tmp_path / "survey.sgy", tmp_path / "labels")


def test_a_run_on_drawn_labels_says_how_far_validation_lies_and_can_be_gone_on_with(
    make_request, weights, drawn
):
    ranges = SliceRanges(((0, 8),), ((14, 19),))
    split = SplitSettings(by="range", ranges=ranges)
    request = replace(make_request(split=split), source=drawn)
    _cancelled(request, weights)
    report = _train(stored_request(request.out), weights)
    assert (report.n_training, report.n_validation) == (3, 2)
    data = read_bundle(request.out).training["data"]
    assert data["validation_names"] == ["inline 130", "inline 138"]
    assert data["validation_distances_slices"] == [10, 14]
    undisturbed = _train(replace(request, out=request.out.with_name("other")), weights)
    assert report.result.losses == undisturbed.result.losses


def test_sources_of_drawn_labels_survive_json(drawn):
    source = replace(drawn, direction="inline", options={"iline": 189})
    assert source_from_json(source_to_json(source)) == source


def test_a_run_that_does_not_exist_cannot_be_gone_on_with(tmp_path):
    with pytest.raises(ModelError):
        stored_request(tmp_path / "nothing")
