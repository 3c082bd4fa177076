"""The random numbers of a run: seeded, stored, and kept apart from the caller's."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import Tensor

_TORCH, _NUMPY, _CUDA = "torch", "numpy", "cuda."


def capture_random_state() -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Copy the state of Python's, NumPy's and torch's global generators.

    Returns
    -------
    tensors : dict of str to Tensor
        The long parts.
    values : dict
        The rest, JSON types only.
    """
    kind, keys, position, has_gauss, gauss = np.random.get_state()  # noqa: NPY002 - what libraries draw from
    tensors = {
        _TORCH: torch.get_rng_state(),
        _NUMPY: torch.from_numpy(np.asarray(keys, dtype=np.uint32).view(np.int32).copy()),
    }
    if torch.cuda.is_available():
        tensors |= {f"{_CUDA}{i}": state for i, state in enumerate(torch.cuda.get_rng_state_all())}
    version, state, gauss_next = random.getstate()
    values = {
        "numpy": [str(kind), int(position), int(has_gauss), float(gauss)],
        "python": [version, list(state), gauss_next],
    }
    return tensors, values


def restore_random_state(tensors: Mapping[str, Tensor], values: Mapping[str, Any]) -> None:
    """Put the generators into a state that `capture_random_state` returned.

    Parameters
    ----------
    tensors : mapping of str to Tensor
        The long parts; CUDA devices that are not here are left out.
    values : mapping
        The rest.
    """
    torch.set_rng_state(tensors[_TORCH])
    if torch.cuda.is_available():
        for index in range(torch.cuda.device_count()):
            if f"{_CUDA}{index}" in tensors:
                torch.cuda.set_rng_state(tensors[f"{_CUDA}{index}"], index)
    kind, position, has_gauss, gauss = values["numpy"]
    keys = tensors[_NUMPY].numpy().view(np.uint32)
    np.random.set_state((kind, keys, position, has_gauss, gauss))  # noqa: NPY002 - as above
    version, state, gauss_next = values["python"]
    random.setstate((version, tuple(state), gauss_next))


@contextmanager
def own_random_numbers(seed: int) -> Iterator[None]:
    """Seed all global generators, and give the caller's back at the end.

    Parameters
    ----------
    seed : int
        From 0 to 2**32 - 1.

    Yields
    ------
    None
        While the run draws its numbers.
    """
    before = capture_random_state()
    torch.manual_seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - what libraries draw from
    random.seed(seed)
    try:
        yield
    finally:
        restore_random_state(*before)
