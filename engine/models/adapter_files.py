"""What a bundle stores of a tuned encoder, whichever way it was tuned.

Low-rank adapters are stored as peft stores them. Bottlenecks, and the biases and
norms of an encoder of which only those were trained, are stored under their names in
the network.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from engine.errors import ModelError
from engine.models.bottleneck import bottleneck_shapes
from engine.models.encoder import Encoder
from engine.models.lora import check_lora_config, lora_shapes
from engine.models.spec import TuningSpec
from engine.models.strict import check_finite, check_tensors

_NORMS = re.compile(r"(.*\.)?(norm\d*\.weight|.*bias)")
_ADAPTER = re.compile(r".*\.(lora_|adapter\.).*")
_OTHER = "Get the bundle again, or train the model anew."
_FORMAT = "outcrop"


def is_norm_or_bias(name: str) -> bool:
    """Tell whether a tensor of an encoder is a bias or belongs to a norm.

    Parameters
    ----------
    name : str
        Its name in the network.

    Returns
    -------
    bool
        False for layer scales and tensors of adapters.
    """
    return _NORMS.fullmatch(name) is not None and not is_adapter(name)


def is_adapter(name: str) -> bool:
    """Tell whether a tensor was put into an encoder to adapt it."""
    return _ADAPTER.fullmatch(name) is not None


def trains(name: str, tuning: TuningSpec) -> bool:
    """Tell whether a tensor of an encoder trains.

    Parameters
    ----------
    name : str
        Its name in the network.
    tuning : TuningSpec
        How the encoder is tuned.

    Returns
    -------
    bool
        Of a tensor of the adapters, or of the encoder itself.
    """
    match tuning.method:
        case "full":
            return True
        case "lora" | "adapter":
            return is_adapter(name)
        case "norms":
            return is_norm_or_bias(name)
        case _:
            return False


def stored_shapes(
    weights: Mapping[str, tuple[int, ...]], tuning: TuningSpec
) -> dict[str, tuple[int, ...]]:
    """Return names and shapes of what is stored of a tuned encoder.

    Parameters
    ----------
    weights : mapping of str to tuple of int
        Names and shapes of the encoder's own tensors.
    tuning : TuningSpec
        How it is tuned.

    Returns
    -------
    dict of str to tuple of int
        As in ``adapter_model.safetensors``; empty if frozen or trained as a whole.
    """
    match tuning.method:
        case "lora":
            return lora_shapes(weights, tuning)
        case "adapter":
            return bottleneck_shapes(weights, tuning.rank)
        case "norms":
            return {name: shape for name, shape in weights.items() if is_norm_or_bias(name)}
        case _:
            return {}


def n_stored(weights: Mapping[str, tuple[int, ...]], tuning: TuningSpec) -> int:
    """Return how many numbers `stored_shapes` makes."""
    return sum(math.prod(shape) for shape in stored_shapes(weights, tuning).values())


def check_adapters(
    state: Mapping[str, Tensor],
    weights: Mapping[str, tuple[int, ...]],
    tuning: TuningSpec,
    *,
    subject: str = "adapters",
) -> None:
    """Check that stored tensors are those of a tuned encoder.

    Parameters
    ----------
    state : mapping of str to Tensor
        Tensors of an ``adapter_model.safetensors``.
    weights : mapping of str to tuple of int
        Names and shapes of the encoder's own tensors.
    tuning : TuningSpec
        How it is tuned.
    subject : str, optional
        What the message begins with.

    Raises
    ------
    ModelError
        If a tensor is missing, left over, of another shape or not finite; it is
        named.
    """
    check_tensors(subject, state, stored_shapes(weights, tuning))
    check_finite(subject, state)


def adapter_state(encoder: Encoder, tuning: TuningSpec) -> dict[str, Tensor]:
    """Return what is stored of an encoder, under the names in the file.

    Parameters
    ----------
    encoder : Encoder
        Tuned; adapters are not merged.
    tuning : TuningSpec
        How it was tuned.

    Returns
    -------
    dict of str to Tensor
        What ``adapter_model.safetensors`` holds; the encoder's own tensors, no
        copies.

    Raises
    ------
    ModelError
        If its adapters are of another kind than `tuning` says, or merged.
    """
    check_kind(encoder, tuning)
    wanted = is_norm_or_bias if tuning.method == "norms" else is_adapter
    return {
        _stored_name(name): tensor
        for name, tensor in encoder.vit.state_dict().items()
        if wanted(name)
    }


def load_adapter_state(
    encoder: Encoder,
    state: Mapping[str, Tensor],
    tuning: TuningSpec,
    *,
    subject: str = "adapters",
) -> None:
    """Put stored tensors into a tuned encoder.

    Parameters
    ----------
    encoder : Encoder
        With adapters of the same kind and size.
    state : mapping of str to Tensor
        Tensors of an ``adapter_model.safetensors``.
    tuning : TuningSpec
        How it is tuned.
    subject : str, optional
        What the message begins with.

    Raises
    ------
    ModelError
        If a tensor is missing, left over, of another shape or not finite; it is
        named.
    """
    present = adapter_state(encoder, tuning)
    check_tensors(subject, state, {name: tuple(value.shape) for name, value in present.items()})
    check_finite(subject, state)
    with torch.no_grad():
        for name, tensor in present.items():
            tensor.copy_(state[name])


def check_kind(encoder: Encoder, tuning: TuningSpec) -> None:
    """Check that an encoder has the adapters that its tuning speaks of.

    Parameters
    ----------
    encoder : Encoder
        With or without adapters.
    tuning : TuningSpec
        How it was tuned.

    Raises
    ------
    ModelError
        If it has none, or others.
    """
    names = [name for name, _ in encoder.named_parameters() if is_adapter(name)]
    found = "" if not names else "lora" if ".lora_" in names[0] else "adapter"
    wanted = tuning.method if tuning.method in {"lora", "adapter"} else ""
    if found == wanted:
        return
    fact = "has adapters that are not merged" if found else "has no adapters to save"
    raise ModelError(
        f"the encoder {fact}, but the tuning is {tuning.method}",
        hint="Save the model before merging, with the tuning it was trained with.",
    )


def adapter_config(encoder: Encoder, tuning: TuningSpec) -> dict[str, Any]:
    """Return what ``adapter_config.json`` says.

    Parameters
    ----------
    encoder : Encoder
        Tuned; adapters are not merged.
    tuning : TuningSpec
        How it was tuned.

    Returns
    -------
    dict
        JSON types; low-rank adapters as peft describes them.
    """
    if tuning.method != "lora":
        return _own_config(tuning)
    config = encoder.vit.peft_config["default"].to_dict()
    return {
        key: sorted(value) if isinstance(value, set) else value
        for key, value in {**config, "inference_mode": True}.items()
    }


def check_config(
    config: Mapping[str, Any], tuning: TuningSpec, *, subject: str = "adapters"
) -> None:
    """Check that an ``adapter_config.json`` describes the adapters of a model.

    Parameters
    ----------
    config : mapping
        As `adapter_config` returns it, or peft writes it.
    tuning : TuningSpec
        What the model says of its adapters.
    subject : str, optional
        What the message begins with.

    Raises
    ------
    ModelError
        If it describes others; the first value that differs is named.
    """
    if tuning.method == "lora":
        check_lora_config(config, tuning, subject=subject)
        return
    expected = _own_config(tuning)
    for key in (*expected, *config):
        if key not in config:
            raise ModelError(f"{subject}: {key} is missing", hint=_OTHER)
        if key not in expected:
            raise ModelError(f"{subject}: {key} is not expected", hint=_OTHER)
        if config[key] != expected[key]:
            raise ModelError(
                f"{subject}: {key} is {config[key]!r}, expected {expected[key]!r}", hint=_OTHER
            )


def _own_config(tuning: TuningSpec) -> dict[str, Any]:
    config: dict[str, Any] = {"format": _FORMAT, "method": tuning.method}
    return {**config, "rank": tuning.rank} if tuning.method == "adapter" else config


def _stored_name(name: str) -> str:
    """Leave out the name that peft gives a set of adapters in memory."""
    return re.sub(r"(\.lora_magnitude_vector)\.default\.weight$|\.default(?=\.)", r"\1", name)
