"""Bottleneck adapters: small networks after attention and MLP of each block."""

from __future__ import annotations

from collections.abc import Mapping

import torch.nn.functional as F
from timm.layers.layer_scale import LayerScale
from torch import Tensor, nn

from engine.errors import ModelError
from engine.models.encoder import DinoTransformer

_SCALES = ("ls1", "ls2")
"""LayerScales of a block: after attention, and after the MLP."""


class Bottleneck(nn.Module):
    """``x + up(GELU(down(x)))``, the identity at the start.

    Parameters
    ----------
    dim : int
        Channels C.
    width : int
        Channels in between.

    Notes
    -----
    After Houlsby et al. [1]_. It is not linear, so it cannot be merged into the
    weights around it.

    References
    ----------
    .. [1] Houlsby et al., "Parameter-Efficient Transfer Learning for NLP", 2019.
       arXiv 1902.00751
    """

    def __init__(self, dim: int, width: int) -> None:
        super().__init__()
        self.down = nn.Linear(dim, width)
        self.up = nn.Linear(width, dim)
        nn.init.zeros_(self.up.weight)
        nn.init.zeros_(self.up.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Apply it to tokens ``(B, n, C)``."""
        change: Tensor = self.up(F.gelu(self.down(x)))
        return x + change


class AdaptedScale(nn.Module):
    """A LayerScale with a bottleneck before it; its own tensor keeps its name.

    Parameters
    ----------
    scale : timm.layers.LayerScale
        Its ``gamma`` is taken over, not copied.
    width : int
        Width of the bottleneck.
    """

    def __init__(self, scale: LayerScale, width: int) -> None:
        super().__init__()
        self.gamma = scale.gamma
        self.adapter = Bottleneck(scale.gamma.shape[0], width)

    def forward(self, x: Tensor) -> Tensor:
        """Apply bottleneck and scale to tokens ``(B, n, C)``."""
        adapted: Tensor = self.adapter(x)
        return adapted * self.gamma


def add_bottlenecks(network: DinoTransformer, width: int) -> None:
    """Put bottlenecks after attention and MLP of every block, before LayerScale.

    Parameters
    ----------
    network : DinoTransformer
        Changed in place: it computes the same as before, and nothing in it is
        frozen. New tensors are drawn on the device of the others.
    width : int
        Width of each bottleneck.

    Raises
    ------
    ModelError
        If it has some already.
    """
    for block in network.blocks:
        for name in _SCALES:
            scale = getattr(block, name)
            if not isinstance(scale, LayerScale):
                raise ModelError(
                    "the encoder has adapters already", hint="Start from its plain weights."
                )
            setattr(block, name, AdaptedScale(scale, width).to(scale.gamma.device))


def bottleneck_shapes(
    weights: Mapping[str, tuple[int, ...]], width: int
) -> dict[str, tuple[int, ...]]:
    """Return names and shapes of the bottlenecks of an encoder.

    Parameters
    ----------
    weights : mapping of str to tuple of int
        Names and shapes of the encoder's own tensors.
    width : int
        Width of each bottleneck.

    Returns
    -------
    dict of str to tuple of int
        As in a network after `add_bottlenecks`.
    """
    shapes: dict[str, tuple[int, ...]] = {}
    for name, shape in weights.items():
        scale, _, tensor = name.rpartition(".")
        if tensor == "gamma" and scale.rpartition(".")[2] in _SCALES:
            (dim,) = shape
            shapes[f"{scale}.adapter.down.weight"] = (width, dim)
            shapes[f"{scale}.adapter.down.bias"] = (width,)
            shapes[f"{scale}.adapter.up.weight"] = (dim, width)
            shapes[f"{scale}.adapter.up.bias"] = (dim,)
    return shapes
