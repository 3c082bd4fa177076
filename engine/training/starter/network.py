"""The starters' network while it is trained."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.models.designs import PATCH
from engine.models.encoder import Encoder, build_encoder
from engine.models.segmenter import Segmenter, build_decoder
from engine.tasks.pixel_losses import cross_entropy_loss, weighted_dice_loss
from engine.training.starter.kinds import ENCODER, KINDS, Kind
from engine.training.starter.samples import SampleBatch
from engine.training.starter.start_values import initialise

# Only the first block of each quarter is trained at first, and the others grow
# in later: twice as many images in the same time.
_FIRST_BLOCKS = (0, 3, 6, 9)
_GROWN_SCALE = 0.02  # LayerScale of blocks that grow in; they start near the identity
_HIDDEN_IMAGES, _HIDDEN_PATCHES = 0.4, 0.5  # shares whose patches are hidden
_HIDDEN_WEIGHT = 0.5


class StarterNetwork(nn.Module):
    """One encoder, and for each kind a decoder and a head that helps the encoder learn.

    A head reads the last feature map linearly, the pixels of one patch from
    each token, and so shows the encoder directly what lies where in a patch.
    One more head draws the amplitudes of hidden patches, which needs no labels.
    The heads are dropped after training.

    Parameters
    ----------
    images : Tensor, shape (B, 1, H, W)
        Normalised images that start values are computed from.
    seed : int
        Seed of the start values.

    References
    ----------
    .. [1] He et al., "Masked Autoencoders Are Scalable Vision Learners", CVPR
       2022. https://arxiv.org/abs/2111.06377
    """

    def __init__(self, images: Tensor, *, seed: int) -> None:
        super().__init__()
        torch.manual_seed(seed)
        self.encoder: Encoder = build_encoder(ENCODER)
        channels = self.encoder.channels[-1]
        self.decoders = nn.ModuleDict({kind.task: build_decoder(kind.spec) for kind in KINDS})
        self.heads = nn.ModuleDict(
            {kind.task: nn.Conv2d(channels, kind.n_classes * PATCH**2, 1) for kind in KINDS}
        )
        self.hidden = nn.Conv2d(channels, PATCH**2, kernel_size=1)
        initialise(self.encoder, images, seed=seed)
        self._blocks = tuple(self.encoder.vit.blocks)
        with torch.no_grad():
            for k, block in enumerate(self._blocks):
                if k not in _FIRST_BLOCKS:
                    block.get_parameter("ls1.gamma").fill_(_GROWN_SCALE)
                    block.get_parameter("ls2.gamma").fill_(_GROWN_SCALE)

    def segmenter(self, kind: Kind) -> Segmenter:
        """Return encoder and decoder of a kind; they stay those of the network."""
        return Segmenter(self.encoder, self.decoders[kind.task])

    def round_to_half(self) -> None:
        """Round matrices and kernels as they are rounded when they are stored."""
        with torch.no_grad():
            for parameter in self.parameters():
                if parameter.ndim >= 2:
                    parameter.copy_(parameter.half())

    def use_blocks(self, *, grown: bool) -> None:
        """Put all blocks into the encoder, or only those trained first.

        Parameters
        ----------
        grown : bool
            Whether to use all. Blocks that are left out keep their values and
            are missing from `state_dict`.
        """
        for k, block in enumerate(self._blocks):
            used = grown or k in _FIRST_BLOCKS
            self.encoder.vit.blocks[k] = block if used else nn.Identity()

    def loss(self, batch: SampleBatch, *, progress: float, seed: int, bf16: bool) -> Tensor:
        """Compute the loss of all heads on a batch.

        Parameters
        ----------
        batch : SampleBatch
            Images and labels of one kind.
        progress : float
            Share of the run that is done, 0 to 1.
        seed : int
            Decides which patches are hidden.
        bf16 : bool
            Whether the network computes in bfloat16; losses never do.

        Returns
        -------
        Tensor
            Weighted Dice and cross-entropy of the decoder, cross-entropy of the
            kind's head, and half the squared error of hidden patches, each
            patch in its own standard deviations.
        """
        kind, images = batch.kind, batch.images
        hidden = _hidden_patches(images, seed)
        seen = images.masked_fill(_pixels_of(hidden)[:, None], 0.0)
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            features = self.encoder(seen.expand(-1, 3, -1, -1))
            size = (images.shape[-2], images.shape[-1])
            logits = self.decoders[kind.task](features, size)
            by_patch = F.pixel_shuffle(self.heads[kind.task](features[-1]), PATCH)
            drawn = self.hidden(features[-1])
        first, last = kind.rare
        weight = torch.full((kind.n_classes,), first + (last - first) * progress)
        if kind.n_classes == 2:
            weight[0] = 1.0
        return (
            weighted_dice_loss(logits, batch.labels)
            + cross_entropy_loss(logits, batch.labels, weight=weight)
            + cross_entropy_loss(by_patch, batch.labels, weight=weight)
            + _HIDDEN_WEIGHT * _drawing_error(drawn.float(), images, hidden)
        )


def _hidden_patches(images: Tensor, seed: int) -> Tensor:
    """Choose patches to hide: half of those of four images in ten; (B, H/14, W/14) bool."""
    random = torch.Generator().manual_seed(seed)
    n, _, rows, cols = images.shape
    chosen = torch.rand(n, 1, 1, generator=random) < _HIDDEN_IMAGES
    patches = torch.rand(n, rows // PATCH, cols // PATCH, generator=random) < _HIDDEN_PATCHES
    return chosen & patches


def _pixels_of(patches: Tensor) -> Tensor:
    return patches.repeat_interleave(PATCH, dim=1).repeat_interleave(PATCH, dim=2)


def _drawing_error(drawn: Tensor, images: Tensor, hidden: Tensor) -> Tensor:
    """Mean squared error of hidden patches (B, 196, h, w) in their own standard deviations."""
    truth = F.pixel_unshuffle(images, PATCH)
    truth = (truth - truth.mean(1, keepdim=True)) / (truth.std(1, keepdim=True) + 0.05)
    errors = (drawn - truth).square().mean(dim=1)
    return (errors * hidden).sum() / hidden.sum().clamp_min(1)
