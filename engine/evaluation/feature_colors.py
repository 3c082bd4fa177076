"""Principal components of an encoder's features, as colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.core.principal_axes import principal_axes
from engine.data.fitting import resize_image
from engine.errors import ModelError
from engine.models.designs import PATCH, encoder_design
from engine.models.pretrained import load_encoder
from engine.models.weight_store import WeightStore
from engine.store.bundle import Bundle
from engine.store.loading import load_model

_LARGEST_PX = 1022
_SPREAD = (1, 99)  # percentiles of a component that become no colour and full colour


@dataclass(frozen=True, slots=True, eq=False)
class FeatureColors:
    """Features of some images before and after adaptation.

    Parameters
    ----------
    before, after : sequence of ndarray of float64, shape (h, w, 3), or None
        Colours of the tokens of each image, from 0 to 1. None if the encoder
        is not the starting point of anything or is not adapted; see `note`.
    before_share, after_share : float
        Share of the variance that the three components hold.
    note : str
        Why one of the two is not there; empty if both are.
    """

    before: Sequence[NDArray[np.float64]] | None
    after: Sequence[NDArray[np.float64]]
    before_share: float
    after_share: float
    note: str


def feature_colors(
    bundle: Bundle,
    images: Sequence[NDArray[np.float32]],
    *,
    device: torch.device,
    weights: WeightStore | None = None,
) -> FeatureColors:
    """Colour the deepest features of a bundle's encoder, and of the encoder it came from.

    Parameters
    ----------
    bundle : Bundle
        The adapted model.
    images : sequence of ndarray of float32, shape (rows, cols)
        Normalised; resized to the bundle's input if it was trained so, else looked
        at in their own resolution, up to 1022 pixels.
    device : torch.device
        Where to compute.
    weights : WeightStore, optional
        Where the encoder's own weights lie; the user's store when left out.

    Returns
    -------
    FeatureColors
        Components are those of all images together, apart for either encoder.
        Those after adaptation are rotated among themselves to agree as well as
        they can with those before (orthogonal Procrustes), so that like colours
        mean like places where the features have kept their order.

    Raises
    ------
    ModelError
        If the bundle's tensors do not fit.

    References
    ----------
    .. [1] Guo et al., "Cross-Domain Foundation Model Adaptation", 2024, figure 2.
    """
    store = weights or WeightStore()
    start, note = _start_encoder(bundle, store)
    fit = bundle.training.get("fit")
    size = bundle.image_size if fit == "resize" else _native_size(images)
    ours = _features(load_model(bundle, store).encoder, images, size, device)
    after, after_share = _components(ours)
    if start is None:
        return FeatureColors(None, _colors(after, ours), 0.0, after_share, note)
    theirs = _features(start, images, size, device)
    before, before_share = _components(theirs)
    left, _, right = np.linalg.svd(after.T @ before)
    turned = _colors(after @ (left @ right), ours)
    return FeatureColors(_colors(before, theirs), turned, before_share, after_share, "")


def _start_encoder(bundle: Bundle, store: WeightStore) -> tuple[nn.Module | None, str]:
    """Load the encoder that the bundle was tuned from, or say why there is none."""
    name = bundle.spec.encoder
    if bundle.spec.tuning.method == "frozen":
        return None, "The encoder was frozen: its features are the same before and after."
    if not getattr(encoder_design(name), "pretrained", True):
        return None, f"{name} starts from random weights: there are no features before training."
    try:
        return load_encoder(name, store)[0], ""
    except ModelError as error:
        return None, f"The features before adaptation are not shown: {error}"


def _native_size(images: Sequence[NDArray[np.float32]]) -> tuple[int, int]:
    """Return the size of the largest image in whole patches."""
    rows, cols = (max(image.shape[axis] for image in images) for axis in (0, 1))
    down, across = (min(max(round(n / PATCH), 1) * PATCH, _LARGEST_PX) for n in (rows, cols))
    return down, across


@torch.inference_mode()
def _features(
    encoder: nn.Module,
    images: Sequence[NDArray[np.float32]],
    size: tuple[int, int],
    device: torch.device,
) -> list[NDArray[np.float64]]:
    """Compute the deepest map of each image, shape (h, w, C)."""
    encoder = encoder.to(device).eval()
    maps = []
    for data in images:
        x: Tensor = resize_image(data, size)[None].expand(-1, 3, -1, -1).to(device)
        deepest: Tensor = encoder(x)[-1][0]
        maps.append(deepest.permute(1, 2, 0).double().cpu().numpy())
    return maps


def _components(maps: Sequence[NDArray[np.float64]]) -> tuple[NDArray[np.float64], float]:
    """Project the tokens of all images on their first three principal components."""
    tokens = np.concatenate([one.reshape(-1, one.shape[-1]) for one in maps])
    tokens = tokens - tokens.mean(axis=0)
    axes, share = principal_axes(tokens)
    return tokens @ axes, share


def _colors(
    components: NDArray[np.float64], maps: Sequence[NDArray[np.float64]]
) -> list[NDArray[np.float64]]:
    """Scale each component to colours and cut the tokens into images again."""
    low, high = np.percentile(components, _SPREAD, axis=0)
    scaled = ((components - low) / np.maximum(high - low, 1e-12)).clip(0, 1)
    sizes = [one.shape[0] * one.shape[1] for one in maps]
    parts = np.split(scaled, np.cumsum(sizes)[:-1])
    return [part.reshape(*one.shape[:2], 3) for part, one in zip(parts, maps, strict=True)]
