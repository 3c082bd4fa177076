"""Networks without start values."""

from __future__ import annotations

import pytest
import torch

from engine.models.segmenter import build_decoder
from engine.models.spec import ModelSpec
from engine.models.undrawn import Undrawn


@pytest.mark.parametrize("decoder", ["linear", "pup", "mla", "dpt", "detail"])
def test_the_generator_is_where_it_was_and_the_shapes_are_the_same(decoder):
    spec = ModelSpec("outcrop-vit-tiny14", decoder, 2)
    drawn = build_decoder(spec)
    before = torch.get_rng_state()
    with Undrawn():
        undrawn = build_decoder(spec)
    assert torch.equal(torch.get_rng_state(), before)
    assert {n: t.shape for n, t in drawn.state_dict().items()} == {
        n: t.shape for n, t in undrawn.state_dict().items()
    }
    undrawn.load_state_dict(drawn.state_dict())
    build_decoder(spec)
    assert not torch.equal(torch.get_rng_state(), before)


def test_all_but_start_values_is_computed():
    with Undrawn():
        assert torch.equal(torch.ones(3) + 1, torch.full((3,), 2.0))
        assert torch.equal(torch.nn.BatchNorm2d(3).running_var, torch.ones(3))
        assert torch.nn.Linear(2, 3).weight.requires_grad
