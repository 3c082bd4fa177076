"""Stored low-rank adapters, checked and merged with plain torch.

They are stored as peft writes them, so that peft can read them; importing it takes
seconds, which inference does not spend.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from engine.errors import ModelError
from engine.models.spec import TuningSpec

_PATTERNS = {
    "attention": r".*blocks\.\d+\.attn\.(qkv|proj)",
    "attention+mlp": r".*blocks\.\d+\.(attn\.(qkv|proj)|mlp\.fc[12])",
}
_OTHER = "Get the bundle again, or train the model anew."
_PREFIX = "base_model.model."
_NEUTRAL: Mapping[str, tuple[Any, ...]] = {
    "fan_in_fan_out": (False, None),
    "bias": ("none", None),
    "rank_pattern": ({}, None),
    "alpha_pattern": ({}, None),
    "layer_replication": (None,),
    "layers_to_transform": (None,),
    "modules_to_save": (None,),
    "exclude_modules": (None,),
}


def target_pattern(tuning: TuningSpec) -> str:
    """Return the regular expression for the layers that adapters go into.

    Parameters
    ----------
    tuning : TuningSpec
        Names the layers.

    Returns
    -------
    str
        Matches the whole name of a layer: the suffix ``proj`` alone would also
        take the patch embedding.
    """
    return _PATTERNS[tuning.targets]


def lora_shapes(
    weights: Mapping[str, tuple[int, ...]], tuning: TuningSpec
) -> dict[str, tuple[int, ...]]:
    """Return names and shapes of the adapters of an encoder.

    Parameters
    ----------
    weights : mapping of str to tuple of int
        Names and shapes of the encoder's own tensors.
    tuning : TuningSpec
        Rank, layers and variant.

    Returns
    -------
    dict of str to tuple of int
        As in ``adapter_model.safetensors``.
    """
    shapes: dict[str, tuple[int, ...]] = {}
    for layer in _layers(weights, tuning):
        n_out, n_in = weights[f"{layer}.weight"]
        stored = _PREFIX + layer
        shapes[f"{stored}.lora_A.weight"] = (tuning.rank, n_in)
        shapes[f"{stored}.lora_B.weight"] = (n_out, tuning.rank)
        if tuning.dora:
            shapes[f"{stored}.lora_magnitude_vector"] = (n_out,)
    return shapes


def merged_weights(
    weights: Mapping[str, Tensor], state: Mapping[str, Tensor], tuning: TuningSpec
) -> dict[str, Tensor]:
    """Compute the weights of the adapted layers with their adapters merged.

    Parameters
    ----------
    weights : mapping of str to Tensor
        The encoder's own tensors, float32; not changed.
    state : mapping of str to Tensor
        Tensors with the names and shapes of `lora_shapes`.
    tuning : TuningSpec
        Layers, scale and variant.

    Returns
    -------
    dict of str to Tensor
        New tensors for the adapted layers only, under the encoder's names, in
        the type and on the device of the weights.

    Notes
    -----
    ``V = W + scale * B @ A``; with DoRA each row of V is then brought to the
    length in the magnitude vector [1]_.

    References
    ----------
    .. [1] Liu et al., "DoRA: Weight-Decomposed Low-Rank Adaptation", 2024, eq. 5.
       arXiv 2402.09353
    """
    merged = {}
    with torch.no_grad():
        for layer in _layers(weights, tuning):
            name, stored = f"{layer}.weight", _PREFIX + layer
            weight = weights[name]
            down = state[f"{stored}.lora_A.weight"].to(weight)
            up = state[f"{stored}.lora_B.weight"].to(weight)
            value = torch.addmm(weight, up, down, alpha=tuning.scale)
            if tuning.dora:
                length = state[f"{stored}.lora_magnitude_vector"].to(weight)
                value *= (length / torch.linalg.norm(value, dim=1))[:, None]
            merged[name] = value
    return merged


def check_lora_config(config: Mapping[str, Any], tuning: TuningSpec, *, subject: str) -> None:
    """Check that an ``adapter_config.json`` of peft describes the adapters of a model.

    Parameters
    ----------
    config : mapping
        As peft writes it.
    tuning : TuningSpec
        What the model says of its adapters.
    subject : str
        What the message begins with.

    Raises
    ------
    ModelError
        If it is of another kind, rank, scale or variant, or uses one that is not
        known here.
    """
    expected: dict[str, tuple[Any, ...]] = {
        "peft_type": ("LORA",),
        "r": (tuning.rank,),
        "lora_alpha": (tuning.alpha,),
        "target_modules": (target_pattern(tuning),),
    }
    variants = {
        key: (True,) if on else (False, None)
        for key, on in (("use_dora", tuning.dora), ("use_rslora", tuning.rslora))
    }
    for key, accepted in {**expected, **variants, **_NEUTRAL}.items():
        needed = key in expected or accepted == (True,)
        if needed and key not in config:
            raise ModelError(f"{subject}: {key} is missing", hint=_OTHER)
        if key in config and config[key] not in accepted:
            raise ModelError(
                f"{subject}: {key} is {config[key]!r}, expected {accepted[0]!r}", hint=_OTHER
            )


def _layers(weights: Mapping[str, Any], tuning: TuningSpec) -> list[str]:
    layers = (name.removesuffix(".weight") for name in weights if name.endswith(".weight"))
    return [layer for layer in layers if re.fullmatch(target_pattern(tuning), layer)]
