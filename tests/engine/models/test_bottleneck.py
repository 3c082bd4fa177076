"""Bottleneck adapters, against the formula written out."""

from __future__ import annotations

import math

import pytest
import torch
from torch.nn.functional import layer_norm

from engine.models.adapter_files import stored_shapes
from engine.models.bottleneck import Bottleneck, add_bottlenecks
from engine.models.encoder import Encoder
from engine.models.spec import TuningSpec
from engine.models.strict import shapes_of
from tests.engine.models.conftest import SMALL, stir


def gelu(x: torch.Tensor) -> torch.Tensor:
    return x * 0.5 * (1 + torch.erf(x / math.sqrt(2)))


def test_a_bottleneck_is_a_residual_of_two_layers():
    torch.manual_seed(0)
    adapter = Bottleneck(6, 2)
    x = torch.randn(2, 5, 6)
    assert torch.equal(adapter(x), x)
    with torch.no_grad():
        adapter.up.weight.normal_()
        adapter.up.bias.normal_()
    inner = gelu(x @ adapter.down.weight.T + adapter.down.bias)
    expected = x + inner @ adapter.up.weight.T + adapter.up.bias
    torch.testing.assert_close(adapter(x), expected)


@pytest.fixture
def adapted(small_encoder) -> Encoder:
    add_bottlenecks(small_encoder.vit, 4)
    stir(small_encoder)
    return small_encoder.eval()


def test_a_block_adapts_after_attention_and_after_the_mlp_before_layer_scale(adapted):
    block = adapted.vit.blocks[1]
    x = torch.randn(2, 7, SMALL.dim, generator=torch.Generator().manual_seed(1))

    def norm(y, module):
        return layer_norm(y, (SMALL.dim,), module.weight, module.bias, module.eps)

    with torch.no_grad():
        after = x + block.ls1.gamma * block.ls1.adapter(block.attn(norm(x, block.norm1)))
        inner = gelu(block.mlp.fc1(norm(after, block.norm2)))
        after = after + block.ls2.gamma * block.ls2.adapter(block.mlp.fc2(inner))
        torch.testing.assert_close(block(x), after, rtol=1e-5, atol=1e-5)


def test_the_encoders_own_tensors_keep_their_names_and_places(small_encoder):
    before = dict(small_encoder.vit.named_parameters())
    add_bottlenecks(small_encoder.vit, 4)
    after = dict(small_encoder.vit.named_parameters())
    assert all(after[name] is tensor for name, tensor in before.items())
    new = {name: tuple(after[name].shape) for name in after.keys() - before.keys()}
    shapes = {name: tuple(tensor.shape) for name, tensor in before.items()}
    assert new == stored_shapes(shapes, TuningSpec("adapter", rank=4))
    assert len(new) == 4 * 2 * SMALL.depth


def test_an_adapted_encoder_has_the_shapes_of_a_plain_one_and_its_adapters(adapted):
    torch.manual_seed(0)
    plain = shapes_of(Encoder(SMALL).vit)
    stored = stored_shapes(plain, TuningSpec("adapter", rank=4))
    assert shapes_of(adapted.vit) == {**plain, **stored}
