"""Position tables for other image sizes, as DINOv2 was trained with them."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor


def interpolate_positions(
    table: Tensor, grid: tuple[int, int], *, offset: float, antialias: bool
) -> Tensor:
    """Resample a square position table to another grid of tokens.

    Parameters
    ----------
    table : Tensor, shape (1, n * n, C)
        Positions of the patch tokens, row by row, without class token.
    grid : tuple of int
        Rows and columns of tokens wanted.
    offset : float
        Added to the rows and columns before they are divided by ``n`` to give
        the scale factors; 0 asks for the size instead.
    antialias : bool
        Whether to filter when shrinking.

    Returns
    -------
    Tensor, shape (1, rows * cols, C)
        In the data type of `table`; `table` itself if the grid is its own.

    Notes
    -----
    The weights without registers were trained with ``offset=0.1`` and no
    antialias, those with registers with ``offset=0`` and antialias [1]_. The
    offset enters the sampling positions, so leaving it out changes the features
    at every size but the stored one. Bicubic in float32, corners not aligned.

    References
    ----------
    .. [1] Oquab et al., "DINOv2: Learning Robust Visual Features without
       Supervision", 2023, and its published code, ``dinov2/hub/backbones.py``.
       https://github.com/facebookresearch/dinov2
    """
    side = round(table.shape[1] ** 0.5)
    if grid == (side, side):
        return table
    rows, cols = grid
    maps = table.float().reshape(1, side, side, -1).permute(0, 3, 1, 2)
    if offset:
        factors = ((rows + offset) / side, (cols + offset) / side)
        maps = F.interpolate(maps, scale_factor=factors, mode="bicubic", antialias=antialias)
    else:
        maps = F.interpolate(maps, size=grid, mode="bicubic", antialias=antialias)
    return maps.permute(0, 2, 3, 1).reshape(1, rows * cols, -1).to(table.dtype)
