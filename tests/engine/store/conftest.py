"""Weights and bundles for the tests of this folder; saved once, copied by each test."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import torch

from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.models.adapters import apply_tuning
from engine.models.designs import DESIGNS
from engine.models.pretrained import start_model
from engine.models.segmenter import Segmenter
from engine.models.spec import ModelSpec, TuningSpec
from engine.models.weight_store import WeightStore
from engine.models.weights import expected_shapes, save_state
from engine.preprocessing.pipeline import Pipeline
from engine.store.bundle import Bundle, read_bundle
from engine.store.saving import save_model

ENCODER = "outcrop-vit-tiny14"
CLASSES = ClassScheme(
    (SegmentationClass("rock", "#000000", background=True), SegmentationClass("fault", "#ff0000"))
)


TUNINGS = {
    "frozen": TuningSpec(),
    "full": TuningSpec("full"),
    "lora": TuningSpec("lora", rank=4),
    "dora": TuningSpec("lora", rank=4, targets="attention+mlp", dora=True, rslora=True),
    "adapter": TuningSpec("adapter", rank=4),
    "norms": TuningSpec("norms"),
}
METHODS = tuple(TUNINGS)


@dataclass(frozen=True)
class Trained:
    """A model as training leaves it, where it was saved, and what it computes."""

    bundle: Bundle
    model: Segmenter
    logits: torch.Tensor


def image() -> torch.Tensor:
    return torch.randn(1, 3, 42, 56, generator=torch.Generator().manual_seed(2))


@pytest.fixture(scope="session")
def weights(tmp_path_factory) -> WeightStore:
    """Random weights of the small encoder, of a size that lets every block count."""
    store = WeightStore(tmp_path_factory.mktemp("weights"))
    put_weights(store, seed=0)
    return store


def put_weights(store: WeightStore, seed: int) -> None:
    torch.manual_seed(seed)
    state = {n: torch.randn(s) * 0.05 for n, s in expected_shapes(DESIGNS[ENCODER]).items()}
    store.path(ENCODER).parent.mkdir(parents=True, exist_ok=True)
    save_state(store.path(ENCODER), state)
    store.record(ENCODER, source="test")


def describe(path: Path, tuning: str, sha256: str) -> Bundle:
    return Bundle(
        path=path,
        name=path.name,
        task="fault",
        spec=ModelSpec(ENCODER, "pup", 2, TUNINGS[tuning], {"width": 8}),
        classes=CLASSES,
        pipeline=Pipeline(),
        encoder_sha256=sha256,
        image_size=(42, 56),
        training={"epochs": 2, "scores": {"miou": 0.5}},
    )


@pytest.fixture(scope="session")
def trained(tmp_path_factory, weights) -> dict[str, Trained]:
    """One model for each way of tuning; do not change them, copy them."""
    folder = tmp_path_factory.mktemp("trained")
    return {name: train(folder / name, name, weights) for name in TUNINGS}


def train(path: Path, tuning: str, weights: WeightStore) -> Trained:
    torch.manual_seed(1)
    bundle = describe(path, tuning, weights.find(ENCODER).sha256)
    model, _ = start_model(bundle.spec, weights)
    apply_tuning(model, bundle.spec.tuning)
    model(torch.randn(3, 3, 42, 56))  # moves the running statistics
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.requires_grad:
                parameter.add_(torch.randn_like(parameter) * 0.1)
    model.eval()
    with torch.no_grad():
        logits = model(image())
    return Trained(save_model(bundle, model), model, logits)


@pytest.fixture
def copy_of(trained, tmp_path):
    """Return a function that copies a bundle to where the test may spoil it."""

    def copy(method: str, name: str | None = None) -> Bundle:
        target = tmp_path / (name or method)
        shutil.copytree(trained[method].bundle.path, target)
        return replace(read_bundle(target), path=target)

    return copy
