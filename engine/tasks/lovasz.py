"""The Lovász-Softmax loss: the intersection over union of each sample, made smooth."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.core.class_scheme import IGNORE
from engine.tasks.loss_totals import labelled_samples, or_one
from engine.tasks.pixel_losses import check_shapes


def lovasz_loss(
    logits: Tensor,
    target: Tensor,
    *,
    pixel_weights: Tensor | None = None,
    total: Tensor | None = None,
    ignore: int = IGNORE,
) -> Tensor:
    """Compute the Lovász-Softmax loss over all classes of each sample.

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
        Scalar float32 from 0 (perfect) to 1: the mean over classes and over the
        samples with labels; 0 with zero gradients where nothing is labelled.

    Raises
    ------
    ShapeError
        If the shapes do not belong together.

    Notes
    -----
    Where every probability is 0 or 1, it is one less the intersection over union,
    and between them it is that function's piecewise linear and convex extension:
    with the errors m of the pixels (one less the probability of a class where it is
    labelled, the probability elsewhere) in falling order::

        L = sum_i m_i (J_i - J_(i-1)),   J_i = Jaccard loss if the first i are wrong

    A class that a sample lacks is not left out, unlike in the Dice losses: there it
    costs the largest probability of that class, as a single wrong pixel costs the
    whole intersection over union of an image without it.

    References
    ----------
    .. [1] Berman et al., "The Lovász-Softmax Loss", 2018, eq. 8 and 11 and
       algorithm 1. https://arxiv.org/abs/1705.08790
    """
    check_shapes(logits, target)
    valid = target != ignore
    weights = valid.float() if pixel_weights is None else valid * pixel_weights.float()
    labels = F.one_hot(torch.where(valid, target, 0).long(), logits.shape[1]).movedim(-1, 1)
    probabilities = logits.float().softmax(dim=1)
    errors, order = (labels - probabilities).abs().flatten(2).sort(dim=-1, descending=True)
    weights = weights.flatten(1)
    counted = weights.unsqueeze(1).expand_as(order).gather(2, order)
    slopes = _jaccard_slopes(labels.flatten(2).gather(2, order), counted)
    losses = (errors * slopes).sum(dim=2).mean(dim=1)
    if total is None:
        total = labelled_samples(target, pixel_weights=pixel_weights, ignore=ignore)
    return losses.sum() / or_one(total)


def _jaccard_slopes(labels: Tensor, weights: Tensor) -> Tensor:
    """Growth of the Jaccard loss as one pixel after the other is wrong, along the last axis.

    Parameters
    ----------
    labels : Tensor, shape (B, K, N)
        1 where a pixel has the class, 0 elsewhere, in falling order of the errors.
    weights : Tensor, shape (B, K, N)
        Of the same pixels.
    """
    own = labels * weights
    missed, added = own.cumsum(dim=-1), (weights - own).cumsum(dim=-1)
    total = own.sum(dim=-1, keepdim=True)
    union = total + added
    # Wrong pixels of weight 0 before any other leave the union empty, and cost nothing.
    jaccard = torch.where(union > 0, (missed + added) / torch.where(union > 0, union, 1.0), 0.0)
    return jaccard.diff(dim=-1, prepend=jaccard.new_zeros(()).expand_as(jaccard[..., :1]))
