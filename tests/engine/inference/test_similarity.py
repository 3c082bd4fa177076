"""What looks like a place, and colours of features."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.core.axes import Axis
from engine.errors import DataError
from engine.inference.feature_colors import ColorBasis
from engine.inference.feature_maps import FeatureMaps
from engine.inference.similarity import SimilarityQuery, similarity
from engine.preprocessing.tiling import TileGrid

pytestmark = pytest.mark.usefixtures("one_thread")

SHAPE = (84, 168)


def three_rocks(tile=518, n_channels=6):
    """Features of three kinds of rock from left to right, on tiles that overlap."""
    grid = TileGrid.cover(*SHAPE, tile=tile, overlap=28)
    rng = torch.Generator().manual_seed(0)
    kinds = torch.randn(3, n_channels, generator=rng) * 4
    maps = []
    for window in grid:
        centres = window.left + 14 * torch.arange(window.width // 14) + 7
        rock = kinds[(centres // 56).clamp(max=2)].T[:, None]
        noise = torch.randn(n_channels, window.height // 14, window.width // 14, generator=rng)
        maps.append(rock + 0.2 * noise + 30)
    axes = Axis("twt", "ms", 0, 4, SHAPE[0]), Axis("crossline", "1", 1, 1, SHAPE[1])
    no_data = np.zeros(SHAPE, dtype=bool)
    return FeatureMaps(grid, tuple(grid), torch.stack(maps), *axes, no_data)


@pytest.mark.parametrize("tile", [518, 84])
def test_a_click_finds_its_own_kind(tile):
    found = similarity(three_rocks(tile), SimilarityQuery(((40, 30),)))
    assert found.shape == SHAPE
    assert found[:, :42].min() > 200
    assert found[:, 70:].max() < 150


def test_further_clicks_add_and_take_away():
    maps = three_rocks()
    left, middle, right = (40, 20), (40, 84), (40, 150)
    both = similarity(maps, SimilarityQuery((left, right)))
    assert both[:, :42].mean() > both[:, 70:98].mean() + 50
    assert both[:, 126:].mean() > both[:, 70:98].mean() + 50
    alone = similarity(maps, SimilarityQuery((left, right), (right,)))
    assert alone[:, :42].mean() > alone[:, 126:].mean() + 50
    without = similarity(maps, SimilarityQuery((left,), (middle,)))
    assert without[:, 70:98].max() == 0


def test_a_click_at_the_edge_counts_what_is_there():
    found = similarity(three_rocks(), SimilarityQuery(((0, 0),)))
    assert found[:, :42].min() > 200


def test_where_there_are_no_data_nothing_is_alike():
    maps = three_rocks()
    maps.no_data[:, :20] = True
    found = similarity(maps, SimilarityQuery(((40, 30),)))
    assert (found[:, :20] == 0).all()
    with pytest.raises(DataError, match="no data where you clicked") as caught:
        similarity(maps, SimilarityQuery(((40, 5),)))
    assert caught.value.hint


def test_a_query_needs_something_to_look_for():
    with pytest.raises(DataError, match="nothing to compare"):
        SimilarityQuery((), ((1, 1),))


def test_colours_are_the_principal_components():
    maps = three_rocks()
    basis = ColorBasis.fit([maps])
    patches = maps.patches.double()
    _, _, expected = torch.linalg.svd(patches - patches.mean(0), full_matrices=False)
    turned = (basis.directions.double().T @ expected[:3].T).abs()
    np.testing.assert_allclose(turned.numpy(), np.eye(3), atol=1e-4)
    picture = basis.picture(maps)
    assert picture.shape == (*SHAPE, 4)
    assert (picture[..., 3] == 255).all()
    rocks = [picture[:, cols, :3].reshape(-1, 3).mean(0) for cols in (slice(0, 42), slice(70, 98))]
    assert np.abs(rocks[0] - rocks[1]).max() > 80


def test_one_basis_gives_one_colour_to_one_kind_on_all_slices():
    maps = three_rocks()
    basis = ColorBasis.fit([maps])
    part = FeatureMaps(
        maps.grid, maps.windows, maps.maps.flip(3), maps.rows, maps.cols, maps.no_data
    )
    first, mirrored = basis.picture(maps), basis.picture(part)
    difference = first[:, 5:40, :3].astype(int) - mirrored[:, ::-1][:, 5:40, :3]
    assert np.abs(difference).mean() < 12


def test_no_data_are_transparent_and_too_little_of_them_refused():
    maps = three_rocks()
    maps.no_data[:10] = True
    assert (ColorBasis.fit([maps]).picture(maps)[:10, :, 3] == 0).all()
    none = FeatureMaps(maps.grid, (), maps.maps[:0], maps.rows, maps.cols, maps.no_data)
    with pytest.raises(DataError, match="too few patches"):
        ColorBasis.fit([none])
