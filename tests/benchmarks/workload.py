"""What a training step is measured on; imports nothing that is measured."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

N_CLASSES = 2
RANK = 8
RATE = 1e-4
WEIGHT_DECAY = 0.01
CLIP = 1.0


@dataclass(frozen=True)
class Workload:
    """A number of steps on random images of an encoder's dimensions."""

    encoder: str
    side: int
    batch: int
    steps: int

    def tensors(self) -> tuple[Tensor, Tensor]:
        """Return images (B, 1, H, W) and class ids (B, H, W)."""
        generator = torch.Generator().manual_seed(0)
        shape = (self.batch, self.side, self.side)
        labels = torch.rand(shape, generator=generator) > 0.7
        images = labels + torch.randn(shape, generator=generator)
        return images[:, None], labels.to(torch.uint8)
