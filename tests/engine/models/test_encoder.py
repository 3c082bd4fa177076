"""The encoder against timm, and its position cache."""

from __future__ import annotations

import pytest
import timm
import torch

from engine.errors import ModelError, SettingsError, ShapeError
from engine.models.designs import DESIGNS, EncoderDesign
from engine.models.encoder import Encoder, build_encoder
from engine.models.weights import expected_shapes


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("dinov2-vits14", 22_056_192),
        ("dinov2-vits14-reg4", 22_057_344),
        ("dinov2-vitb14", 86_579_712),
        ("dinov2-vitl14", 304_367_616),
        ("dinov2-vitg14", 1_136_479_232),
        ("outcrop-vit-tiny14", 5_719_680),
    ],
)
def test_parameter_counts_are_the_published_ones(name, count):
    shapes = expected_shapes(DESIGNS[name]).values()
    assert sum(torch.Size(shape).numel() for shape in shapes) == count


@pytest.mark.parametrize("registers", [0, 4])
def test_features_at_518_pixels_are_timms(registers):
    torch.manual_seed(0)
    design = EncoderDesign("x", "x", dim=48, depth=12, heads=3, registers=registers, scale=1.0)
    encoder = Encoder(design).eval()
    name = f"vit_small_patch14_{'reg4_' if registers else ''}dinov2"
    reference = timm.create_model(
        name, embed_dim=48, num_heads=3, num_classes=0, dynamic_img_size=True
    ).eval()
    reference.load_state_dict(encoder.vit.state_dict(), strict=True)
    x = torch.randn(1, 3, 518, 518)
    with torch.inference_mode():
        ours = encoder(x)
        theirs = reference.forward_intermediates(
            x, indices=[2, 5, 8, 11], norm=True, output_fmt="NCHW", intermediates_only=True
        )
    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=4e-7)


@pytest.mark.parametrize(
    ("name", "taps"),
    [
        ("dinov2-vits14", (2, 5, 8, 11)),
        ("dinov2-vitl14", (5, 11, 17, 23)),
        ("dinov2-vitg14-reg4", (9, 19, 29, 39)),
    ],
)
def test_maps_are_taken_after_each_quarter_of_the_blocks(name, taps):
    assert DESIGNS[name].taps == taps


def test_every_map_has_passed_the_final_norm(small_encoder):
    maps = small_encoder.eval()(torch.randn(2, 3, 42, 70))
    assert [tuple(m.shape) for m in maps] == [(2, 24, 3, 5)] * 4
    for m in maps:
        torch.testing.assert_close(m.mean(1), torch.zeros(2, 3, 5), rtol=0, atol=1e-5)
        torch.testing.assert_close(
            m.var(1, correction=0), torch.ones(2, 3, 5), rtol=1e-3, atol=1e-3
        )


def test_attention_is_the_fused_one(small_encoder):
    assert all(block.attn.fused_attn for block in small_encoder.vit.blocks)


@pytest.mark.parametrize("shape", [(1, 3, 43, 42), (1, 1, 42, 42), (3, 42, 42)])
def test_a_wrong_shape_is_refused_with_the_shape(small_encoder, shape):
    with pytest.raises(ShapeError, match="multiples of 14") as caught:
        small_encoder(torch.zeros(shape))
    assert str(shape) in str(caught.value)


def test_an_unknown_encoder_is_refused_with_the_known_ones():
    with pytest.raises(ModelError, match="resnet") as caught:
        build_encoder("resnet")
    assert "dinov2-vits14" in caught.value.hint


def test_positions_are_computed_once_per_size_in_evaluation(small_encoder):
    vit = small_encoder.eval().vit
    with torch.inference_mode():
        first, other, again = vit.positions((3, 5)), vit.positions((5, 3)), vit.positions((3, 5))
    assert first is again
    assert first is not other
    assert not first.is_inference()


def test_cached_positions_follow_a_changed_table(small_encoder):
    vit = small_encoder.eval().vit
    with torch.no_grad():
        before = vit.positions((3, 5))
        vit.pos_embed.mul_(2)
        torch.testing.assert_close(vit.positions((3, 5)), 2 * before)
        vit.load_state_dict({k: torch.zeros_like(v) for k, v in vit.state_dict().items()})
        assert not vit.positions((3, 5)).any()


def test_the_cache_stays_small(small_encoder):
    vit = small_encoder.eval().vit
    with torch.no_grad():
        for rows in range(1, 30):
            vit.positions((rows, 2))
    assert len(vit._position_cache) <= 8


@pytest.mark.parametrize("mode", [True, False])
def test_gradients_reach_the_position_table(small_encoder, mode):
    small_encoder.train(mode)
    with torch.no_grad():
        small_encoder(torch.randn(1, 3, 42, 70))
    small_encoder(torch.randn(1, 3, 42, 70))[-1].square().sum().backward()
    assert small_encoder.vit.pos_embed.grad.abs().sum() > 0


def test_positions_cached_without_gradients_do_not_disturb_training(small_encoder):
    small_encoder.eval().requires_grad_(requires_grad=False)
    x = torch.randn(1, 3, 42, 70)
    with torch.inference_mode():
        expected = small_encoder(x)[-1].clone()
    small_encoder.vit.patch_embed.requires_grad_(requires_grad=True)
    got = small_encoder(x)[-1]
    got.square().sum().backward()
    torch.testing.assert_close(got.detach(), expected)


def test_two_sizes_in_turn_give_what_each_gives_alone(small_encoder):
    small_encoder.eval()
    wide, tall = torch.randn(1, 3, 28, 70), torch.randn(1, 3, 70, 28)
    with torch.no_grad():
        first = [small_encoder(x)[-1] for x in (wide, tall)]
        again = [small_encoder(x)[-1] for x in (wide, tall)]
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))


@pytest.mark.parametrize("registers", [0, 4])
@pytest.mark.parametrize(
    "size",
    [(14, 14), (14, 700), (224, 224), (280, 280), (518, 518), (518, 532), (896, 42), (1008, 784)],
)
def test_any_multiple_of_14_gives_maps_of_a_fourteenth(size, registers):
    torch.manual_seed(0)
    design = EncoderDesign("x", "x", dim=24, depth=4, heads=3, registers=registers, scale=1.0)
    encoder = Encoder(design).eval()
    with torch.inference_mode():
        maps = encoder(torch.randn(1, 3, *size))
    assert [tuple(m.shape) for m in maps] == [(1, 24, size[0] // 14, size[1] // 14)] * 4
    assert all(torch.isfinite(m).all() for m in maps)


def test_the_u_net_is_known_as_an_encoder_to_be_trained_from_scratch():
    encoder = build_encoder("unet")
    assert encoder.channels == DESIGNS["unet"].channels == (32, 64, 128, 256, 256)
    assert [design.name for design in DESIGNS.values() if not design.pretrained] == ["unet"]
    with pytest.raises(SettingsError, match="layer"):
        build_encoder("unet", norm="layer")
