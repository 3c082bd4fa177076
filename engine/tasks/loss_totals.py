"""What losses are divided by: the labelled pixels and samples of a whole batch.

A batch may be computed in parts, by several processes or one after the other. Its
loss is the sum of its parts' losses only if all of them are divided by the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.core.class_scheme import IGNORE


@dataclass(frozen=True, slots=True, eq=False)
class LossTotals:
    """What the losses of a batch are divided by.

    Parameters
    ----------
    pixels : Tensor
        Scalar: labelled pixels, weighted as in `labelled_weight`.
    samples : Tensor
        Scalar: samples with labels, as in `labelled_samples`.
    """

    pixels: Tensor
    samples: Tensor

    @classmethod
    def of_parts(cls, parts: Iterable[LossTotals]) -> LossTotals:
        """Add up the totals of the parts of a batch, at least one.

        Parameters
        ----------
        parts : iterable of LossTotals
            Of all parts, on one device.

        Returns
        -------
        LossTotals
            Of the batch.
        """
        pixels, samples = zip(*((part.pixels, part.samples) for part in parts), strict=True)
        return cls(torch.stack(pixels).sum(), torch.stack(samples).sum())


def labelled_weight(
    target: Tensor,
    *,
    weight: Tensor | None = None,
    pixel_weights: Tensor | None = None,
    ignore: int = IGNORE,
) -> Tensor:
    """Add up the weights of the labelled pixels: what means over pixels are divided by.

    Parameters
    ----------
    target : Tensor
        Class ids, integer, shape ``(B, H, W)``.
    weight : Tensor, optional
        One weight for each class, shape ``(K,)``; all the same when left out.
    pixel_weights : Tensor, optional
        How much each pixel counts, from 0, float, shape ``(B, H, W)``; all the same
        when left out.
    ignore : int, default 255
        Class id of the pixels left out.

    Returns
    -------
    Tensor
        Scalar: the number of labelled pixels without weights, int64; the sum of
        their weights with either kind, float32.
    """
    if weight is None and pixel_weights is None:
        return (target != ignore).sum()
    return weigh_pixels(target, weight, pixel_weights, ignore).sum()


def labelled_samples(
    target: Tensor, *, pixel_weights: Tensor | None = None, ignore: int = IGNORE
) -> Tensor:
    """Count the samples with labels: what means over samples are divided by.

    Parameters
    ----------
    target : Tensor
        Class ids, integer, shape ``(B, H, W)``.
    pixel_weights : Tensor, optional
        How much each pixel counts, from 0, float, shape ``(B, H, W)``; all the same
        when left out.
    ignore : int, default 255
        Class id of the pixels left out.

    Returns
    -------
    Tensor
        Scalar, int64: samples with a labelled pixel of a weight above 0.
    """
    counted = target != ignore
    if pixel_weights is not None:
        counted = counted & (pixel_weights > 0)
    return counted.flatten(1).any(dim=1).sum()


def weigh_pixels(
    target: Tensor, weight: Tensor | None, pixel_weights: Tensor | None, ignore: int
) -> Tensor:
    """Weigh all pixels, by their classes and their places.

    Parameters
    ----------
    target : Tensor
        Class ids, integer, shape ``(B, H, W)``.
    weight : Tensor or None
        One weight for each class, shape ``(K,)``.
    pixel_weights : Tensor or None
        How much each pixel counts, from 0, float, shape ``(B, H, W)``.
    ignore : int
        Class id of the pixels that weigh nothing.

    Returns
    -------
    Tensor
        float32, shape ``(B, H, W)``.
    """
    valid = target != ignore
    labels = torch.where(valid, target, 0).long()
    weights = valid.float() if weight is None else weight.float()[labels] * valid
    return weights if pixel_weights is None else weights * pixel_weights


def or_one(total: Tensor) -> Tensor:
    """Let nothing be divided by zero.

    Parameters
    ----------
    total : Tensor
        From 0.

    Returns
    -------
    Tensor
        float32; 1 where it was 0.
    """
    return torch.where(total > 0, total, 1.0)
