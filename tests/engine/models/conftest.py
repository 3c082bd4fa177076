"""Small networks for the tests of this folder."""

from __future__ import annotations

import pytest
import torch

from engine.models.designs import EncoderDesign
from engine.models.encoder import Encoder

SMALL = EncoderDesign("small", "small", dim=24, depth=4, heads=3, scale=1.0)


@pytest.fixture
def small_encoder() -> Encoder:
    """Four blocks of 24 channels, LayerScale 1 so that every block counts."""
    torch.manual_seed(0)
    return Encoder(SMALL)
