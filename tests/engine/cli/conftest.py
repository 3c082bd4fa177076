"""Pairs and weights for trainings from the command line."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.models.encoder import build_encoder
from engine.models.weight_store import WeightStore
from engine.models.weights import save_state

ENCODER = "outcrop-vit-tiny14"


@pytest.fixture
def raw_pairs(tmp_path):
    """Write raw pairs as published, but of 20 x 30 samples; gives the options that name them."""

    def write(n_pairs: int) -> list[str]:
        rng = np.random.default_rng(0)
        images, masks = tmp_path / "input", tmp_path / "target"
        images.mkdir()
        masks.mkdir()
        for number in range(n_pairs):
            label = np.zeros((20, 30), dtype=np.int8)
            label[5:15, number : number + 12] = 1
            image = label + rng.normal(0, 0.3, label.shape)
            image.astype("<f4").tofile(images / f"{number}.dat")
            label.tofile(masks / f"{number}.dat")
        return ["--images", str(images), "--masks", str(masks), "--raw-size", "20x30"]

    return write


@pytest.fixture
def encoder():
    """Random weights of the small encoder in the store."""
    torch.manual_seed(0)
    store = WeightStore()
    path = store.path(ENCODER)
    path.parent.mkdir(parents=True)
    save_state(path, build_encoder(ENCODER).vit.state_dict())
    store.record(ENCODER, source="random")
