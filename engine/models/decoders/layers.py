"""Layers that several decoders share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import torch.nn.functional as F
from torch import Tensor, nn

from engine.errors import SettingsError, ShapeError

NORMS = ("batch", "group")
"""Normalisations a decoder can be built with."""

_GROUPS = 32


class BatchNorm(nn.BatchNorm2d):
    """Batch normalisation that says what to do where there is nothing to average over.

    Parameters
    ----------
    channels : int
        Channels of the map.
    """

    def __init__(self, channels: int) -> None:
        super().__init__(channels)

    def forward(self, x: Tensor) -> Tensor:
        """Normalise maps by the statistics of their batch, or by the running ones.

        Parameters
        ----------
        x : Tensor, shape (B, C, h, w)
            The maps.

        Returns
        -------
        Tensor, shape (B, C, h, w)
            Normalised.

        Raises
        ------
        SettingsError
            In training mode, if B, h and w are all 1: one value is its own mean.
        """
        if self.training and x.numel() == x.shape[1]:
            raise SettingsError(
                "normalisation by batch needs more than one value of a channel, "
                "got a batch of one map of 1 x 1",
                hint="Train with --norm group, or with a larger --batch or --size.",
            )
        return super().forward(x)


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
        `BatchNorm` or `GroupNorm` with up to 32 groups.

    Raises
    ------
    SettingsError
        If `kind` is neither.

    Notes
    -----
    The policy for batch statistics, the same in all decoders and the U-Net: in
    training mode a map is normalised by the statistics of its batch, and the
    running ones follow (momentum 0.1); in evaluation mode the running ones are
    used and stay as they are. `engine.training.trainer` sets training mode at
    the start of **every** epoch, so they keep following; they are buffers, part
    of the state dict, and so stored in the bundle. Groups have no statistics to
    keep: training and evaluation compute the same.
    """
    if kind == "batch":
        return BatchNorm(channels)
    if kind == "group":
        return nn.GroupNorm(math.gcd(_GROUPS, channels), channels)
    raise SettingsError(f"decoder option norm: {kind!r} is not one of {', '.join(NORMS)}")


def conv_pair(
    before: int, after: int, *, norm: str, middle: int | None = None, bias: bool = True
) -> nn.Sequential:
    """Return two 3x3 convolutions, each with normalisation and ReLU.

    Parameters
    ----------
    before, after : int
        Channels in and out.
    norm : {"batch", "group"}
        See `normalisation`.
    middle : int, optional
        Channels between the two; as many as come out when left out.
    bias : bool, default True
        Whether the convolutions have a bias.

    Returns
    -------
    torch.nn.Sequential
        Maps ``(B, before, h, w)`` to ``(B, after, h, w)``.
    """
    layers: list[nn.Module] = []
    for entering, leaving in pairwise((before, after if middle is None else middle, after)):
        layers += [
            nn.Conv2d(entering, leaving, kernel_size=3, padding=1, bias=bias),
            normalisation(norm, leaving),
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
    return _checked(features[-1], channels)


def all_maps(features: Sequence[Tensor], channels: Sequence[int]) -> list[Tensor]:
    """Return all maps, checked.

    Parameters
    ----------
    features : sequence of Tensor
        Encoder maps, shallowest first.
    channels : sequence of int
        Channels that each must have.

    Returns
    -------
    list of Tensor
        The maps ``(B, channels[i], h_i, w_i)``, shallowest first.

    Raises
    ------
    ShapeError
        If their number is another or one has another shape.
    """
    if len(features) != len(channels):
        raise ShapeError(f"the decoder takes {len(channels)} feature maps, got {len(features)}")
    return [_checked(x, n) for x, n in zip(features, channels, strict=True)]


def _checked(x: Tensor, channels: int) -> Tensor:
    if x.ndim != 4 or x.shape[1] != channels:
        raise ShapeError(f"expected a feature map (B, {channels}, h, w), got {tuple(x.shape)}")
    return x
