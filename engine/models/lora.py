"""Stored low-rank adapters, checked and merged with plain torch."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from engine.errors import ModelError
from engine.models.encoder import Encoder
from engine.models.spec import TuningSpec
from engine.models.strict import check_tensors

TARGETS = r".*blocks\.\d+\.attn\.(qkv|proj)"
"""Full match over module names: the layers that adapters go into."""

_OTHER = "Get the bundle again, or train the model anew."
_PREFIX = "base_model.model."
_NEUTRAL: Mapping[str, tuple[Any, ...]] = {
    "use_rslora": (False, None),
    "use_dora": (False, None),
    "fan_in_fan_out": (False, None),
    "bias": ("none", None),
    "rank_pattern": ({}, None),
    "alpha_pattern": ({}, None),
    "layer_replication": (None,),
    "layers_to_transform": (None,),
    "modules_to_save": (None,),
    "exclude_modules": (None,),
}


def targets(encoder: Encoder) -> dict[str, nn.Linear]:
    """Return the layers of an encoder that adapters go into, by name."""
    return {
        name: module
        for name, module in encoder.vit.named_modules()
        if isinstance(module, nn.Linear) and re.fullmatch(TARGETS, name)
    }


def check_config(
    config: Mapping[str, Any], tuning: TuningSpec, *, subject: str = "adapters"
) -> None:
    """Check that an ``adapter_config.json`` describes the adapters of a model.

    Parameters
    ----------
    config : mapping
        As peft writes it.
    tuning : TuningSpec
        What the model says of its adapters.
    subject : str, optional
        What the message begins with.

    Raises
    ------
    ModelError
        If it is of another kind, rank or scale, or uses a variant that is not
        merged as plain LoRA is.
    """
    expected = {
        "peft_type": ("LORA",),
        "r": (tuning.rank,),
        "lora_alpha": (tuning.alpha,),
        "target_modules": (TARGETS,),
    }
    for key, accepted in {**expected, **_NEUTRAL}.items():
        if key in expected and key not in config:
            raise ModelError(f"{subject}: {key} is missing", hint=_OTHER)
        if key in config and config[key] not in accepted:
            raise ModelError(
                f"{subject}: {key} is {config[key]!r}, expected {accepted[0]!r}", hint=_OTHER
            )


def merge_stored(
    encoder: Encoder,
    state: Mapping[str, Tensor],
    tuning: TuningSpec,
    *,
    subject: str = "adapters",
) -> None:
    """Add stored adapters to an encoder's weights, in place.

    Parameters
    ----------
    encoder : Encoder
        Without adapters, float32.
    state : mapping of str to Tensor
        Tensors of an ``adapter_model.safetensors``.
    tuning : TuningSpec
        Rank and scale.
    subject : str, optional
        What the message begins with.

    Raises
    ------
    ModelError
        If a tensor is missing, left over or of another shape; it is named.

    Notes
    -----
    ``W + alpha / rank * B @ A`` for each adapted layer, in float32.
    """
    layers = targets(encoder)
    shapes: dict[str, tuple[int, ...]] = {}
    for name, layer in layers.items():
        shapes[stored_name(name, "A")] = (tuning.rank, layer.in_features)
        shapes[stored_name(name, "B")] = (layer.out_features, tuning.rank)
    check_tensors(subject, state, shapes)
    scale = tuning.alpha / tuning.rank
    with torch.no_grad():
        for name, layer in layers.items():
            down = state[stored_name(name, "A")].to(layer.weight)
            up = state[stored_name(name, "B")].to(layer.weight)
            layer.weight.add_(up @ down, alpha=scale)


def stored_name(layer: str, matrix: str) -> str:
    """Return what peft calls matrix A or B of a layer in a file."""
    return f"{_PREFIX}{layer}.lora_{matrix}.weight"


def adapter_state(encoder: Encoder) -> dict[str, Tensor]:
    """Return the adapter tensors of an encoder under their names in a file.

    Parameters
    ----------
    encoder : Encoder
        With adapters.

    Returns
    -------
    dict of str to Tensor
        What ``adapter_model.safetensors`` holds.

    Raises
    ------
    ModelError
        If it has none.
    """
    if not encoder.adapted:
        raise ModelError(
            "the encoder has no adapters to save", hint="Save the model before merging them."
        )
    return {
        name.replace(".default.", "."): tensor
        for name, tensor in encoder.vit.state_dict().items()
        if ".lora_" in name
    }


def load_adapter_state(
    encoder: Encoder, state: Mapping[str, Tensor], *, subject: str = "adapters"
) -> None:
    """Put stored tensors into the adapters of an encoder.

    Parameters
    ----------
    encoder : Encoder
        With adapters of the same rank.
    state : mapping of str to Tensor
        Tensors of an ``adapter_model.safetensors``.
    subject : str, optional
        What the message begins with.

    Raises
    ------
    ModelError
        If a tensor is missing, left over or of another shape; it is named.
    """
    present = adapter_state(encoder)
    check_tensors(subject, state, {name: tuple(value.shape) for name, value in present.items()})
    with torch.no_grad():
        for name, tensor in present.items():
            tensor.copy_(state[name])
