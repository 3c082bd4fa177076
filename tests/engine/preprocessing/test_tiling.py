"""Tiles cover any plane, and their weights put it together again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import SettingsError, ShapeError
from engine.preprocessing.tiling import TileGrid

sides = st.integers(1, 260)
tiles = st.integers(14, 130)


def _grid(rows, cols, tile, share):
    overlap = int(share * (tile - tile % 14 - 1))
    return TileGrid.cover(rows, cols, tile=tile, overlap=overlap)


@given(rows=sides, cols=sides, tile=tiles, share=st.floats(0, 1))
@settings(max_examples=60)
def test_weights_sum_to_one_at_every_sample(rows, cols, tile, share):
    grid = _grid(rows, cols, tile, share)
    total = np.zeros(grid.padded)
    for window in grid:
        weights = grid.weights(window)
        assert weights.min() > 0
        total[window.slices] += weights
    np.testing.assert_allclose(total, 1.0, atol=1e-5)


@given(rows=sides, cols=sides, tile=tiles, share=st.floats(0, 1))
@settings(max_examples=60)
def test_tiles_are_whole_patches_within_the_padded_plane(rows, cols, tile, share):
    grid = _grid(rows, cols, tile, share)
    for side, n, padded in zip((grid.height, grid.width), (rows, cols), grid.padded, strict=True):
        assert side % 14 == 0
        assert side <= max(tile - tile % 14, 14)
        assert n <= padded < n + 14
    for window in grid:
        assert window.top + window.height <= grid.padded[0]
        assert window.left + window.width <= grid.padded[1]


@given(rows=sides, cols=sides, tile=tiles, share=st.floats(0, 1), seed=st.integers(0, 99))
@settings(max_examples=60)
def test_a_model_that_sees_single_samples_gives_the_whole_image_result(
    rows, cols, tile, share, seed
):
    data = np.random.default_rng(seed).normal(size=(rows, cols)).astype(np.float32)
    grid = _grid(rows, cols, tile, share)
    padded = grid.pad(data)
    assert padded.shape == grid.padded
    blended = np.zeros(grid.padded, np.float32)
    for window in grid:
        blended[window.slices] += np.tanh(padded[window.slices]) * grid.weights(window)
    np.testing.assert_allclose(blended[:rows, :cols], np.tanh(data), atol=1e-5)


@given(n=st.integers(131, 900), overlap=st.integers(0, 60))
@settings(max_examples=60)
def test_neighbours_share_at_least_the_overlap(n, overlap):
    grid = TileGrid.cover(20, n, tile=126, overlap=overlap)
    steps = np.diff(grid.lefts)
    assert (grid.width - steps >= overlap).all()
    assert np.ptp(steps) <= 1


def test_a_small_plane_is_one_tile():
    grid = TileGrid.cover(500, 518, tile=518, overlap=56)
    assert len(grid) == 1
    assert grid.padded == (504, 518)


def test_tiles_shrink_when_the_plane_is_little_longer_than_one():
    grid = TileGrid.cover(600, 750, tile=518, overlap=56)
    assert (grid.height, grid.width) == (336, 406)
    assert len(grid) == 4


def test_the_layout_is_the_same_from_either_end():
    grid = TileGrid.cover(1000, 14, tile=210, overlap=28)
    from_the_end = [grid.padded[0] - top - grid.height for top in reversed(grid.tops)]
    np.testing.assert_allclose(from_the_end, grid.tops, atol=1)


def test_padding_mirrors_the_last_samples():
    data = np.arange(20.0).reshape(2, 10)
    padded = TileGrid.cover(2, 10, tile=14, overlap=0).pad(data)
    np.testing.assert_array_equal(padded[0], [*range(10), 8, 7, 6, 5])
    np.testing.assert_array_equal(padded[:, 0], [0, 10] * 7)


def test_a_single_sample_is_repeated():
    padded = TileGrid.cover(1, 1, tile=14, overlap=0).pad(np.full((1, 1), 3.0))
    assert padded.shape == (14, 14)
    assert (padded == 3.0).all()


def test_an_empty_plane_is_refused():
    with pytest.raises(ShapeError, match="0 x 5"):
        TileGrid.cover(0, 5, tile=28, overlap=0)


def test_a_plane_of_another_shape_is_refused():
    with pytest.raises(ShapeError, match=r"\(3, 4\)"):
        TileGrid.cover(4, 3, tile=28, overlap=0).pad(np.zeros((3, 4)))


@pytest.mark.parametrize(("tile", "overlap"), [(13, 0), (28, 28), (28, -1)])
def test_tiles_that_cannot_be_laid_are_refused(tile, overlap):
    with pytest.raises(SettingsError, match="cannot overlap"):
        TileGrid.cover(50, 50, tile=tile, overlap=overlap)
