"""Linear decoder: one class score per token."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn

from engine.models.decoders.layers import deepest, resize


class LinearDecoder(nn.Module):
    """Classify each token by itself and interpolate the logits.

    Parameters
    ----------
    in_channels : sequence of int
        Channels of each encoder feature map, shallowest first; only the last is
        used.
    n_classes : int
        Number of classes, background included.

    Notes
    -----
    Logits are upsampled bilinearly; the published code takes the nearest [1]_,
    which leaves steps of a token's width along every boundary.

    References
    ----------
    .. [1] Guo et al., "Cross-Domain Foundation Model Adaptation", 2024.
       https://arxiv.org/abs/2408.12396
    """

    def __init__(self, in_channels: Sequence[int], n_classes: int) -> None:
        super().__init__()
        self.in_channels = tuple(in_channels)
        self.classifier = nn.Conv2d(self.in_channels[-1], n_classes, kernel_size=1)

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
            Logits, shape ``(B, n_classes, H, W)``.

        Raises
        ------
        ShapeError
            If the deepest map does not fit.
        """
        return resize(self.classifier(deepest(features, self.in_channels[-1])), size)
