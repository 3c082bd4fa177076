"""The MLA decoder against a plain computation, hand values, and the published counts."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from engine.errors import ShapeError
from engine.models.decoders.mla import MlaDecoder
from tests.engine.models.decoders.plain import Plain, bilinear, n_parameters, stir

CHANNELS = (12, 10, 8, 6)
SIZE = (45, 83)


def build(**options) -> MlaDecoder:
    torch.manual_seed(0)
    decoder = MlaDecoder(CHANNELS, 3, width=16, **options)
    stir(decoder)
    return decoder


def maps(batch: int = 2) -> list[Tensor]:
    torch.manual_seed(1)
    return [torch.randn(batch, n, 3, 5) for n in CHANNELS]


def reference(plain: Plain, features: list[Tensor], size: tuple[int, int]) -> Tensor:
    """Follow the reference's description with its four taps written out."""
    x3, x6, x9, x12 = features
    s12 = plain.pair(x12, "enter.3")
    s9 = plain.pair(x9, "enter.2") + s12
    s6 = plain.pair(x6, "enter.1") + s9
    s3 = plain.pair(x3, "enter.0") + s6

    def out(x: Tensor, k: int) -> Tensor:
        x = plain.pair(plain.pair(x, f"narrow.{k}.0"), f"narrow.{k}.1")
        return plain.pair(bilinear(x, (4 * x.shape[-2], 4 * x.shape[-1])), f"leave.{k}")

    branches = [
        out(s12, 3),
        out(plain.pair(s9, "middle.2"), 2),
        out(plain.pair(s6, "middle.1"), 1),
        out(plain.pair(s3, "middle.0"), 0),
    ]
    return bilinear(plain.conv(torch.cat(branches, 1), "classifier"), size)


@pytest.mark.parametrize(("n_classes", "count"), [(2, 10_303_106), (6, 10_303_106 + 4 * 385)])
def test_the_number_of_parameters_is_the_published_one_without_the_dead_ones(n_classes, count):
    assert n_parameters(MlaDecoder((384,) * 4, n_classes)) == count
    assert count - 4 * 385 * (n_classes == 6) == 10_967_810 - 664_704


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("norm", ["batch", "group"])
def test_logits_are_those_of_a_plain_computation(training, norm):
    decoder = build(norm=norm).train(training)
    expected = reference(Plain(decoder, training=training, norm=norm), maps(), SIZE)
    logits = decoder(maps(), SIZE)
    assert logits.shape == (2, 3, *SIZE)
    torch.testing.assert_close(logits, expected, rtol=1e-4, atol=1e-5)


def pass_through(decoder: nn.Module) -> None:
    """Make every convolution copy its first channels, and every norm do nothing."""
    with torch.no_grad():
        for layer in decoder.modules():
            if isinstance(layer, nn.Conv2d):
                layer.weight.zero_()
                layer.bias.zero_()
                for channel in range(layer.out_channels):
                    centre = layer.kernel_size[0] // 2
                    layer.weight[channel, channel, centre, centre] = 1
            if isinstance(layer, nn.BatchNorm2d):
                layer.weight.fill_((1 + layer.eps) ** 0.5)


def test_maps_are_summed_from_the_deepest_up_and_joined_deepest_first():
    decoder = MlaDecoder((2,) * 4, 4, width=2).eval()
    pass_through(decoder)
    features = [torch.full((1, 2, 3, 3), value) for value in (1.0, 10.0, 100.0, 1000.0)]
    logits = decoder(features, (12, 12))
    expected = torch.tensor([1000.0, 1100.0, 1110.0, 1111.0])  # taps 12, 9, 6, 3
    torch.testing.assert_close(logits[0], expected[:, None, None].expand(4, 12, 12))


def test_a_branch_sees_its_own_map_and_the_deeper_ones_only():
    decoder = build().eval()
    half = decoder.classifier.in_channels // 4
    seen = []
    for branch in range(4):
        with torch.no_grad():
            decoder.classifier.weight.zero_()
            decoder.classifier.weight[:, branch * half : (branch + 1) * half] = 1
        features = [m.requires_grad_() for m in maps()]
        decoder(features, SIZE).square().sum().backward()
        seen.append([m.grad is not None and bool(m.grad.abs().sum() > 0) for m in features])
    assert seen == [
        [False, False, False, True],
        [False, False, True, True],
        [False, True, True, True],
        [True, True, True, True],
    ]


def test_another_number_of_maps_is_refused():
    with pytest.raises(ShapeError, match="4 feature maps, got 3"):
        build()(maps()[:3], SIZE)
