"""The U-Net baseline as encoder and decoder."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.errors import ModelError, ShapeError
from engine.models.segmenter import Segmenter, build
from engine.models.spec import METHODS, ModelSpec, TuningSpec
from tests.engine.models.decoders.plain import Plain, bilinear, n_parameters, stir


def unet(n_classes: int = 3, norm: str = "batch") -> Segmenter:
    torch.manual_seed(0)
    model = build(ModelSpec("unet", "unet", n_classes, TuningSpec("full"), {"norm": norm}))
    stir(model)
    return model


def image(rows: int, cols: int, batch: int = 2) -> Tensor:
    torch.manual_seed(1)
    return torch.randn(batch, 1, rows, cols).expand(-1, 3, -1, -1)


def reference(plain: Plain, x: Tensor) -> Tensor:
    """Follow the reference's description, its five widths written out."""
    e1 = plain.pair(x, "encoder.stages.0")
    e2 = plain.pair(F.max_pool2d(e1, 2), "encoder.stages.1")
    e3 = plain.pair(F.max_pool2d(e2, 2), "encoder.stages.2")
    e4 = plain.pair(F.max_pool2d(e3, 2), "encoder.stages.3")
    e5 = plain.pair(F.max_pool2d(e4, 2), "encoder.stages.4")
    path = plain.pair(torch.cat([e4, bilinear(e5, e4.shape[-2:])], 1), "decoder.stages.0")
    path = plain.pair(torch.cat([e3, bilinear(path, e3.shape[-2:])], 1), "decoder.stages.1")
    path = plain.pair(torch.cat([e2, bilinear(path, e2.shape[-2:])], 1), "decoder.stages.2")
    path = plain.pair(torch.cat([e1, bilinear(path, e1.shape[-2:])], 1), "decoder.stages.3")
    return plain.conv(path, "decoder.classifier")


@pytest.mark.parametrize(("n_classes", "count"), [(2, 4_317_858), (6, 4_317_858 + 4 * 33)])
def test_the_number_of_parameters_is_the_published_one(n_classes, count):
    assert n_parameters(unet(n_classes)) == count
    assert n_parameters(unet(n_classes, norm="group")) == count


def test_the_widths_of_the_convolutions_are_the_published_ones():
    model = unet()
    down = [(s[0].in_channels, s[0].out_channels, s[3].out_channels) for s in model.encoder.stages]
    up = [(s[0].in_channels, s[0].out_channels, s[3].out_channels) for s in model.decoder.stages]
    assert down == [(1, 32, 32), (32, 64, 64), (64, 128, 128), (128, 256, 256), (256, 256, 256)]
    assert up == [(512, 256, 128), (256, 128, 64), (128, 64, 32), (64, 32, 32)]


@pytest.mark.parametrize("size", [(37, 59), (42, 70), (32, 48)])
@pytest.mark.parametrize("training", [False, True])
def test_logits_are_those_of_a_plain_computation(training, size):
    model = unet().train(training)
    expected = reference(Plain(model, training=training), image(*size)[:, :1])
    logits = model(image(*size))
    assert logits.shape == (2, 3, *size)
    torch.testing.assert_close(logits, expected, rtol=1e-4, atol=1e-5)


def test_logits_by_group_are_those_of_a_plain_computation():
    model = unet(norm="group")
    expected = reference(Plain(model, norm="group"), image(37, 59)[:, :1])
    torch.testing.assert_close(model(image(37, 59)), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("size", [(1, 1), (14, 14), (14, 210), (15, 33), (16, 16), (28, 98)])
def test_images_of_any_size_give_logits_of_that_size(size):
    model = unet().eval()
    with torch.no_grad():
        logits = model(image(*size))
    assert logits.shape == (2, 3, *size)
    assert torch.isfinite(logits).all()


def test_maps_have_strides_of_1_2_4_8_and_16():
    maps = unet().encoder(image(37, 64))
    shapes = [tuple(m.shape[1:]) for m in maps]
    assert shapes == [(32, 37, 64), (64, 18, 32), (128, 9, 16), (256, 4, 8), (256, 2, 4)]


def test_only_the_first_of_three_channels_is_used():
    model = unet().eval()
    x = image(32, 32).clone()
    other = torch.cat([x[:, :1], torch.randn_like(x[:, 1:])], 1)
    with torch.no_grad():
        assert torch.equal(model(x), model(other))


@pytest.mark.parametrize("shape", [(1, 1, 32, 32), (3, 32, 32)])
def test_a_wrong_shape_is_refused_with_the_shape(shape):
    with pytest.raises(ShapeError, match=str(shape[-1])):
        unet().encoder(torch.zeros(shape))


@pytest.mark.parametrize(
    ("encoder", "decoder"), [("unet", "pup"), ("unet", "linear"), ("outcrop-vit-tiny14", "unet")]
)
def test_half_a_u_net_with_something_else_is_refused(encoder, decoder):
    with pytest.raises(ModelError, match=f"{encoder} does not go with the decoder") as caught:
        ModelSpec(encoder, decoder, 2, TuningSpec("full"))
    assert "unet for both, or for neither" in caught.value.hint


@pytest.mark.parametrize("method", [m for m in METHODS if m != "full"])
def test_a_u_net_is_trained_as_a_whole_or_not_at_all(method):
    with pytest.raises(ModelError, match=f"its tuning cannot be {method}") as caught:
        ModelSpec("unet", "unet", 2, TuningSpec(method))
    assert "full" in caught.value.hint
