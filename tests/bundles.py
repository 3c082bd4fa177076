"""Random models on disk."""

from __future__ import annotations

from pathlib import Path

import torch

from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.models.adapters import add_lora, apply_tuning
from engine.models.segmenter import build
from engine.models.spec import ModelSpec, TuningSpec
from engine.models.weight_import import import_weights
from engine.models.weight_store import WeightStore
from engine.models.weights import save_state
from engine.preprocessing.pipeline import Pipeline
from engine.store.bundle import Bundle
from engine.store.saving import save_model

ENCODER = "outcrop-vit-tiny14"


def write_bundle(
    path: Path,
    *,
    method: str = "frozen",
    decoder: str = "linear",
    encoder: str = ENCODER,
    seed: int = 0,
    task: str = "fault",
) -> Bundle:
    """Write a random bundle, and the encoder it needs into the user's store."""
    torch.manual_seed(seed)
    tuning = TuningSpec(method=method, rank=4, alpha=4.0)
    spec = ModelSpec(encoder, decoder, 2, tuning)
    model = build(spec)
    sha256 = "0" * 64
    if method != "full":
        weights = path.parent / f"{path.name}-encoder.safetensors"
        save_state(weights, model.encoder.vit.state_dict())
        sha256 = import_weights(WeightStore(), weights, encoder=encoder).sha256
    if method == "lora":
        add_lora(model.encoder, tuning)
        with torch.no_grad():
            for name, tensor in model.encoder.named_parameters():
                if "lora_B" in name:
                    tensor.normal_(std=0.2)
    elif method in {"adapter", "norms"}:
        apply_tuning(model, tuning)
    classes = ClassScheme(
        (
            SegmentationClass("rock", "#000000", background=True),
            SegmentationClass("fault", "#ff0000"),
        )
    )
    bundle = Bundle(
        path=path,
        name=path.name,
        task=task,
        spec=spec,
        classes=classes,
        pipeline=Pipeline(),
        encoder_sha256=sha256,
        image_size=(56, 56),
    )
    return save_model(bundle, model)
