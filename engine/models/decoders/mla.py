"""Multi-level aggregation decoder (MLA)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from engine.models.decoders.layers import all_maps, conv_pair, resize


class MlaDecoder(nn.Module):
    """Sum the feature maps from the deepest up, decode each sum, and join them.

    Parameters
    ----------
    in_channels : sequence of int
        Channels of each encoder feature map, shallowest first.
    n_classes : int
        Number of classes, background included.
    width : int, default 192
        Channels of the sums; half as many leave each branch.
    norm : {"batch", "group"}, default "batch"
        Normalisation; by group for batches too small for batch statistics.

    Notes
    -----
    With maps x1 ... x4, shallowest first, of h x w tokens (the published taps 3,
    6, 9 and 12)::

        s4 = in(x4)                         (B, width, h, w)
        s3 = in(x3) + s4                    (B, width, h, w)
        s2 = in(x2) + s3                    (B, width, h, w)
        s1 = in(x1) + s2                    (B, width, h, w)
        y4 = out(s4)                        (B, width/2, 4h, 4w)
        yk = out(mid(sk)), k = 3, 2, 1      (B, width/2, 4h, 4w)
        logits = 1x1([y4, y3, y2, y1])      (B, n_classes, 4h, 4w), then (H, W)

    ``in``, ``mid`` and ``out`` are convolutions of each level's own, in pairs of
    3x3 with normalisation and ReLU; ``out`` is two pairs, a bilinear resize to
    four times the tokens, and a third pair. The published code also holds a
    ``mid`` for the deepest level that it never applies [2]_; it is left out.
    Batch statistics follow the policy of
    `engine.models.decoders.layers.normalisation`.

    References
    ----------
    .. [1] Zheng et al., "Rethinking Semantic Segmentation from a
       Sequence-to-Sequence Perspective with Transformers", CVPR 2021,
       section 3.2 (SETR-MLA). https://arxiv.org/abs/2012.15840
    .. [2] Guo et al., "Cross-Domain Foundation Model Adaptation", 2024.
       https://arxiv.org/abs/2408.12396
    """

    def __init__(
        self, in_channels: Sequence[int], n_classes: int, *, width: int = 192, norm: str = "batch"
    ) -> None:
        super().__init__()
        self.in_channels = tuple(in_channels)
        n_levels, half = len(self.in_channels), width // 2
        self.enter = nn.ModuleList(conv_pair(n, width, norm=norm) for n in self.in_channels)
        self.middle = nn.ModuleList(conv_pair(width, width, norm=norm) for _ in range(n_levels - 1))
        self.narrow = nn.ModuleList(
            nn.Sequential(conv_pair(width, width, norm=norm), conv_pair(width, half, norm=norm))
            for _ in range(n_levels)
        )
        self.leave = nn.ModuleList(conv_pair(half, half, norm=norm) for _ in range(n_levels))
        self.classifier = nn.Conv2d(n_levels * half, n_classes, kernel_size=1)

    def forward(self, features: Sequence[Tensor], size: tuple[int, int]) -> Tensor:
        """Compute class logits.

        Parameters
        ----------
        features : sequence of Tensor
            Encoder maps, each ``(B, C_i, h, w)``.
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
        maps = all_maps(features, self.in_channels)
        total = self.enter[-1](maps[-1])
        branches = [self._branch(-1, total)]
        for level in reversed(range(len(maps) - 1)):
            total = self.enter[level](maps[level]) + total
            branches.append(self._branch(level, self.middle[level](total)))
        return resize(self.classifier(torch.cat(branches, dim=1)), size)

    def _branch(self, level: int, x: Tensor) -> Tensor:
        grid = (4 * int(x.shape[-2]), 4 * int(x.shape[-1]))
        y: Tensor = self.leave[level](resize(self.narrow[level](x), grid))
        return y
