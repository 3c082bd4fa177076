"""Whole runs, from folders to a bundle that loads."""

import json

import numpy as np
import pytest
import torch
from PIL import Image

from engine.data.batches import TrainingBatches
from engine.errors import DataError, JobCancelledError, WriteError
from engine.evaluation.folder_evaluation import evaluate_bundle
from engine.jobs.context import ThrottledContext
from engine.models.pretrained import load_encoder
from engine.store.bundle import read_bundle
from engine.store.loading import load_model
from engine.store.resuming import load_trainable
from engine.training.fine_tune import train_bundle
from engine.training.records import TrainingHooks
from engine.training.trainer import Trainer

_CPU = torch.device("cpu")


class _CancelAt:
    """A job that is cancelled at the n-th check."""

    def __init__(self, n):
        self.left = n

    def check(self):
        self.left -= 1
        if self.left < 0:
            raise JobCancelledError

    def report(self, done, total, message=""):
        pass


def _scan_checks(request):
    # Each pair is looked at once and hashed once.
    return 2 * len(list(request.source.images.iterdir()))


@pytest.mark.parametrize("tuning", ["frozen", "lora", "full"])
@pytest.mark.parametrize("decoder", ["linear", "pup"])
def test_the_loss_falls_and_the_bundle_loads(make_request, weights, tuning, decoder):
    request = make_request(tuning, decoder, epochs=6)
    report = train_bundle(request, device=_CPU, weights=weights)
    losses = report.result.losses
    assert len(losses) == 6 * 3
    assert np.mean(losses[-3:]) < np.mean(losses[:3])
    bundle = read_bundle(request.out)
    assert bundle.training["ended"] == "all epochs done"
    assert bundle.image_size == (28, 28)
    logits = load_model(bundle, weights)(torch.zeros(1, 3, 28, 28))
    assert logits.shape == (1, 2, 28, 28)


def test_the_recorded_score_is_found_again_by_evaluating_the_bundle(make_request, weights):
    request = make_request("lora", epochs=4)
    report = train_bundle(request, device=_CPU, weights=weights)
    bundle = read_bundle(request.out)
    evaluation = evaluate_bundle(bundle, request.source, device=_CPU, weights=weights)
    names = bundle.training["data"]["validation_names"]
    assert len(names) == report.n_validation == 3
    again = np.mean([value for name, value in evaluation.samples if name in names])
    recorded = bundle.training["scores"]["validation"]["per_sample"]["mean_iou"]
    assert recorded == pytest.approx(again, abs=1e-6)
    assert recorded == pytest.approx(report.result.best.mean_iou)
    best = max(report.result.history, key=lambda r: r.mean_iou + r.overall_mean_iou)
    assert best.mean_iou == recorded


def test_a_class_that_validation_lacks_is_named_beside_its_scores(make_request, weights):
    request = make_request("frozen", epochs=3)
    for number in range(1, 12):  # only one image has a body, and that is trained on
        path = request.source.masks / f"{number}.png"
        Image.fromarray(np.zeros((28, 28), dtype=np.uint8)).save(path)
    report = train_bundle(request, device=_CPU, weights=weights)
    assert "0" not in read_bundle(request.out).training["data"]["validation_names"]
    assert report.summary.startswith("last epoch 3 of 3: validation mIoU ")
    assert report.summary.endswith("on 3 of 12 samples, which say nothing about body")
    assert report.summary_of("slice").endswith("on 3 of 12 slices, which say nothing about body")
    assert "sample" not in report.summary_of("slice")
    training = read_bundle(request.out).training
    assert training["best_epoch"] == 3
    assert training["best_by"].startswith("last epoch")
    assert training["scores"]["validation_lacks"] == ["body"]


def test_the_same_seed_gives_the_same_losses_to_the_last_digit(make_request, weights):
    runs = [
        train_bundle(make_request("lora", out=name, seed=4), device=_CPU, weights=weights)
        for name in ("a", "b")
    ]
    assert runs[0].result.losses == runs[1].result.losses
    states = [load_trainable(run.bundle, weights).state_dict() for run in runs]
    assert all(torch.equal(states[0][key], states[1][key]) for key in states[0])
    other = train_bundle(make_request("lora", out="c", seed=5), device=_CPU, weights=weights)
    assert other.result.losses != runs[0].result.losses


def test_training_leaves_the_callers_random_numbers_alone(make_request, weights):
    torch.manual_seed(11)
    expected = torch.rand(3)
    torch.manual_seed(11)
    train_bundle(make_request(epochs=1), device=_CPU, weights=weights)
    assert torch.equal(torch.rand(3), expected)


@pytest.mark.parametrize("tuning", ["frozen", "lora"])
def test_the_pretrained_encoder_stays_as_it_was_bit_for_bit(
    make_request, weights, tuning, monkeypatch
):
    models = []
    original = Trainer.__init__

    def keep(self, model, *args):
        models.append(model)
        original(self, model, *args)

    monkeypatch.setattr(Trainer, "__init__", keep)
    train_bundle(make_request(tuning), device=_CPU, weights=weights)
    before = load_encoder("small14", weights)[0].vit.state_dict()
    after = {
        name.replace("base_model.model.", "").replace(".base_layer", ""): tensor
        for name, tensor in models[0].encoder.vit.state_dict().items()
        if ".lora_" not in name
    }
    assert after.keys() == before.keys()
    assert all(torch.equal(after[name], before[name]) for name in before)


def test_full_tuning_changes_the_encoder_and_stores_it(make_request, weights):
    request = make_request("full")
    report = train_bundle(request, device=_CPU, weights=weights)
    before = load_encoder("small14", weights)[0].vit.state_dict()
    after = load_model(report.bundle, weights).encoder.vit.state_dict()
    assert not torch.equal(after["patch_embed.proj.weight"], before["patch_embed.proj.weight"])
    assert report.bundle.encoder_sha256 != weights.find("small14").sha256


def test_every_adapter_still_gets_gradients_after_the_first_validation(
    make_request, weights, monkeypatch
):
    learning = []
    original = Trainer._step

    def step(self, batch):
        epoch = self._state.progress.epoch
        original(self, batch)
        adapters = [p for name, p in self._model.named_parameters() if ".lora_" in name]
        reached = sum(p.grad is not None and bool(p.grad.abs().max() > 0) for p in adapters)
        learning.append((epoch, reached, len(adapters)))

    monkeypatch.setattr(Trainer, "_step", step)
    train_bundle(make_request("lora"), device=_CPU, weights=weights)
    assert {epoch for epoch, _, _ in learning} == {0, 1, 2}
    # Two matrices for each of two layers in each of four blocks.
    assert all((reached, n) == (16, 16) for epoch, reached, n in learning if epoch > 0)


def test_validation_files_are_never_trained_on(make_request, weights, monkeypatch):
    trained = set()
    original = TrainingBatches.epoch

    def epoch(self, number):
        for batch in original(self, number):
            trained.update(batch.names)
            yield batch

    monkeypatch.setattr(TrainingBatches, "epoch", epoch)
    report = train_bundle(make_request(), device=_CPU, weights=weights)
    validation = set(report.bundle.training["data"]["validation_names"])
    assert not trained & validation
    assert len(trained) + len(validation) == 12


def test_cancelling_keeps_the_best_epoch_so_far(make_request, weights):
    request = make_request("lora", epochs=50)
    job = ThrottledContext(lambda *_: None)
    seen = []

    def on_epoch(record):
        seen.append(record)
        if record.epoch == 2:
            job.cancel()

    report = train_bundle(
        request, device=_CPU, weights=weights, hooks=TrainingHooks(epoch=on_epoch), job=job
    )
    assert report.result.cancelled
    assert len(report.result.history) == 2
    bundle = read_bundle(request.out)
    assert bundle.training["ended"] == "cancelled after 6 steps"
    assert bundle.training["best_epoch"] == report.result.best.epoch
    load_model(bundle, weights)


def test_cancelling_in_the_first_epoch_leaves_a_bundle_that_says_so(make_request, weights):
    request = make_request()
    job = _CancelAt(_scan_checks(request) + 2)
    report = train_bundle(request, device=_CPU, weights=weights, job=job)
    assert report.result.best is None
    bundle = read_bundle(request.out)
    assert bundle.training["ended"] == "cancelled after 2 steps"
    assert bundle.training["scores"] is None
    load_model(bundle, weights)


@pytest.mark.parametrize("checks", [0, 5, 12, 24])
def test_cancelling_before_the_first_step_leaves_nothing(make_request, weights, checks):
    request = make_request()
    with pytest.raises(JobCancelledError):
        train_bundle(request, device=_CPU, weights=weights, job=_CancelAt(checks))
    assert not request.out.exists()
    assert not list(request.out.parent.glob(".*part*"))


def test_a_bundle_is_there_after_every_best_epoch(make_request, weights):
    request = make_request(epochs=2)
    found = []
    train_bundle(
        request,
        device=_CPU,
        weights=weights,
        hooks=TrainingHooks(
            epoch=lambda _: found.append(read_bundle(request.out).training["ended"])
        ),
    )
    assert found[0] == "not yet; epoch 1 is the best so far"


def test_the_card_says_what_was_trained_on_what_and_how_it_scores(make_request, weights):
    request = make_request("lora")
    train_bundle(request, device=_CPU, weights=weights)
    card = (request.out / "README.md").read_text()
    for words in ("data/images", "validation_samples | 3", "per_sample.mean_iou", "torch", "seed"):
        assert words in card
    assert "validation_names" not in card
    model = json.loads((request.out / "model.json").read_text())
    assert len(model["training"]["history"]) == 3


def test_images_larger_than_the_input_are_cropped(make_request, weights):
    request = make_request(size=(14, 14), epochs=1)
    report = train_bundle(request, device=_CPU, weights=weights)
    assert report.bundle.training["fit"] == "crop"
    assert len(report.result.losses) == 9  # 9 files of 4 crops in batches of 4
    evaluation = evaluate_bundle(report.bundle, request.source, device=_CPU, weights=weights)
    assert evaluation.fit.value == "crop"


def test_a_place_that_is_taken_is_refused_before_anything_is_read(make_request, weights):
    request = make_request()
    request.out.mkdir()
    (request.out / "thesis.tex").write_text("")
    with pytest.raises(WriteError, match="exists already"):
        train_bundle(request, device=_CPU, weights=weights)


def test_a_bundle_is_replaced_only_on_request(make_request, weights):
    train_bundle(make_request(epochs=1), device=_CPU, weights=weights)
    with pytest.raises(WriteError, match="exists already"):
        train_bundle(make_request(epochs=1), device=_CPU, weights=weights)
    train_bundle(make_request(epochs=2, overwrite=True), device=_CPU, weights=weights)


def test_a_place_below_a_file_is_refused(make_request, weights, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(WriteError, match="cannot be written to"):
        train_bundle(make_request(out="file/model"), device=_CPU, weights=weights)


def test_one_pair_is_too_few(make_request, weights, source):
    for path in sorted(source.images.iterdir())[1:]:
        path.unlink()
        (source.masks / path.name).unlink()
    with pytest.raises(DataError, match="cannot be split"):
        train_bundle(make_request(), device=_CPU, weights=weights)
