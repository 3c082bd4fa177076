"""Start values for an encoder that is trained from nothing on little data."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.models.encoder import Encoder

_SLOWEST = 100.0  # ratio of the slowest to the fastest position wave
_POSITION_SCALE = 0.5
_EDGE_ANGLES = tuple(math.radians(angle) for angle in (-30, -15, 0, 15, 30, 90))
_PLACES = 8  # of each filter along each side of a patch
_WHITENING_FLOOR = 0.02  # of the mean variance; keeps noise from being blown up


def initialise(encoder: Encoder, images: Tensor, *, seed: int) -> None:
    """Give an encoder start values from which it learns in few steps.

    Patches are whitened, so that the weak components in which a break of the
    layers shows count as much as the layers themselves; the first MLP looks for
    edges of six directions in all parts of a patch, as a convolution would;
    positions start as waves; and attention starts near the identity, so that a
    token first looks at similar tokens nearby.

    Parameters
    ----------
    encoder : Encoder
        Changed in place; without adapters.
    images : Tensor, shape (B, 1, H, W)
        Normalised sections that patches are taken from.
    seed : int
        Seed of the random parts.

    References
    ----------
    .. [1] Trockman and Kolter, "Mimetic Initialization of Self-Attention
       Layers", ICML 2023. https://arxiv.org/abs/2305.09828
    """
    random = torch.Generator().manual_seed(seed)
    vit = encoder.vit
    with torch.no_grad():
        _whiten_patches(vit.patch_embed.proj, images)
        _detect_edges(vit.blocks[0].mlp, vit.patch_embed.proj)
        vit.pos_embed.copy_(_waves(vit.pos_embed, encoder.design.dim))
        for block in vit.blocks:
            _start_attention(block.attn, random)
            block.ls1.gamma.fill_(1.0)
            block.ls2.gamma.fill_(1.0)


def _whiten_patches(projection: nn.Conv2d, images: Tensor) -> None:
    """Fill with the strongest principal components, each scaled to unit variance."""
    out, channels, height, width = projection.weight.shape
    columns = F.unfold(images, (height, width), stride=7)
    patches = columns.transpose(1, 2).reshape(-1, height * width)
    values, vectors = torch.linalg.eigh(torch.cov(patches.T))
    scale = (values + _WHITENING_FLOOR * values.mean()).rsqrt()
    filters = (vectors * scale).T.flip(0)[:out]
    projection.weight[: len(filters)] = filters.reshape(-1, 1, height, width) / channels
    if projection.bias is not None:
        projection.bias.zero_()


def _detect_edges(mlp: nn.Module, projection: nn.Conv2d) -> None:
    """Start the hidden units as oriented edge filters of both signs, 8 x 8 places a patch."""
    side = projection.weight.shape[-1]
    components = F.normalize(projection.weight.sum(dim=1).flatten(1), dim=1)
    places = (torch.arange(_PLACES) + 0.5) * side / _PLACES - 0.5
    offsets = (torch.arange(side) - places[:, None]).round()
    down = offsets[:, None, :, None]
    right = offsets[None, :, None, :]
    filters = []
    for angle in _EDGE_ANGLES:
        across = right * math.cos(angle) + down * math.sin(angle)
        along = down * math.cos(angle) - right * math.sin(angle)
        edge = -across * torch.exp(-0.5 * ((across / 1.3) ** 2 + (along / 3.0) ** 2))
        edges = edge.reshape(_PLACES**2, side * side)
        filters += [edges, -edges]
    units = F.normalize(torch.cat(filters) @ components.T, dim=1)
    first, second = mlp.get_submodule("fc1"), mlp.get_submodule("fc2")
    weight = first.get_parameter("weight")
    weight[: len(units)] = 1.5 * units[: len(weight)]
    first.get_parameter("bias").fill_(-0.5)
    nn.init.orthogonal_(second.get_parameter("weight"))


def _waves(table: Tensor, dim: int) -> Tensor:
    """Return sines and cosines of row and column, zero for the class token."""
    side = math.isqrt(table.shape[1])
    quarter = dim // 4
    frequencies = _SLOWEST ** (-torch.arange(quarter) / quarter)
    angles = torch.arange(side)[:, None] * frequencies
    along = torch.cat([angles.sin(), angles.cos()], dim=1)
    rows = along[:, None].expand(side, side, -1)
    cols = along[None].expand(side, side, -1)
    waves = torch.cat([rows, cols], dim=-1).reshape(1, side * side, dim)
    positions = torch.zeros_like(table)
    positions[:, -side * side :] = _POSITION_SCALE * waves
    return positions


def _start_attention(attention: nn.Module, random: torch.Generator) -> None:
    """Start with queries like keys, and values taken off the token they came from."""
    qkv, out = attention.get_submodule("qkv"), attention.get_submodule("proj")
    weight: Tensor = qkv.get_parameter("weight")
    dim, n_heads = weight.shape[1], int(getattr(attention, "num_heads", 1))
    size = dim // n_heads
    for head in range(n_heads):
        product = 0.7 * torch.randn(dim, dim, generator=random) / math.sqrt(dim)
        left, values, right = torch.linalg.svd(product + 0.7 * torch.eye(dim))
        root = values[:size].sqrt()
        rows = slice(head * size, (head + 1) * size)
        weight[:dim][rows] = (left[:, :size] * root).T
        weight[dim : 2 * dim][rows] = root[:, None] * right[:size]
    product = 0.4 * torch.randn(dim, dim, generator=random) / math.sqrt(dim) - 0.4 * torch.eye(dim)
    left, values, right = torch.linalg.svd(product)
    weight[2 * dim :] = values.sqrt()[:, None] * right
    out.get_parameter("weight").copy_(left * values.sqrt())
