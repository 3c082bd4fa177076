"""Small networks for the tests of this folder."""

from __future__ import annotations

import pytest
import torch

from engine.models.adapter_files import is_adapter
from engine.models.designs import EncoderDesign
from engine.models.encoder import Encoder
from engine.models.segmenter import Segmenter
from engine.models.spec import TuningSpec

SMALL = EncoderDesign("small", "small", dim=24, depth=4, heads=3, scale=1.0)

ADAPTED = {
    "lora": TuningSpec("lora", rank=4),
    "lora in the MLP": TuningSpec("lora", rank=2, alpha=3.0, targets="attention+mlp"),
    "rslora": TuningSpec("lora", rank=4, rslora=True),
    "dora": TuningSpec("lora", rank=4, alpha=2.5, dora=True),
    "dora and rslora": TuningSpec("lora", rank=4, targets="attention+mlp", dora=True, rslora=True),
    "adapter": TuningSpec("adapter", rank=4),
    "norms": TuningSpec("norms"),
}
"""All tunings that store tensors beside the frozen encoder."""


class Last(torch.nn.Module):
    """A decoder with one weight."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(()))

    def forward(self, features, size):
        coarse = features[-1].sum(1, keepdim=True) * self.weight
        return torch.nn.functional.interpolate(coarse, size)


def with_decoder(encoder: Encoder) -> Segmenter:
    return Segmenter(encoder, Last())


def image() -> torch.Tensor:
    return torch.randn(2, 3, 42, 70, generator=torch.Generator().manual_seed(5))


def stir(encoder: Encoder) -> None:
    """Move what trains away from its start, where adapters do nothing."""
    generator = torch.Generator().manual_seed(6)
    with torch.no_grad():
        for name, parameter in encoder.named_parameters():
            if parameter.requires_grad:
                std = 0.5 if is_adapter(name) and parameter.ndim == 2 else 0.1
                parameter.add_(torch.randn(parameter.shape, generator=generator) * std)


@pytest.fixture
def small_encoder() -> Encoder:
    """Four blocks of 24 channels, LayerScale 1 so that every block counts."""
    torch.manual_seed(0)
    return Encoder(SMALL)
