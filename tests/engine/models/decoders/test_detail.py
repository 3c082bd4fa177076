"""The detail decoder against a plain computation, and what it takes from the image."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.errors import ShapeError
from engine.models.decoders.detail import DetailDecoder
from engine.models.segmenter import build
from engine.models.spec import ModelSpec
from tests.engine.models.decoders.plain import Plain, bilinear, n_parameters, stir

CHANNELS = (3, 12, 10, 8, 6)


def decoder(**options) -> DetailDecoder:
    torch.manual_seed(0)
    made = DetailDecoder(CHANNELS, 3, width=8, **options)
    stir(made)
    return made


def maps(size: tuple[int, int], batch: int = 2) -> list[Tensor]:
    torch.manual_seed(1)
    grid = (max(size[0] // 14, 1), max(size[1] // 14, 1))
    tokens = [torch.randn(batch, n, *grid) for n in CHANNELS[1:]]
    return [torch.randn(batch, 3, *size), *tokens]


def reference(plain: Plain, features: list[Tensor]) -> Tensor:
    """Follow the table of the docstring line by line."""
    image, *tokens = features
    full = plain.pair(image[:, :1], "image.0")
    half = plain.pair(F.max_pool2d(full, 2), "image.1")
    quarter = plain.pair(F.max_pool2d(half, 2), "image.2")
    eighth = plain.pair(F.max_pool2d(quarter, 2), "image.3")
    path = F.relu(plain.norm(plain.conv(torch.cat(tokens, 1), "tokens.0"), "tokens.1"))
    for stage, detail in enumerate((eighth, quarter, half, full)):
        joined = torch.cat([detail, bilinear(path, detail.shape[-2:])], 1)
        path = plain.pair(joined, f"stages.{stage}")
    return plain.conv(path, "classifier")


@pytest.mark.parametrize("size", [(45, 83), (14, 14), (112, 70)])
@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("norm", ["batch", "group"])
def test_logits_are_those_of_a_plain_computation(norm, training, size):
    made = decoder(norm=norm).train(training)
    expected = reference(Plain(made, training=training, norm=norm), maps(size))
    logits = made(maps(size), size)
    assert logits.shape == (2, 3, *size)
    torch.testing.assert_close(logits, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("encoder", "count"), [((192,) * 4, 1_029_170), ((384,) * 4, 1_127_474)])
def test_the_number_of_parameters(encoder, count):
    assert n_parameters(DetailDecoder((3, *encoder), 2)) == count


def test_a_change_of_one_pixel_is_seen_there_first():
    made = decoder().eval()
    features = maps((56, 56))
    image = features[0].requires_grad_()
    made(features, (56, 56))[0, :, 20, 30].square().sum().backward()
    gradient = image.grad[0, 0].abs()
    assert gradient[20, 30] > 0
    assert gradient[18:23, 28:33].sum() > gradient[40:45, 5:10].sum()


@pytest.mark.parametrize("size", [(1, 1), (3, 20)])
def test_images_smaller_than_the_poolings_pass(size):
    assert decoder().eval()(maps(size), size).shape == (2, 3, *size)


def test_without_the_image_the_maps_are_refused():
    with pytest.raises(ShapeError, match="5 feature maps, got 4"):
        decoder()(maps((28, 28))[1:], (28, 28))


def test_a_network_gives_its_decoder_the_image_it_got():
    model = build(ModelSpec("outcrop-vit-tiny14", "detail", 2)).eval()
    images = torch.randn(1, 1, 28, 42).expand(-1, 3, -1, -1)
    with torch.no_grad():
        expected = model.decoder([images, *model.encoder(images)], (28, 42))
        assert torch.equal(model(images), expected)
        without = model.decoder([torch.zeros_like(images), *model.encoder(images)], (28, 42))
    assert not torch.allclose(without, expected)
