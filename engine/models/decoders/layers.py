"""Layers that several decoders share."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch.nn.functional as F
from torch import Tensor, nn

from engine.errors import SettingsError, ShapeError

NORMS = ("batch", "group")
"""Normalisations a decoder can be built with."""

_GROUPS = 32


def normalisation(kind: str, channels: int) -> nn.Module:
    """Return a normalisation layer.

    Parameters
    ----------
    kind : {"batch", "group"}
        Over the batch, as published, or over groups of channels, for batches too
        small for batch statistics. Both have the same parameters.
    channels : int
        Channels of the map.

    Returns
    -------
    torch.nn.Module
        `BatchNorm2d` or `GroupNorm` with up to 32 groups.

    Raises
    ------
    SettingsError
        If `kind` is neither.
    """
    if kind == "batch":
        return nn.BatchNorm2d(channels)
    if kind == "group":
        return nn.GroupNorm(math.gcd(_GROUPS, channels), channels)
    raise SettingsError(f"decoder option norm: {kind!r} is not one of {', '.join(NORMS)}")


def conv_pair(before: int, after: int, *, norm: str) -> nn.Sequential:
    """Return two 3x3 convolutions, each with normalisation and ReLU.

    Parameters
    ----------
    before, after : int
        Channels in and out.
    norm : {"batch", "group"}
        See `normalisation`.

    Returns
    -------
    torch.nn.Sequential
        Maps ``(B, before, h, w)`` to ``(B, after, h, w)``.
    """
    layers: list[nn.Module] = []
    for channels in (before, after):
        layers += [
            nn.Conv2d(channels, after, kernel_size=3, padding=1),
            normalisation(norm, after),
            nn.ReLU(inplace=True),
        ]
    return nn.Sequential(*layers)


def resize(x: Tensor, size: tuple[int, int]) -> Tensor:
    """Resample maps bilinearly, corners not aligned.

    Parameters
    ----------
    x : Tensor, shape (B, C, h, w)
        The maps.
    size : tuple of int
        Rows and columns wanted.

    Returns
    -------
    Tensor, shape (B, C, rows, cols)
        `x` itself if it has that size.
    """
    if tuple(x.shape[-2:]) == size:
        return x
    return F.interpolate(x, size=size, mode="bilinear", align_corners=False)


def deepest(features: Sequence[Tensor], channels: int) -> Tensor:
    """Return the last map, checked.

    Parameters
    ----------
    features : sequence of Tensor
        Encoder maps, shallowest first.
    channels : int
        Channels that the last one must have.

    Returns
    -------
    Tensor, shape (B, channels, h, w)
        The last map.

    Raises
    ------
    ShapeError
        If there is none or it has another shape.
    """
    if not features:
        raise ShapeError("the decoder got no feature maps")
    x = features[-1]
    if x.ndim != 4 or x.shape[1] != channels:
        raise ShapeError(f"expected a feature map (B, {channels}, h, w), got {tuple(x.shape)}")
    return x
