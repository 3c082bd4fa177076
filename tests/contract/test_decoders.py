"""What every registered decoder must do; authors of plugins can run it on theirs."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from engine.models.decoders.base import sees_image
from engine.models.decoders.registry import decoders

CHANNELS = (24,) * 4
N_CLASSES = 3
SIZES = [(28, 28), (56, 42), (70, 126)]

pytestmark = pytest.mark.parametrize("name", decoders().names())


def build(name: str, seed: int = 0) -> nn.Module:
    factory = decoders().load(name)
    torch.manual_seed(seed)
    return factory((3, *CHANNELS) if sees_image(factory) else CHANNELS, N_CLASSES)


@pytest.fixture
def features(name):
    """Make what the decoder gets for tiles of a size: the maps, and the image before them."""

    def make(size: tuple[int, int], batch: int = 2) -> list[torch.Tensor]:
        torch.manual_seed(1)
        maps = [torch.randn(batch, c, size[0] // 14, size[1] // 14) for c in CHANNELS]
        image = [torch.randn(batch, 3, *size)] if sees_image(decoders().load(name)) else []
        return [*image, *maps]

    return make


@pytest.mark.parametrize("size", SIZES)
def test_logits_have_the_size_that_was_asked_for(name, size, features):
    logits = build(name).eval()(features(size), size)
    assert logits.shape == (2, N_CLASSES, *size)
    assert logits.dtype == torch.float32
    assert torch.isfinite(logits).all()


def test_it_is_a_module_that_trains_from_the_start(name):
    decoder = build(name)
    assert isinstance(decoder, nn.Module)
    assert decoder.training
    assert all(p.requires_grad for p in decoder.parameters())


def test_it_can_be_planned_without_memory(name):
    with torch.device("meta"):
        planned = build(name)
    assert all(tensor.is_meta for tensor in planned.state_dict().values())
    assert list(planned.state_dict()) == list(build(name).state_dict())


def test_every_parameter_receives_a_gradient(name, features):
    decoder = build(name)
    logits = decoder(features((56, 42)), (56, 42))
    (logits * torch.randn_like(logits)).sum().backward()
    idle = [
        n for n, p in decoder.named_parameters() if p.grad is None or not p.grad.isfinite().all()
    ]
    assert not idle


def test_gradients_reach_the_encoder(name, features):
    maps = [m.requires_grad_() for m in features((56, 42))]
    build(name)(maps, (56, 42)).square().sum().backward()
    assert maps[-1].grad is not None


def test_in_evaluation_the_members_of_a_batch_do_not_touch_each_other(name, features):
    decoder = build(name).eval()
    maps = features((56, 42))
    with torch.no_grad():
        together = decoder(maps, (56, 42))
        alone = decoder([m[:1] for m in maps], (56, 42))
    torch.testing.assert_close(together[:1], alone, rtol=1e-5, atol=1e-5)


def test_evaluation_changes_nothing(name, features):
    decoder = build(name).eval()
    before = {key: value.clone() for key, value in decoder.state_dict().items()}
    with torch.no_grad():
        first, second = (decoder(features((28, 28)), (28, 28)) for _ in range(2))
    assert torch.equal(first, second)
    assert all(torch.equal(before[key], value) for key, value in decoder.state_dict().items())


def test_all_it_learned_is_in_its_state_dict(name, features):
    decoder = build(name)
    decoder(features((56, 42)), (56, 42))
    copy = build(name, seed=9)
    copy.load_state_dict(decoder.state_dict(), strict=True)
    with torch.no_grad():
        one, other = (d.eval()(features((28, 28)), (28, 28)) for d in (decoder, copy))
    assert torch.equal(one, other)
