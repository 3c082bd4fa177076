"""Position tables against the definition in DINOv2's published code, in NumPy."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.models.designs import EncoderDesign
from engine.models.encoder import Encoder
from engine.models.positions import interpolate_positions

SIDE = 37
GRIDS = [(16, 16), (20, 20), (64, 64), (73, 73), (72, 56), (1, 5)]


def cubic(x: np.ndarray, a: float) -> np.ndarray:
    """Return Keys' cubic convolution kernel."""
    x = np.abs(x)
    near = (a + 2) * x**3 - (a + 3) * x**2 + 1
    far = a * x**3 - 5 * a * x**2 + 8 * a * x - 4 * a
    return np.where(x <= 1, near, np.where(x < 2, far, 0.0))


def resample_original(table: np.ndarray, wanted: int) -> np.ndarray:
    """Resample the first axis as ``interpolate(scale_factor=(wanted + 0.1) / 37, "bicubic")``.

    Output sample i lies at ``(i + 0.5) / factor - 0.5``; it is the sum of four
    neighbours, the border repeated, with the cubic kernel of a = -0.75.
    """
    factor = (wanted + 0.1) / SIDE
    out = np.zeros((wanted, *table.shape[1:]))
    for i in range(wanted):
        x = (i + 0.5) / factor - 0.5
        for k in range(int(np.floor(x)) - 1, int(np.floor(x)) + 3):
            out[i] += cubic(np.array(x - k), -0.75) * table[min(max(k, 0), SIDE - 1)]
    return out


def resample_antialiased(table: np.ndarray, wanted: int) -> np.ndarray:
    """Resample the first axis as ``interpolate(size=wanted, "bicubic", antialias=True)``.

    The kernel (a = -0.5) is as wide as the distance of the output samples,
    ends at the border and is normalised to 1.
    """
    step = SIDE / wanted
    width = max(step, 1.0)
    out = np.zeros((wanted, *table.shape[1:]))
    for i in range(wanted):
        centre = (i + 0.5) * step
        weights = cubic((np.arange(SIDE) + 0.5 - centre) / width, -0.5)
        out[i] = np.tensordot(weights / weights.sum(), table, axes=1)
    return out


def both_axes(resample, table: np.ndarray, grid: tuple[int, int]) -> np.ndarray:
    rows = resample(table.reshape(SIDE, SIDE, -1), grid[0])
    both = resample(rows.swapaxes(0, 1), grid[1]).swapaxes(0, 1)
    return both.reshape(1, grid[0] * grid[1], -1)


@pytest.fixture(scope="module")
def table() -> torch.Tensor:
    torch.manual_seed(0)
    return torch.randn(1, SIDE * SIDE, 5)


@pytest.mark.parametrize("grid", GRIDS)
def test_tables_without_registers_follow_the_originals_scale_factor(table, grid):
    ours = interpolate_positions(table, grid, offset=0.1, antialias=False)
    expected = both_axes(resample_original, table.numpy().astype(float), grid)
    np.testing.assert_allclose(ours.numpy(), expected, atol=5e-5)


@pytest.mark.parametrize("grid", GRIDS)
def test_tables_with_registers_are_filtered_to_the_size(table, grid):
    ours = interpolate_positions(table, grid, offset=0.0, antialias=True)
    expected = both_axes(resample_antialiased, table.numpy().astype(float), grid)
    np.testing.assert_allclose(ours.numpy(), expected, atol=5e-5)


def test_the_stored_grid_is_the_table_itself(table):
    assert interpolate_positions(table, (SIDE, SIDE), offset=0.1, antialias=False) is table


def test_half_precision_tables_are_interpolated_in_float32(table):
    half = interpolate_positions(table.half(), (20, 20), offset=0.1, antialias=False)
    full = interpolate_positions(table.half().float(), (20, 20), offset=0.1, antialias=False)
    assert half.dtype == torch.float16
    torch.testing.assert_close(half, full.half(), rtol=0, atol=0)


@pytest.mark.parametrize("registers", [0, 4])
def test_the_encoder_uses_the_definition_of_its_family(registers):
    torch.manual_seed(1)
    vit = Encoder(EncoderDesign("x", "x", dim=6, depth=4, heads=1, registers=registers)).vit
    n_class = 0 if registers else 1
    patches = vit.pos_embed.detach().numpy().astype(float)[:, n_class:]
    resample = resample_antialiased if registers else resample_original
    positions = vit.positions((16, 20)).detach()
    np.testing.assert_allclose(
        positions[:, n_class:].numpy(), both_axes(resample, patches, (16, 20)), atol=1e-6
    )
    assert torch.equal(positions[:, :n_class], vit.pos_embed[:, :n_class])
