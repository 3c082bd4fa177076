"""Features are looked at without the part that tells the place in a tile."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.core.axes import Axis
from engine.core.section import Section
from engine.inference.feature_colors import ColorBasis
from engine.inference.place_features import PlaceFeatures, place_features
from engine.inference.prediction import load_predictor
from engine.inference.similarity import SimilarityQuery, similarity

pytestmark = pytest.mark.usefixtures("one_thread")

CPU = torch.device("cpu")
SIDE = 600


@pytest.fixture(scope="module")
def predictor():
    return load_predictor("craters-starter", "cpu")


@pytest.fixture
def ground(predictor, statistics):
    """Features of ground that is alike everywhere: four by four tiles of one texture."""
    rng = np.random.default_rng(5)
    rough = rng.normal(size=(SIDE, SIDE))
    data = np.mean([np.roll(rough, (i, j), (0, 1)) for i in range(4) for j in range(4)], axis=0)
    axes = (Axis("row", "px", 0, 1, SIDE), Axis("column", "px", 0, 1, SIDE))
    amplitudes = (3 + 200 * data).astype(np.float32)
    return predictor.features(Section(amplitudes, *axes), statistics)


def between_rows(maps) -> float:
    """Return the variance between the rows of patches, averaged over all tiles."""
    n_rows, n_cols = maps.maps.shape[-2:]
    tiles = maps.patches.reshape(len(maps.maps), n_rows, n_cols, maps.n_channels)
    mean = tiles.mean(dim=(0, 2))
    return float((mean - mean.mean(dim=0)).square().sum(dim=1).mean())


def test_most_of_what_a_place_adds_is_gone(ground, predictor):
    found = PlaceFeatures().taken_from(ground, predictor.encoder, "one")
    assert between_rows(found) < 0.3 * between_rows(ground)


def test_like_ground_is_like_wherever_it_lies_in_a_tile(ground, predictor):
    def bands(maps) -> float:
        found = similarity(maps, SimilarityQuery(((300, 300),))).astype(float)
        return float(found.mean(axis=1).std() / found.std())

    found = PlaceFeatures().taken_from(ground, predictor.encoder, "one")
    assert bands(found) < bands(ground)


def test_colours_change_less_from_row_to_row(ground, predictor):
    def bands(maps) -> float:
        colors = ColorBasis.fit([maps]).picture(maps)[..., :3].astype(float)
        return float((colors.mean(axis=1).std(axis=0) / colors.std(axis=(0, 1))).max())

    found = PlaceFeatures().taken_from(ground, predictor.encoder, "one")
    assert bands(found) < 0.5 * bands(ground)


def test_features_themselves_stay_for_decoders(ground, predictor):
    before = ground.maps.clone()
    found = PlaceFeatures().taken_from(ground, predictor.encoder, "one")
    assert found.maps is ground.maps
    assert torch.equal(ground.maps, before)
    assert ground.place is None


def test_samples_and_patches_lose_the_same(ground, predictor):
    found = PlaceFeatures().taken_from(ground, predictor.encoder, "one")
    n_cols = found.maps.shape[-1]
    rows = cols = np.array([7 * 14])  # where four patches of the first tile meet, and no other tile
    at = found.at(rows, cols).features[0]
    near = found.patches.reshape(len(found.maps), -1, n_cols, found.n_channels)[0, 6:8, 6:8]
    expected = ground.maps[0, :, 6:8, 6:8] - found.place[:, 6:8, 6:8]
    torch.testing.assert_close(near.permute(2, 0, 1), expected)
    assert near.amin((0, 1)).le(at).all()
    assert near.amax((0, 1)).ge(at).all()


def test_it_has_the_size_of_a_tile_and_no_mean(predictor):
    place = place_features(predictor.encoder, (98, 154), CPU)
    assert place.shape == (192, 7, 11)
    assert place.mean(dim=(1, 2)).abs().max() < 1e-5
    assert torch.equal(place, place_features(predictor.encoder, (98, 154), CPU))


def test_it_is_computed_once_for_an_encoder_and_size(ground, predictor):
    calls = []
    hook = predictor.encoder.register_forward_pre_hook(lambda *_: calls.append(1))
    kept = PlaceFeatures()
    first = kept.taken_from(ground, predictor.encoder, "one")
    again = kept.taken_from(ground, predictor.encoder, "one")
    n_calls = len(calls)
    assert again.place is first.place
    kept.taken_from(ground, predictor.encoder, "another")
    hook.remove()
    assert len(calls) == 2 * n_calls > 0
