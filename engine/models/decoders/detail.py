"""Detail decoder: the encoder's maps joined with convolutions of the image itself."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.models.decoders.layers import all_maps, conv_pair, normalisation, resize


class DetailDecoder(nn.Module):
    """Decode what the encoder says of a place together with what the image shows there.

    A token covers 14 x 14 pixels, so that boundaries finer than that have to be
    guessed by the other decoders. This one sees the image too.

    Parameters
    ----------
    in_channels : sequence of int
        Channels of the image and of each encoder feature map, shallowest first.
    n_classes : int
        Number of classes, background included.
    width : int, default 32
        Channels at half of the size; half of them at full size, and twice and four
        times as many at a quarter and an eighth.
    norm : {"batch", "group"}, default "batch"
        Normalisation; by group for batches too small for batch statistics.

    Notes
    -----
    With maps of h x w tokens, tiles of H x W pixels and ``w`` the width::

        image 1     pair of 3x3 convolutions            (B, w/2, H, W)
        image 2     2x2 maximum, pair of convolutions   (B, w, H/2, W/2)
        image 3     the same                            (B, 2w, H/4, W/4)
        image 4     the same                            (B, 4w, H/8, W/8)
        tokens      1x1 of all maps, norm, ReLU         (B, 4w, h, w), then (H/8, W/8)
        [image 4, tokens]  pair of convolutions         (B, 4w, H/8, W/8)
        [image 3, path]    the same                     (B, 2w, H/4, W/4)
        [image 2, path]    the same                     (B, w, H/2, W/2)
        [image 1, path]    the same                     (B, w/2, H, W)
        logits             1x1                          (B, n_classes, H, W)

    Convolutions but the last have no bias and are followed by normalisation and
    ReLU; the path is resized bilinearly to the map that it joins. It is not one
    of the published decoders: joining a light stream of convolutions with a
    transformer's maps is the idea of [1]_, and the steps are those of the U-Net.
    Batch statistics follow the policy of
    `engine.models.decoders.layers.normalisation`.

    References
    ----------
    .. [1] Yao et al., "ViTMatte: Boosting Image Matting with Pretrained Plain
       Vision Transformers", Information Fusion 103, 2024, section 3.3.
       https://arxiv.org/abs/2305.15272
    """

    sees_image = True
    """The image comes before the encoder's maps."""

    def __init__(
        self, in_channels: Sequence[int], n_classes: int, *, width: int = 32, norm: str = "batch"
    ) -> None:
        super().__init__()
        self.in_channels = tuple(in_channels)
        widths = (max(width // 2, 1), width, 2 * width, 4 * width)
        self.tokens = nn.Sequential(
            nn.Conv2d(sum(self.in_channels[1:]), widths[-1], kernel_size=1, bias=False),
            normalisation(norm, widths[-1]),
            nn.ReLU(inplace=True),
        )
        self.image = nn.ModuleList(
            conv_pair(before, after, norm=norm, bias=False)
            for before, after in zip((1, *widths[:-1]), widths, strict=True)
        )
        self.stages = nn.ModuleList(
            conv_pair(below + own, own, norm=norm, bias=False)
            for below, own in zip(
                (widths[-1], *reversed(widths[1:])), reversed(widths), strict=True
            )
        )
        self.classifier = nn.Conv2d(widths[0], n_classes, kernel_size=1)

    def forward(self, features: Sequence[Tensor], size: tuple[int, int]) -> Tensor:
        """Compute class logits.

        Parameters
        ----------
        features : sequence of Tensor
            The image ``(B, 3, H, W)``, of which the first channel is used, the
            others repeat it; then the encoder's maps, each ``(B, C_i, h, w)``.
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
        image, *maps = all_maps(features, self.in_channels)
        details = [self.image[0](image[:, :1])]
        for stage in self.image[1:]:
            rows, cols = details[-1].shape[-2:]
            details.append(stage(F.max_pool2d(details[-1], (min(2, rows), min(2, cols)))))
        path = self.tokens(torch.cat(maps, dim=1))
        for stage, detail in zip(self.stages, reversed(details), strict=True):
            grid = (int(detail.shape[-2]), int(detail.shape[-1]))
            path = stage(torch.cat([detail, resize(path, grid)], dim=1))
        return resize(self.classifier(path), size)
