"""Training that starts from a bundle: the same network, and only where that is possible."""

from dataclasses import replace

import pytest
import torch

from engine.errors import SettingsError, WriteError
from engine.jobs.context import ThrottledContext
from engine.models.spec import TuningSpec
from engine.store.bundle import read_bundle
from engine.store.loading import load_model
from engine.training.fine_tune import train_bundle
from engine.training.records import TrainingHooks
from engine.training.request import stored_request
from engine.training.start import start_network

_CPU = torch.device("cpu")


@pytest.fixture
def images():
    return torch.randn(2, 3, 28, 28, generator=torch.Generator().manual_seed(3))


def train(request, weights):
    train_bundle(request, device=_CPU, weights=weights)
    return read_bundle(request.out)


def logits_of(model, images):
    with torch.no_grad():
        return model.eval()(images)


@pytest.mark.parametrize("method", ["frozen", "full", "lora", "adapter", "norms"])
def test_a_network_starts_as_the_bundle_ended(make_request, weights, images, method):
    bundle = train(make_request(method, epochs=1), weights)
    request = replace(make_request(method, out="next"), start=bundle.path)

    start = start_network(request, weights)

    expected = logits_of(load_model(bundle, weights), images)
    assert torch.allclose(logits_of(start.model, images), expected, atol=1e-5)
    assert start.origin["bundle"] == "model"
    assert set(start.origin["sha256"]) == set(bundle.files)
    trained = {name for name, p in start.model.named_parameters() if p.requires_grad}
    assert any(name.startswith("decoder.") for name in trained)
    assert any(name.startswith("encoder.") for name in trained) == (method != "frozen")


@pytest.mark.parametrize("method", ["full", "lora", "adapter"])
def test_a_frozen_encoder_can_be_tuned_in_any_way_next(make_request, weights, images, method):
    bundle = train(make_request("frozen", epochs=1), weights)
    request = replace(make_request(method, out="next", epochs=1), start=bundle.path)

    start = start_network(request, weights)
    assert torch.allclose(
        logits_of(start.model, images),
        logits_of(load_model(bundle, weights), images),
        atol=1e-5,
    )

    after = train(request, weights)
    assert after.training["start"]["bundle"] == "model"
    assert "start.bundle | model" in (after.path / "README.md").read_text()


def test_without_a_bundle_nothing_is_claimed(make_request, weights):
    assert start_network(make_request(), weights).origin is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"decoder": "linear", "decoder_options": {}}, "decoder linear instead of pup"),
        ({"n_classes": 3}, "n classes 3 instead of 2"),
        ({"tuning": TuningSpec("lora", rank=2)}, "keeps its tuning, lora"),
        ({"tuning": TuningSpec("full")}, "keeps its tuning, lora"),
    ],
)
def test_another_network_or_tuning_is_refused(make_request, weights, change, words):
    bundle = train(make_request("lora", epochs=1), weights)
    request = make_request("lora", out="next")
    request = replace(request, start=bundle.path, spec=replace(request.spec, **change))

    with pytest.raises(SettingsError, match=words) as caught:
        start_network(request, weights)
    assert caught.value.hint


def test_a_bundle_is_not_replaced_by_training_that_starts_from_it(make_request, weights):
    bundle = train(make_request(epochs=1), weights)
    with pytest.raises(WriteError, match="starts from it"):
        train(replace(make_request(overwrite=True), start=bundle.path), weights)


def test_an_unfinished_run_goes_on_from_the_same_bundle_only(make_request, weights):
    first = train(make_request(epochs=1), weights)
    request = replace(make_request("lora", out="next"), start=first.path)
    job = ThrottledContext(lambda *_: None)
    report = train_bundle(
        request,
        device=_CPU,
        weights=weights,
        job=job,
        hooks=TrainingHooks(epoch=lambda _: job.cancel()),
    )
    assert report.result.cancelled
    again = stored_request(request.out)
    assert again.start == first.path.absolute()

    train(make_request(seed=1, overwrite=True), weights)
    with pytest.raises(SettingsError, match="start"):
        train_bundle(again, device=_CPU, weights=weights)
