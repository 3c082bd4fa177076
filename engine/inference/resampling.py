"""Shows a section to the model at the scale it was trained at, and brings the answer back."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor


def resample(
    image: NDArray[np.float32], live: NDArray[np.bool_], zoom: tuple[float, float]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Enlarge or shrink normalised amplitudes.

    Parameters
    ----------
    image : ndarray of float32, shape (n_rows, n_cols)
        Normalised amplitudes.
    live : ndarray of bool, shape (n_rows, n_cols)
        Where there are data.
    zoom : tuple of float
        Factors for rows and columns.

    Returns
    -------
    image : ndarray of float32
        Bilinear, with antialias where it shrinks, as training images were.
    live : ndarray of bool
        True wherever any live sample has gone in.
    """
    size = [max(1, round(n * factor)) for n, factor in zip(image.shape, zoom, strict=True)]
    shrinks = size[0] < image.shape[0] or size[1] < image.shape[1]
    enlarged = F.interpolate(
        torch.from_numpy(image)[None, None],
        size=size,
        mode="bilinear",
        align_corners=False,
        antialias=shrinks,
    )
    cells = F.adaptive_max_pool2d(torch.from_numpy(live)[None, None].float(), size)
    return enlarged[0, 0].numpy(), cells[0, 0].numpy() > 0


def resample_back(plane: Tensor, shape: tuple[Any, ...]) -> Tensor:
    """Bring class probabilities to the section's own samples.

    Parameters
    ----------
    plane : Tensor, shape (K, h, w)
        Class probabilities.
    shape : tuple of int
        Rows and columns of the section.

    Returns
    -------
    Tensor, shape (K, n_rows, n_cols)
        `plane` itself where nothing changes; the sum over the classes stays one.
    """
    if tuple(plane.shape[1:]) == tuple(shape):
        return plane
    return F.interpolate(plane[None], size=tuple(shape), mode="bilinear", align_corners=False)[0]
