"""Which parameters are trained, at which rate, with which decay."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from torch import nn

from engine.errors import ModelError
from engine.models.parameters import part_of
from engine.models.unet import UNetEncoder
from engine.tasks.preset import LearningRateSettings


def parameter_groups(
    model: nn.Module, rates: LearningRateSettings, *, weight_decay: float
) -> list[dict[str, Any]]:
    """Sort the trainable parameters into groups for AdamW.

    Parameters
    ----------
    model : torch.nn.Module
        Its parameters that require gradients are taken.
    rates : LearningRateSettings
        Peak learning rate of each part.
    weight_decay : float
        Of matrices and kernels. Norms, biases, layer scales, and class,
        register and position tokens have none.

    Returns
    -------
    list of dict
        With ``params``, ``lr``, ``weight_decay`` and ``name``; no group is empty.

    Raises
    ------
    ModelError
        If nothing is trainable.

    Notes
    -----
    Tensors of an encoder that is otherwise frozen, as its biases and norms, train
    at the rate of the adapters: they do their work. An encoder that starts from
    random values trains at the rate of the decoder.
    """
    instead = _rate_of_encoder(model)
    groups: dict[tuple[str, bool], list[nn.Parameter]] = {}
    for name, parameter in _trainable(model):
        decays = parameter.ndim >= 2 and not name.endswith(("_embed", "_token"))
        part = part_of(name)
        part = instead if part == "encoder" else part
        groups.setdefault((part, decays), []).append(parameter)
    if not groups:
        raise ModelError("the model has no trainable parameter")
    return [
        {
            "params": parameters,
            "lr": getattr(rates, part),
            "weight_decay": weight_decay if decays else 0.0,
            "name": part if decays else f"{part}, no decay",
        }
        for (part, decays), parameters in groups.items()
    ]


def _trainable(model: nn.Module) -> Iterator[tuple[str, nn.Parameter]]:
    return ((n, p) for n, p in model.named_parameters() if p.requires_grad)


def _rate_of_encoder(model: nn.Module) -> str:
    """Return the part at whose rate the encoder's own tensors train."""
    if isinstance(getattr(model, "encoder", None), UNetEncoder):
        return "decoder"
    return "encoder" if _trains_matrices(model) else "adapters"


def _trains_matrices(model: nn.Module) -> bool:
    """Tell whether more of the encoder trains than its biases, norms and adapters."""
    return any(part_of(name) == "encoder" and p.ndim >= 2 for name, p in _trainable(model))
