"""Dense prediction decoder (DPT)."""

from __future__ import annotations

from collections.abc import Sequence

import torch.nn.functional as F
from torch import Tensor, nn

from engine.models.decoders.layers import all_maps, normalisation, resize

_HEAD = 32  # channels before the logits


class ResidualUnit(nn.Module):
    """``x + [ReLU, 3x3 convolution, normalisation] twice``.

    Parameters
    ----------
    width : int
        Channels in and out.
    norm : {"batch", "group"}
        See `engine.models.decoders.layers.normalisation`.
    """

    def __init__(self, width: int, *, norm: str) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(width, width, kernel_size=3, padding=1, bias=False)
        self.norm1 = normalisation(norm, width)
        self.conv2 = nn.Conv2d(width, width, kernel_size=3, padding=1, bias=False)
        self.norm2 = normalisation(norm, width)

    def forward(self, x: Tensor) -> Tensor:
        """Map ``(B, width, h, w)`` to the same shape."""
        # The sum needs x as it came, so only the second ReLU works in place.
        y = self.norm1(self.conv1(F.relu(x)))
        total: Tensor = x + self.norm2(self.conv2(F.relu(y, inplace=True)))
        return total


class DptDecoder(nn.Module):
    """Fuse the feature maps from the deepest up, at growing resolution.

    Parameters
    ----------
    in_channels : sequence of int
        Channels of each encoder feature map, shallowest first.
    n_classes : int
        Number of classes, background included.
    width : int, default 256
        Channels of the path.
    norm : {"batch", "group"}, default "batch"
        Normalisation; by group for batches too small for batch statistics.

    Notes
    -----
    With four maps of h x w tokens and tiles of H x W pixels::

        map k                   3x3, no bias   (B, width, h, w)
        deepest fusion          residual unit of the map, to (H/16, W/16)
        next three fusions      path + residual unit of the map, residual unit,
                                to (H/8, W/8), (H/4, W/4), (H/2, W/2)
        head                    3x3            (B, width/2, H/2, W/2), then (H, W)
                                3x3, ReLU      (B, 32, H, W)
        logits                  1x1            (B, n_classes, H, W)

    Every fusion ends in a 1x1 convolution and a bilinear resize, fractions of
    the size rounded down. The residual unit of a map works on the tokens; what
    it gives is resized to the path. A 1x1 convolution and a bilinear resize can
    be exchanged, so the convolution is done where the map is smaller.

    Different from the published code [2]_: features are resized bilinearly, there
    by nearest; there is no ReLU on the logits, which there sets more than half of
    them to zero at the start; the first residual unit of the deepest fusion,
    which is never applied, is left out. Batch statistics follow the policy of
    `engine.models.decoders.layers.normalisation`.

    References
    ----------
    .. [1] Ranftl, Bochkovskiy and Koltun, "Vision Transformers for Dense
       Prediction", ICCV 2021, section 3. https://arxiv.org/abs/2103.13413
    .. [2] Guo et al., "Cross-Domain Foundation Model Adaptation", 2024.
       https://arxiv.org/abs/2408.12396
    """

    def __init__(
        self, in_channels: Sequence[int], n_classes: int, *, width: int = 256, norm: str = "batch"
    ) -> None:
        super().__init__()
        self.in_channels = tuple(in_channels)
        n_levels = len(self.in_channels)
        self.enter = nn.ModuleList(
            nn.Conv2d(n, width, kernel_size=3, padding=1, bias=False) for n in self.in_channels
        )
        self.skips = nn.ModuleList(ResidualUnit(width, norm=norm) for _ in range(n_levels - 1))
        self.units = nn.ModuleList(ResidualUnit(width, norm=norm) for _ in range(n_levels))
        self.projections = nn.ModuleList(
            nn.Conv2d(width, width, kernel_size=1) for _ in range(n_levels)
        )
        self.head = nn.Conv2d(width, width // 2, kernel_size=3, padding=1)
        self.classifier = nn.Sequential(
            nn.Conv2d(width // 2, _HEAD, kernel_size=3, padding=1),
            nn.ReLU(inplace=True),
            nn.Conv2d(_HEAD, n_classes, kernel_size=1),
        )

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
        path = self._fused(len(maps) - 1, self.enter[-1](maps[-1]), size)
        for level in reversed(range(len(maps) - 1)):
            skip = self.skips[level](self.enter[level](maps[level]))
            grid = (int(path.shape[-2]), int(path.shape[-1]))
            path = self._fused(level, path + resize(skip, grid), size)
        logits: Tensor = self.classifier(resize(self.head(path), size))
        return logits

    def _fused(self, level: int, x: Tensor, size: tuple[int, int]) -> Tensor:
        """Return the path after the fusion of a level, 0 for the shallowest map."""
        fraction = 2 ** (level + 1)
        grid = (max(size[0] // fraction, 1), max(size[1] // fraction, 1))
        x = self.units[level](x)
        if grid[0] * grid[1] < x.shape[-2] * x.shape[-1]:
            fused: Tensor = self.projections[level](resize(x, grid))
            return fused
        return resize(self.projections[level](x), grid)
