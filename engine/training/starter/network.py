"""The starter's network while it is trained."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.models.designs import PATCH
from engine.models.segmenter import Segmenter, build
from engine.models.spec import ModelSpec, TuningSpec
from engine.tasks.pixel_losses import cross_entropy_loss, weighted_dice_loss
from engine.training.starter.start_values import initialise

SPEC = ModelSpec(
    encoder="outcrop-vit-tiny14",
    decoder="pup",
    n_classes=2,
    tuning=TuningSpec("full"),
    decoder_options={"width": 32},
)
"""The starter: a tiny encoder of our own and a narrow PUP decoder."""

# Only the first block of each quarter is trained at first, and the others grow
# in later: three times as many sections in the same time.
_FIRST_BLOCKS = (0, 3, 6, 9)
_GROWN_SCALE = 0.02  # LayerScale of blocks that grow in; they start near the identity


class StarterNetwork(nn.Module):
    """Encoder and decoder, and a second head that helps the encoder learn.

    The head reads the last feature map linearly, one patch a token, and so
    shows the encoder directly what lies where in each patch. It is dropped
    after training.

    Parameters
    ----------
    sections : Tensor, shape (B, 1, H, W)
        Normalised sections that start values are computed from.
    seed : int
        Seed of the start values.
    """

    def __init__(self, sections: Tensor, *, seed: int) -> None:
        super().__init__()
        torch.manual_seed(seed)
        self.model: Segmenter = build(SPEC)
        self.head = nn.Conv2d(self.model.encoder.channels[-1], PATCH**2, kernel_size=1)
        initialise(self.model.encoder, sections, seed=seed)
        self._blocks = tuple(self.model.encoder.vit.blocks)
        with torch.no_grad():
            for k, block in enumerate(self._blocks):
                if k not in _FIRST_BLOCKS:
                    block.get_parameter("ls1.gamma").fill_(_GROWN_SCALE)
                    block.get_parameter("ls2.gamma").fill_(_GROWN_SCALE)

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
            self.model.encoder.vit.blocks[k] = block if used else nn.Identity()

    def loss(self, images: Tensor, labels: Tensor, *, fault_weight: float, bf16: bool) -> Tensor:
        """Compute the loss of both heads.

        Parameters
        ----------
        images : Tensor, shape (B, 1, H, W)
            Normalised sections.
        labels : Tensor, shape (B, H, W)
            1 on faults.
        fault_weight : float
            Weight of fault pixels in the cross-entropies.
        bf16 : bool
            Whether the network computes in bfloat16; losses never do.

        Returns
        -------
        Tensor
            Weighted Dice and cross-entropy of the decoder, and cross-entropy of
            the second head.
        """
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            features = self.model.encoder(images.expand(-1, 3, -1, -1))
            logits = self.model.decoder(features, (images.shape[-2], images.shape[-1]))
            by_patch = F.pixel_shuffle(self.head(features[-1]), PATCH)
        weight = torch.tensor([1.0, fault_weight])
        decoder_loss = weighted_dice_loss(logits, labels) + cross_entropy_loss(
            logits, labels, weight=weight
        )
        return decoder_loss + F.binary_cross_entropy_with_logits(
            by_patch[:, 0].float(), labels.float(), pos_weight=weight[1]
        )
