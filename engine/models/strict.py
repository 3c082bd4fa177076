"""Strict loading: every tensor has its place, and every place its tensor."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from engine.errors import ModelError

_DAMAGED = "Copy the file again; if that does not help, it belongs to another model or version."


def check_tensors(
    subject: str, state: Mapping[str, Tensor], shapes: Mapping[str, tuple[int, ...]]
) -> None:
    """Check that tensors have the expected names and shapes.

    Parameters
    ----------
    subject : str
        What they belong to, for the message.
    state : mapping of str to Tensor
        The tensors.
    shapes : mapping of str to tuple of int
        What is expected.

    Raises
    ------
    ModelError
        On the first that is missing, of another shape, or not expected.
    """
    for name, shape in shapes.items():
        tensor = state.get(name)
        if tensor is None:
            left = [other for other in state if other not in shapes]
            instead = f"; {left[0]} is there and not expected" if left else ""
            raise ModelError(f"{subject}: tensor {name} is missing{instead}", hint=_DAMAGED)
        if tuple(tensor.shape) != shape:
            raise ModelError(
                f"{subject}: tensor {name} has shape {tuple(tensor.shape)}, expected {shape}",
                hint=_DAMAGED,
            )
    for name in state:
        if name not in shapes:
            raise ModelError(f"{subject}: tensor {name} is not expected", hint=_DAMAGED)


def shapes_of(module: nn.Module) -> dict[str, tuple[int, ...]]:
    """Return the names and shapes of a module's parameters and buffers."""
    return {name: tuple(tensor.shape) for name, tensor in module.state_dict().items()}


def load_strictly(subject: str, module: nn.Module, state: Mapping[str, Tensor]) -> None:
    """Fill all parameters and buffers of a module.

    Parameters
    ----------
    subject : str
        What the module is, for the message.
    module : torch.nn.Module
        Filled in place; values are converted to its data types.
    state : mapping of str to Tensor
        The tensors.

    Raises
    ------
    ModelError
        On the first tensor that does not fit, or that is not finite.
    """
    check_tensors(subject, state, shapes_of(module))
    check_finite(subject, state)
    module.load_state_dict(dict(state), strict=True)


def check_finite(subject: str, state: Mapping[str, Tensor]) -> None:
    """Check that all values of tensors are numbers.

    Parameters
    ----------
    subject : str
        What they belong to, for the message.
    state : mapping of str to Tensor
        The tensors.

    Raises
    ------
    ModelError
        On the first tensor with a value that is not finite.
    """
    for name, tensor in state.items():
        if tensor.is_floating_point() and not _finite(tensor):
            raise ModelError(
                f"{subject}: tensor {name} has values that are not finite", hint=_DAMAGED
            )


def _finite(tensor: Tensor) -> bool:
    # A sum takes no memory and nearly always settles it; it may overflow without cause.
    total = tensor.sum(dtype=torch.float32)
    return bool(torch.isfinite(total)) or bool(torch.isfinite(tensor).all())
