"""Losses of semantic segmentation, one function each.

Every loss takes logits ``(B, K, H, W)`` and class ids ``(B, H, W)``, leaves out
the pixels of class 255, and computes in float32 whatever autocast is active.
Pixels may have weights: a sum over pixels is then a weighted sum, in numerator and
denominator alike, and a pixel of weight 0 counts no more than one of class 255.
Means are over the batch that is given, or over a larger one of which it is a part.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.core.class_scheme import IGNORE
from engine.errors import ShapeError
from engine.tasks.loss_totals import labelled_samples, labelled_weight, or_one, weigh_pixels


def weighted_dice_loss(
    logits: Tensor,
    target: Tensor,
    *,
    pixel_weights: Tensor | None = None,
    total: Tensor | None = None,
    ignore: int = IGNORE,
) -> Tensor:
    """Compute the Dice loss whose classes are weighted by their rarity in each sample.

    Parameters
    ----------
    logits : Tensor
        Shape ``(B, K, H, W)``, before softmax.
    target : Tensor
        Class ids, integer, shape ``(B, H, W)``.
    pixel_weights : Tensor, optional
        How much each pixel counts, from 0, float, shape ``(B, H, W)``; all the same
        when left out.
    total : Tensor, optional
        Scalar: samples with labels in the batch that these are a part of; of these
        alone when left out.
    ignore : int, default 255
        Class id of the pixels that count neither as prediction nor as label.

    Returns
    -------
    Tensor
        Scalar float32 from 0 (perfect) to 1.

    Raises
    ------
    ShapeError
        If the shapes do not belong together.

    Notes
    -----
    For one sample, with soft predictions P and labels G::

        L   = 1 - sum_k w_k * 2 |P_k G_k| / (|P_k| + |G_k|)
        w_k = (1 / n_k) / sum_j (1 / n_j),   n_k = pixels of class k in this sample

    Classes that the sample lacks have weight 0; the sum runs over classes, the
    mean over the samples. The weights are per sample, so they do not cancel: a
    fault of 2 % of the pixels has 98 % of the weight. A sample without a single
    labelled pixel is left out of the mean; a batch of such samples gives 0 with
    zero gradients.

    References
    ----------
    .. [1] Guo et al., "Cross-Domain Foundation Model Adaptation", 2024, eq. 1.
       https://arxiv.org/abs/2408.12396
    """
    dice, n_pixels = _overlaps(logits, target, pixel_weights, ignore)
    present = n_pixels > 0
    rarity = torch.where(present, 1 / torch.where(present, n_pixels, 1.0), 0.0)
    if total is None:
        total = labelled_samples(target, pixel_weights=pixel_weights, ignore=ignore)
    return _weighted_sum(dice, rarity) / or_one(total)


def dice_loss(
    logits: Tensor,
    target: Tensor,
    *,
    pixel_weights: Tensor | None = None,
    total: Tensor | None = None,
    ignore: int = IGNORE,
) -> Tensor:
    """Compute the plain macro Dice loss: every class of a sample counts the same.

    Parameters
    ----------
    logits : Tensor
        Shape ``(B, K, H, W)``, before softmax.
    target : Tensor
        Class ids, integer, shape ``(B, H, W)``.
    pixel_weights : Tensor, optional
        How much each pixel counts, from 0, float, shape ``(B, H, W)``; all the same
        when left out.
    total : Tensor, optional
        Scalar: samples with labels in the batch that these are a part of; of these
        alone when left out.
    ignore : int, default 255
        Class id of the pixels that count neither as prediction nor as label.

    Returns
    -------
    Tensor
        Scalar float32 from 0 (perfect) to 1. Classes that a sample lacks are left
        out of its mean, and samples without labels out of the batch's.

    Raises
    ------
    ShapeError
        If the shapes do not belong together.

    References
    ----------
    .. [1] Milletari et al., "V-Net", 2016, section 3; here with |P| + |G| as the
       denominator. https://arxiv.org/abs/1606.04797
    """
    dice, n_pixels = _overlaps(logits, target, pixel_weights, ignore)
    if total is None:
        total = labelled_samples(target, pixel_weights=pixel_weights, ignore=ignore)
    return _weighted_sum(dice, (n_pixels > 0).float()) / or_one(total)


def cross_entropy_loss(
    logits: Tensor,
    target: Tensor,
    *,
    weight: Tensor | None = None,
    pixel_weights: Tensor | None = None,
    total: Tensor | None = None,
    ignore: int = IGNORE,
) -> Tensor:
    """Compute the cross-entropy, averaged over the labelled pixels of the batch.

    Parameters
    ----------
    logits : Tensor
        Shape ``(B, K, H, W)``, before softmax.
    target : Tensor
        Class ids, integer, shape ``(B, H, W)``.
    weight : Tensor, optional
        One weight for each class, shape ``(K,)``; the mean is then weighted too.
    pixel_weights : Tensor, optional
        How much each pixel counts, from 0, float, shape ``(B, H, W)``; all the same
        when left out.
    total : Tensor, optional
        Scalar: weight of the labelled pixels in the batch that these are a part of;
        of these alone when left out.
    ignore : int, default 255
        Class id of the pixels left out.

    Returns
    -------
    Tensor
        Scalar float32, nats; 0 with zero gradients where nothing is labelled.

    Raises
    ------
    ShapeError
        If the shapes do not belong together.
    """
    check_shapes(logits, target)
    if total is None:
        total = labelled_weight(target, weight=weight, pixel_weights=pixel_weights, ignore=ignore)
    pixels = F.cross_entropy(
        logits.float(),
        target.long(),
        weight=weight,
        ignore_index=ignore,
        reduction="sum" if pixel_weights is None else "none",
    )
    sums = pixels if pixel_weights is None else (pixels * pixel_weights).sum()
    return sums / or_one(total)


def focal_loss(
    logits: Tensor,
    target: Tensor,
    *,
    gamma: float = 2.0,
    weight: Tensor | None = None,
    pixel_weights: Tensor | None = None,
    total: Tensor | None = None,
    ignore: int = IGNORE,
) -> Tensor:
    """Compute the focal loss, averaged over the labelled pixels of the batch.

    Parameters
    ----------
    logits : Tensor
        Shape ``(B, K, H, W)``, before softmax.
    target : Tensor
        Class ids, integer, shape ``(B, H, W)``.
    gamma : float, default 2.0
        Exponent; 0 gives the cross-entropy.
    weight : Tensor, optional
        One weight for each class, shape ``(K,)``; the mean is then weighted too.
    pixel_weights : Tensor, optional
        How much each pixel counts, from 0, float, shape ``(B, H, W)``; all the same
        when left out.
    total : Tensor, optional
        Scalar: weight of the labelled pixels in the batch that these are a part of;
        of these alone when left out.
    ignore : int, default 255
        Class id of the pixels left out.

    Returns
    -------
    Tensor
        Scalar float32, nats; 0 with zero gradients where nothing is labelled.

    Raises
    ------
    ShapeError
        If the shapes do not belong together.

    Notes
    -----
    With p the probability of the labelled class of a pixel::

        L = -w (1 - p)^gamma log p

    divided by the sum of w, as in `cross_entropy_loss`.

    References
    ----------
    .. [1] Lin et al., "Focal Loss for Dense Object Detection", 2017, eq. 5.
       https://arxiv.org/abs/1708.02002
    """
    check_shapes(logits, target)
    valid = target != ignore
    labels = torch.where(valid, target, 0).long()
    log_p = logits.float().log_softmax(dim=1).gather(1, labels.unsqueeze(1)).squeeze(1)
    # 1 - p by expm1 of log p: exact where p is nearly 1. The least of 1 - p keeps
    # the power's slope finite there for gamma below 1.
    missing = (-torch.expm1(log_p)).clamp_min(torch.finfo(torch.float32).tiny)
    pixels = -(missing**gamma) * log_p
    weights = weigh_pixels(target, weight, pixel_weights, ignore)
    return (pixels * weights).sum() / or_one(weights.sum() if total is None else total)


def _overlaps(
    logits: Tensor, target: Tensor, pixel_weights: Tensor | None, ignore: int
) -> tuple[Tensor, Tensor]:
    """Soft Dice scores and weighted pixels, both ``(B, K)``, of each sample and class."""
    check_shapes(logits, target)
    valid = (target != ignore).unsqueeze(1)
    labels = torch.where(valid[:, 0], target, 0).long()
    one_hot = F.one_hot(labels, logits.shape[1]).movedim(-1, 1).float() * valid
    probabilities = logits.float().softmax(dim=1) * valid
    counted = one_hot if pixel_weights is None else one_hot * pixel_weights.unsqueeze(1)
    if pixel_weights is not None:
        probabilities = probabilities * pixel_weights.unsqueeze(1)
    n_pixels = counted.sum(dim=(2, 3))
    overlap = 2 * (probabilities * one_hot).sum(dim=(2, 3))
    return overlap / (probabilities.sum(dim=(2, 3)) + n_pixels).clamp_min(1e-6), n_pixels


def _weighted_sum(dice: Tensor, weights: Tensor) -> Tensor:
    """Dice loss with class weights of each sample, sum over the samples that have any."""
    total = weights.sum(dim=1)
    labelled = total > 0
    shares = weights / torch.where(labelled, total, 1.0).unsqueeze(1)
    losses = (1 - (shares * dice).sum(dim=1)) * labelled
    return losses.sum()


def check_shapes(logits: Tensor, target: Tensor) -> None:
    """Check that the target has the logits' batch and pixels.

    Parameters
    ----------
    logits : Tensor
        Of shape ``(B, K, H, W)`` if all is well.
    target : Tensor
        Of shape ``(B, H, W)``.

    Raises
    ------
    ShapeError
        If the shapes do not belong together.
    """
    fits = logits.ndim == 4 and target.shape == (logits.shape[0], *logits.shape[2:])
    if not fits:
        raise ShapeError(
            f"logits {tuple(logits.shape)} and target {tuple(target.shape)} do not fit; "
            "expected (B, K, H, W) and (B, H, W)"
        )
