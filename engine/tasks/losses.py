"""Losses of semantic segmentation: weighted Dice, cross-entropy and their sum.

Every loss takes logits ``(B, K, H, W)`` and class ids ``(B, H, W)``, leaves out
the pixels of class 255, and computes in float32 whatever autocast is active.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.core.class_scheme import IGNORE
from engine.errors import SettingsError, ShapeError


def weighted_dice_loss(logits: Tensor, target: Tensor, *, ignore: int = IGNORE) -> Tensor:
    """Compute the Dice loss whose classes are weighted by their rarity in each sample.

    Parameters
    ----------
    logits : Tensor
        Shape ``(B, K, H, W)``, before softmax.
    target : Tensor
        Class ids, integer, shape ``(B, H, W)``.
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
    _check_shapes(logits, target)
    n_classes = logits.shape[1]
    valid = target != ignore
    labels = torch.where(valid, target, 0).long()
    one_hot = F.one_hot(labels, n_classes).movedim(-1, 1).float() * valid.unsqueeze(1)
    probabilities = logits.float().softmax(dim=1) * valid.unsqueeze(1)
    n_pixels = one_hot.sum(dim=(2, 3))
    overlap = 2 * (probabilities * one_hot).sum(dim=(2, 3))
    dice = overlap / (probabilities.sum(dim=(2, 3)) + n_pixels).clamp_min(1e-6)
    rarity = torch.where(n_pixels > 0, 1 / n_pixels.clamp_min(1), 0.0)
    total = rarity.sum(dim=1)
    labelled = total > 0
    weights = rarity / torch.where(labelled, total, 1.0).unsqueeze(1)
    losses = (1 - (weights * dice).sum(dim=1)) * labelled
    return losses.sum() / labelled.sum().clamp_min(1)


def cross_entropy_loss(
    logits: Tensor, target: Tensor, *, weight: Tensor | None = None, ignore: int = IGNORE
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
    _check_shapes(logits, target)
    labels = target.long()
    sums = F.cross_entropy(
        logits.float(), labels, weight=weight, ignore_index=ignore, reduction="sum"
    )
    valid = labels != ignore
    if weight is None:
        return sums / valid.sum().clamp_min(1)
    total = weight.float()[torch.where(valid, labels, 0)].mul(valid).sum()
    return sums / torch.where(total > 0, total, 1.0)


class SegmentationLoss(nn.Module):
    """Sum of weighted Dice and cross-entropy.

    Parameters
    ----------
    dice : float, default 1
        Factor of the weighted Dice loss.
    cross_entropy : float, default 1
        Factor of the cross-entropy.
    ignore : int, default 255
        Class id of the pixels left out of both.

    Raises
    ------
    SettingsError
        If a factor is negative or both are zero.
    """

    def __init__(
        self, *, dice: float = 1.0, cross_entropy: float = 1.0, ignore: int = IGNORE
    ) -> None:
        super().__init__()
        if min(dice, cross_entropy) < 0 or dice + cross_entropy <= 0:
            raise SettingsError(
                f"loss factors are {dice} (Dice) and {cross_entropy} (cross-entropy)",
                hint="Give factors of at least 0, one of them above 0.",
            )
        self.dice = dice
        self.cross_entropy = cross_entropy
        self.ignore = ignore

    def forward(self, logits: Tensor, target: Tensor) -> Tensor:
        """Compute the loss of one batch.

        Parameters
        ----------
        logits : Tensor
            Shape ``(B, K, H, W)``.
        target : Tensor
            Class ids, shape ``(B, H, W)``.

        Returns
        -------
        Tensor
            Scalar float32.
        """
        loss = logits.new_zeros((), dtype=torch.float32)
        if self.dice:
            loss = loss + self.dice * weighted_dice_loss(logits, target, ignore=self.ignore)
        if self.cross_entropy:
            loss = loss + self.cross_entropy * cross_entropy_loss(
                logits, target, ignore=self.ignore
            )
        return loss


def _check_shapes(logits: Tensor, target: Tensor) -> None:
    """Raise `ShapeError` unless the target has the logits' batch and pixels."""
    fits = logits.ndim == 4 and target.shape == (logits.shape[0], *logits.shape[2:])
    if not fits:
        raise ShapeError(
            f"logits {tuple(logits.shape)} and target {tuple(target.shape)} do not fit; "
            "expected (B, K, H, W) and (B, H, W)"
        )
