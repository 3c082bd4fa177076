"""Start values for an encoder trained from nothing."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from engine.models.encoder import build_encoder
from engine.synthetic.seismic import synthetic_section
from engine.training.starter.start_values import initialise


@pytest.fixture(scope="module")
def sections():
    sections = [synthetic_section((7, k), (224, 224))[0].clip(-4, 4) for k in range(32)]
    return torch.from_numpy(np.stack(sections))[:, None]


@pytest.fixture(scope="module")
def encoder(sections):
    torch.manual_seed(0)
    encoder = build_encoder("outcrop-vit-tiny14")
    initialise(encoder, sections, seed=0)
    return encoder.eval()


def test_patches_are_decorrelated(encoder, sections):
    with torch.no_grad():
        tokens = encoder.vit.patch_embed.proj(sections.expand(-1, 3, -1, -1))
    covariance = torch.cov(tokens.permute(1, 0, 2, 3).flatten(1))

    spread = covariance.diagonal()
    correlation = covariance / spread.outer(spread).sqrt()
    off = correlation - torch.diag(correlation.diagonal())
    assert off.abs().mean() < 0.05
    # Raw pixels differ by orders of magnitude along their principal components.
    assert spread.max() / spread.median() < 5


def test_a_break_in_the_layers_excites_the_first_units_more_than_the_layers_do(encoder):
    rows = torch.sin(torch.arange(14.0) * 0.9)
    layers = rows[:, None].expand(14, 14)
    broken = torch.where(torch.arange(14) < 7, layers, layers.roll(3, dims=0))
    with torch.no_grad():
        tokens = encoder.vit.patch_embed.proj(
            torch.stack([layers, broken])[:, None].expand(-1, 3, -1, -1)
        ).flatten(1)
        units = F.gelu(encoder.vit.blocks[0].mlp.fc1(tokens)).abs().mean(dim=1)

    assert units[1] > 1.3 * units[0]


def test_neighbours_have_similar_positions(encoder):
    table = encoder.vit.pos_embed[0, 1:].reshape(37, 37, -1)
    centre = table[18, 18]

    def similarity(row, col):
        return F.cosine_similarity(centre, table[row, col], dim=0)

    assert similarity(18, 19) > similarity(18, 22) > similarity(18, 30)
    assert similarity(19, 18) > similarity(26, 18)


def test_the_same_seed_gives_the_same_values(encoder, sections):
    torch.manual_seed(0)
    again = build_encoder("outcrop-vit-tiny14")
    initialise(again, sections, seed=0)

    for name, value in encoder.state_dict().items():
        assert torch.equal(value, again.state_dict()[name]), name


def test_features_are_finite(encoder, sections):
    with torch.no_grad():
        maps = encoder(sections[:2].expand(-1, 3, -1, -1))

    assert all(torch.isfinite(x).all() for x in maps)
