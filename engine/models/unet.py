"""The contracting half of the U-Net baseline."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from engine.errors import ShapeError
from engine.models.decoders.layers import conv_pair
from engine.models.designs import UNetDesign


class UNetEncoder(nn.Module):
    """Convolutions and poolings that give five feature maps.

    Parameters
    ----------
    design : UNetDesign
        Its dimensions; the weights are random.
    norm : {"batch", "group"}, default "batch"
        Normalisation; by group for batches too small for batch statistics, whose
        policy is that of `engine.models.decoders.layers.normalisation`.

    Notes
    -----
    With one channel of H x W pixels::

        map 1  pair of 3x3 convolutions            (B, 32, H, W)
        map 2  2x2 maximum, pair of convolutions   (B, 64, H/2, W/2)
        map 3  the same                            (B, 128, H/4, W/4)
        map 4  the same                            (B, 256, H/8, W/8)
        map 5  the same                            (B, 256, H/16, W/16)

    Each convolution has no bias and is followed by normalisation and ReLU. Sizes
    are rounded down at each pooling, but not below 1.
    `engine.models.decoders.unet` is the other half.

    References
    ----------
    .. [1] Ronneberger, Fischer and Brox, "U-Net: Convolutional Networks for
       Biomedical Image Segmentation", MICCAI 2015.
       https://arxiv.org/abs/1505.04597
    .. [2] Guo et al., "Cross-Domain Foundation Model Adaptation", 2024.
       https://arxiv.org/abs/2408.12396
    """

    adapted = False
    """It takes no adapters."""

    def __init__(self, design: UNetDesign, *, norm: str = "batch") -> None:
        super().__init__()
        self.design = design
        self.patch = 1
        self.channels = design.channels
        entering = (1, *design.channels[:-1])
        self.stages = nn.ModuleList(
            conv_pair(before, after, norm=norm, bias=False)
            for before, after in zip(entering, design.channels, strict=True)
        )

    @property
    def backbone(self) -> nn.Module:
        """The module whose tensors a weights file holds."""
        return self

    def forward(self, x: Tensor) -> list[Tensor]:
        """Compute the feature maps.

        Parameters
        ----------
        x : Tensor, shape (B, 3, H, W)
            Of any size; only the first channel is used, the others repeat it.

        Returns
        -------
        list of Tensor
            Five maps, shallowest first.

        Raises
        ------
        ShapeError
            If `x` has another number of dimensions or channels.
        """
        if x.ndim != 4 or x.shape[1] != 3:
            raise ShapeError(f"the encoder takes (B, 3, H, W), not {tuple(x.shape)}")
        y = x[:, :1]
        maps: list[Tensor] = []
        for stage in self.stages:
            if maps:
                y = F.max_pool2d(y, (min(2, y.shape[-2]), min(2, y.shape[-1])))
            y = stage(y)
            maps.append(y)
        return maps
