"""Linear and PUP decoders."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from engine.errors import SettingsError, ShapeError
from engine.models.decoders.layers import normalisation
from engine.models.decoders.linear import LinearDecoder
from engine.models.decoders.pup import PupDecoder

CHANNELS = (384,) * 4


def n_parameters(module: nn.Module) -> int:
    return sum(p.numel() for p in module.parameters())


@pytest.mark.parametrize(
    ("decoder", "n_classes", "count"),
    [
        (LinearDecoder, 2, 770),
        (LinearDecoder, 6, 2310),
        (PupDecoder, 2, 914_882),
        (PupDecoder, 6, 915_270),
    ],
)
def test_parameter_counts_are_the_published_ones(decoder, n_classes, count):
    assert n_parameters(decoder(CHANNELS, n_classes)) == count


def test_group_normalisation_has_the_same_parameters_and_no_statistics():
    group = PupDecoder(CHANNELS, 2, norm="group")
    assert n_parameters(group) == 914_882
    assert not list(group.buffers())


def test_linear_logits_are_interpolated_bilinearly_without_aligned_corners():
    decoder = LinearDecoder((1,), 2)
    with torch.no_grad():
        decoder.classifier.weight.fill_(1)
        decoder.classifier.bias.zero_()
    logits = decoder([torch.tensor([[[[0.0, 1.0]]]])], (1, 4))
    # Pixel centres lie at -0.25, 0.25, 0.75 and 1.25 tokens; the border is repeated.
    assert logits[0, 0, 0].tolist() == [0.0, 0.25, 0.75, 1.0]


def test_pup_grows_by_eighths_quarters_halves_and_the_whole():
    decoder = PupDecoder((8,), 3, width=16)
    entered = []
    for stage in decoder.stages:
        stage.register_forward_hook(lambda _m, inputs, _o: entered.append(inputs[0].shape[1:]))
    logits = decoder([torch.randn(2, 8, 5, 7)], (70, 98))
    assert [tuple(shape) for shape in entered] == [
        (8, 5, 7),
        (16, 8, 12),
        (16, 17, 24),
        (16, 35, 49),
    ]
    assert logits.shape == (2, 3, 70, 98)


def test_an_unknown_normalisation_is_refused():
    with pytest.raises(SettingsError, match="layer"):
        PupDecoder((8,), 2, norm="layer")


@pytest.mark.parametrize("decoder", [LinearDecoder, PupDecoder])
def test_a_map_of_other_channels_is_refused(decoder):
    with pytest.raises(ShapeError, match="8, h, w"):
        decoder((8,), 2)([torch.zeros(1, 9, 2, 2)], (28, 28))
    with pytest.raises(ShapeError, match="no feature maps"):
        decoder((8,), 2)([], (28, 28))


@pytest.mark.parametrize("channels", [96, 32, 20, 7])
def test_groups_divide_any_number_of_channels(channels):
    layer = normalisation("group", channels)
    assert layer(torch.randn(1, channels, 2, 2)).shape == (1, channels, 2, 2)


def test_batch_statistics_are_updated_again_after_an_evaluation():
    torch.manual_seed(0)
    decoder = PupDecoder((8,), 2, width=8)
    features = [torch.randn(2, 8, 3, 3)]
    decoder(features, (42, 42))
    decoder.eval()
    decoder(features, (42, 42))
    kept = decoder.stages[0][1].running_mean.clone()
    decoder.eval()(features, (42, 42))
    assert torch.equal(decoder.stages[0][1].running_mean, kept)
    decoder.train()(features, (42, 42))
    assert not torch.equal(decoder.stages[0][1].running_mean, kept)
