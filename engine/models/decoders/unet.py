"""The expanding half of the U-Net baseline."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from engine.models.decoders.layers import all_maps, conv_pair, resize


class UNetDecoder(nn.Module):
    """Enlarge the deepest map step by step, joining it with the next shallower one.

    Parameters
    ----------
    in_channels : sequence of int
        Channels of each encoder feature map, shallowest first.
    n_classes : int
        Number of classes, background included.
    norm : {"batch", "group"}, default "batch"
        Normalisation, by group for batches too small for batch statistics. The
        U-Net is one network: what is chosen here holds for its encoder too.

    Notes
    -----
    With the published channels and H x W pixels::

        [map 4, map 5]  512 -> 256 -> 128   (B, 128, H/8, W/8)
        [map 3, path]   256 -> 128 -> 64    (B, 64, H/4, W/4)
        [map 2, path]   128 -> 64 -> 32     (B, 32, H/2, W/2)
        [map 1, path]    64 -> 32 -> 32     (B, 32, H, W)
        logits          1x1                 (B, n_classes, H, W)

    The path is resized bilinearly to the map that it joins, whatever its size;
    corners are not aligned, as they are in the published code. The two 3x3
    convolutions of a step have no bias and are followed by normalisation and
    ReLU. Batch statistics follow the policy of
    `engine.models.decoders.layers.normalisation`.

    References
    ----------
    .. [1] Ronneberger, Fischer and Brox, "U-Net: Convolutional Networks for
       Biomedical Image Segmentation", MICCAI 2015.
       https://arxiv.org/abs/1505.04597
    .. [2] Guo et al., "Cross-Domain Foundation Model Adaptation", 2024.
       https://arxiv.org/abs/2408.12396
    """

    def __init__(self, in_channels: Sequence[int], n_classes: int, *, norm: str = "batch") -> None:
        super().__init__()
        self.in_channels = tuple(in_channels)
        width = self.in_channels[-1]
        stages = []
        for level in reversed(range(len(self.in_channels) - 1)):
            joined = self.in_channels[level] + width
            width = self.in_channels[max(level - 1, 0)]
            stages.append(conv_pair(joined, width, middle=joined // 2, norm=norm, bias=False))
        self.stages = nn.ModuleList(stages)
        self.classifier = nn.Conv2d(width, n_classes, kernel_size=1)

    def forward(self, features: Sequence[Tensor], size: tuple[int, int]) -> Tensor:
        """Compute class logits.

        Parameters
        ----------
        features : sequence of Tensor
            Encoder maps, each ``(B, C_i, h_i, w_i)``.
        size : tuple of int
            ``(H, W)`` of the tile, in pixels.

        Returns
        -------
        Tensor
            Logits, shape ``(B, n_classes, H, W)``; softmax over dim 1 gives the
            class probabilities.

        Raises
        ------
        ShapeError
            If the maps do not fit.
        """
        *skips, path = all_maps(features, self.in_channels)
        for stage, skip in zip(self.stages, reversed(skips), strict=True):
            grid = (int(skip.shape[-2]), int(skip.shape[-1]))
            path = stage(torch.cat([skip, resize(path, grid)], dim=1))
        return resize(self.classifier(path), size)
