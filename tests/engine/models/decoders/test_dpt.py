"""The DPT decoder against a plain computation, and the published counts."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.errors import ShapeError
from engine.models.decoders.dpt import DptDecoder
from tests.engine.models.decoders.plain import Plain, bilinear, n_parameters, stir

CHANNELS = (12, 10, 8, 6)


def build(**options) -> DptDecoder:
    torch.manual_seed(0)
    decoder = DptDecoder(CHANNELS, 3, width=16, **options)
    stir(decoder)
    return decoder


def maps(grid: tuple[int, int] = (3, 5), batch: int = 2) -> list[Tensor]:
    torch.manual_seed(1)
    return [torch.randn(batch, n, *grid) for n in CHANNELS]


def reference(plain: Plain, features: list[Tensor], size: tuple[int, int]) -> Tensor:
    """Follow the reference's description with its four taps written out."""

    def unit(x: Tensor, name: str) -> Tensor:
        y = plain.norm(plain.conv(torch.relu(x), f"{name}.conv1"), f"{name}.norm1")
        return x + plain.norm(plain.conv(torch.relu(y), f"{name}.conv2"), f"{name}.norm2")

    def fraction(n: int) -> tuple[int, int]:
        return max(size[0] // n, 1), max(size[1] // n, 1)

    x3, x6, x9, x12 = (plain.conv(x, f"enter.{k}") for k, x in enumerate(features))
    path = plain.conv(bilinear(unit(x12, "units.3"), fraction(16)), "projections.3")
    path = path + bilinear(unit(x9, "skips.2"), path.shape[-2:])
    path = plain.conv(bilinear(unit(path, "units.2"), fraction(8)), "projections.2")
    path = path + bilinear(unit(x6, "skips.1"), path.shape[-2:])
    path = plain.conv(bilinear(unit(path, "units.1"), fraction(4)), "projections.1")
    path = path + bilinear(unit(x3, "skips.0"), path.shape[-2:])
    path = plain.conv(bilinear(unit(path, "units.0"), fraction(2)), "projections.0")
    y = bilinear(plain.conv(path, "head"), size)
    return plain.conv(F.relu(plain.conv(y, "classifier.0")), "classifier.2")


@pytest.mark.parametrize(("n_classes", "count"), [(2, 12_398_818), (6, 12_398_818 + 4 * 33)])
def test_the_number_of_parameters_is_the_published_one_without_the_dead_ones(n_classes, count):
    assert n_parameters(DptDecoder((384,) * 4, n_classes)) == count
    assert count - 4 * 33 * (n_classes == 6) == 13_579_490 - 1_180_672


@pytest.mark.parametrize("size", [(45, 83), (14, 14), (112, 70)])
@pytest.mark.parametrize("training", [False, True])
def test_logits_are_those_of_a_plain_computation(training, size):
    decoder = build().train(training)
    features = maps((max(size[0] // 14, 1), max(size[1] // 14, 1)))
    expected = reference(Plain(decoder, training=training), features, size)
    logits = decoder(features, size)
    assert logits.shape == (2, 3, *size)
    torch.testing.assert_close(logits, expected, rtol=1e-4, atol=1e-5)


def test_logits_by_group_are_those_of_a_plain_computation():
    decoder = build(norm="group")
    expected = reference(Plain(decoder, norm="group"), maps(), (45, 83))
    torch.testing.assert_close(decoder(maps(), (45, 83)), expected, rtol=1e-4, atol=1e-5)


def test_the_path_grows_by_sixteenths_eighths_quarters_and_halves():
    decoder = build().eval()
    entered = []
    for unit in reversed(decoder.units):
        unit.register_forward_hook(lambda _m, inputs, _o: entered.append(inputs[0].shape[-2:]))
    decoder.head.register_forward_hook(lambda _m, inputs, _o: entered.append(inputs[0].shape[-2:]))
    decoder(maps((5, 7)), (70, 98))
    assert [tuple(shape) for shape in entered] == [(5, 7), (4, 6), (8, 12), (17, 24), (35, 49)]


def test_logits_are_not_rectified():
    logits = build().eval()(maps(), (42, 70))
    assert (logits < 0).any()
    assert not (logits == 0).any()


def test_maps_given_are_left_as_they_are():
    features = maps()
    copies = [m.clone() for m in features]
    build()(features, (42, 70))
    assert all(torch.equal(a, b) for a, b in zip(features, copies, strict=True))


def test_a_map_of_other_channels_is_refused():
    with pytest.raises(ShapeError, match=r"\(B, 12, h, w\)"):
        build()(list(reversed(maps())), (42, 70))
