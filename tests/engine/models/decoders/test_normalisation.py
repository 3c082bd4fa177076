"""What all networks owe their normalisation: the policy of batch statistics, and groups."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from engine.models.segmenter import Segmenter, build
from engine.models.spec import ModelSpec, TuningSpec
from tests.engine.models.decoders.plain import batch_norms, idle_parameters

OPTIONS = {
    "pup": {"width": 8},
    "mla": {"width": 16},
    "dpt": {"width": 16},
    "detail": {"width": 8},
    "unet": {},
}
SIZE = (28, 42)

pytestmark = pytest.mark.parametrize("name", OPTIONS)


def network(name: str, norm: str) -> Segmenter:
    torch.manual_seed(0)
    encoder = "unet" if name == "unet" else "outcrop-vit-tiny14"
    options = {**OPTIONS[name], "norm": norm}
    return build(ModelSpec(encoder, name, 2, TuningSpec("full"), options))


def image(batch: int) -> Tensor:
    torch.manual_seed(1)
    return torch.randn(batch, 1, *SIZE).expand(-1, 3, -1, -1)


def means(model: nn.Module) -> list[Tensor]:
    return [layer.running_mean.clone() for layer in batch_norms(model)]


def test_batch_statistics_follow_training_again_after_every_evaluation(name):
    model = network(name, "batch")
    assert means(model)
    for _ in range(2):
        before = means(model)
        model.eval()(image(2))
        assert all(torch.equal(a, b) for a, b in zip(before, means(model), strict=True))
        model.train()(image(2))
        assert not any(torch.equal(a, b) for a, b in zip(before, means(model), strict=True))


def test_evaluation_uses_the_running_statistics_and_training_those_of_the_batch(name):
    model = network(name, "batch")
    with torch.no_grad():
        before = model.eval()(image(2))
        trained = model.train()(image(2))
        for layer in batch_norms(model):
            layer.running_mean.add_(1)
        assert torch.equal(model.train()(image(2)), trained)
        assert not torch.allclose(model.eval()(image(2)), before)


def test_batch_statistics_are_in_the_state_dict(name):
    state = network(name, "batch").state_dict()
    n_layers = len(batch_norms(network(name, "batch")))
    assert sum(key.endswith("running_var") for key in state) == n_layers


def test_groups_train_on_a_single_image_and_compute_the_same_in_evaluation(name):
    model = network(name, "group")
    assert not batch_norms(model)
    assert not list(model.buffers())
    trained = model.train()(image(1))
    assert not idle_parameters(model, (trained * torch.randn_like(trained)).sum())
    torch.testing.assert_close(model.eval()(image(1)), trained, rtol=0, atol=1e-6)


def test_every_parameter_gets_a_gradient(name):
    # In evaluation mode: batch statistics cancel the biases of convolutions.
    model = network(name, "batch").eval()
    logits = model(image(2))
    assert not idle_parameters(model, (logits * torch.randn_like(logits)).sum())
