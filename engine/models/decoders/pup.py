"""Progressive-upsampling decoder (PUP)."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn

from engine.models.decoders.layers import conv_pair, deepest, resize

_FRACTIONS = (8, 4, 2, 1)


class PupDecoder(nn.Module):
    """Decode the deepest feature map by convolving and enlarging it stage by stage.

    Parameters
    ----------
    in_channels : sequence of int
        Channels of each encoder feature map, shallowest first; only the last is
        used.
    n_classes : int
        Number of classes, background included.
    width : int, default 96
        Channels of each stage.
    norm : {"batch", "group"}, default "batch"
        Normalisation; by group for batches too small for batch statistics.

    Notes
    -----
    With B tiles of H x W pixels::

        features[-1]   (B, in_channels[-1], h, w)
        after stage 1  (B, width, H/8, W/8)
        after stage 2  (B, width, H/4, W/4)
        after stage 3  (B, width, H/2, W/2)
        after stage 4  (B, width, H, W)
        logits         (B, n_classes, H, W)

    A stage is a pair of 3x3 convolutions, each with normalisation and ReLU, and a
    bilinear resize; fractions of the size are rounded down. Batch statistics
    follow the policy of `engine.models.decoders.layers.normalisation`.

    References
    ----------
    .. [1] Zheng et al., "Rethinking Semantic Segmentation from a
       Sequence-to-Sequence Perspective with Transformers", CVPR 2021,
       section 3.2. https://arxiv.org/abs/2012.15840
    .. [2] Guo et al., "Cross-Domain Foundation Model Adaptation", 2024.
       https://arxiv.org/abs/2408.12396
    """

    def __init__(
        self, in_channels: Sequence[int], n_classes: int, *, width: int = 96, norm: str = "batch"
    ) -> None:
        super().__init__()
        self.in_channels = tuple(in_channels)
        self.stages = nn.ModuleList(
            conv_pair(before, width, norm=norm)
            for before in (self.in_channels[-1], *[width] * (len(_FRACTIONS) - 1))
        )
        self.classifier = nn.Conv2d(width, n_classes, kernel_size=1)

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
            If the deepest map does not fit.
        """
        x = deepest(features, self.in_channels[-1])
        for stage, fraction in zip(self.stages, _FRACTIONS, strict=True):
            x = resize(stage(x), (max(size[0] // fraction, 1), max(size[1] // fraction, 1)))
        logits: Tensor = self.classifier(x)
        return logits
