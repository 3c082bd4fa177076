"""Weights of pixels in every loss, against values worked out by hand."""

import math

import pytest
import torch

from engine.tasks.losses import LossSettings, SegmentationLoss
from engine.tasks.lovasz import lovasz_loss
from engine.tasks.pixel_losses import (
    cross_entropy_loss,
    dice_loss,
    focal_loss,
    weighted_dice_loss,
)

_EVERYTHING = SegmentationLoss(LossSettings(0.5, 0.7, 1.0, 2.0, 0.3, class_weights=(0.2, 1.0, 3.0)))


def _call(loss, logits, target, weights):
    if loss is _EVERYTHING:
        return loss(logits, target, weights)
    return loss(logits, target, pixel_weights=weights)


_ALL = [
    weighted_dice_loss,
    dice_loss,
    cross_entropy_loss,
    focal_loss,
    lovasz_loss,
    _EVERYTHING,
]


def _random(seed=0):
    torch.manual_seed(seed)
    target = torch.randint(0, 3, (2, 6, 5))
    target[0, :2] = 255
    return torch.randn(2, 3, 6, 5), target


@pytest.mark.parametrize("loss", _ALL)
def test_equal_weights_change_nothing(loss):
    logits, target = _random()
    plain = _call(loss, logits, target, None)
    for value in (1.0, 0.25):
        weighted = _call(loss, logits, target, torch.full(target.shape, value))
        assert weighted.item() == pytest.approx(plain.item(), rel=1e-5)


@pytest.mark.parametrize("loss", _ALL)
def test_weight_zero_is_as_if_nobody_had_labelled(loss):
    logits, target = _random(1)
    weights = torch.rand(target.shape) + 0.1
    weights[:, 3:, 2:] = 0
    ignored = target.clone()
    ignored[:, 3:, 2:] = 255
    zero, left_out = (_call(loss, logits, labels, weights) for labels in (target, ignored))
    assert zero.item() == pytest.approx(left_out.item(), rel=1e-6)


@pytest.mark.parametrize("loss", _ALL)
def test_a_batch_without_any_weight_costs_nothing_and_teaches_nothing(loss):
    logits, target = _random(2)
    logits.requires_grad_()
    value = _call(loss, logits, target, torch.zeros(target.shape))
    value.backward()
    assert value.item() == 0
    assert torch.equal(logits.grad, torch.zeros_like(logits))


def test_cross_entropy_and_focal_loss_are_weighted_means():
    # p(true) = 0.8 and 0.5, weights 1 and 0.25
    logits = torch.tensor([[[[math.log(4.0), 0.0]], [[0.0, 0.0]]]])
    target, weights = torch.tensor([[[0, 1]]]), torch.tensor([[[1.0, 0.25]]])
    mean = (-math.log(0.8) - 0.25 * math.log(0.5)) / 1.25
    assert cross_entropy_loss(logits, target, pixel_weights=weights).item() == pytest.approx(mean)
    classes = torch.tensor([2.0, 1.0])
    both = (-2 * math.log(0.8) - 0.25 * math.log(0.5)) / 2.25
    found = cross_entropy_loss(logits, target, weight=classes, pixel_weights=weights)
    assert found.item() == pytest.approx(both)
    focal = (-0.04 * math.log(0.8) - 0.25 * 0.25 * math.log(0.5)) / 1.25
    assert focal_loss(logits, target, pixel_weights=weights).item() == pytest.approx(focal)


def test_dice_is_made_of_weighted_sums():
    logits = torch.tensor([[[[math.log(4.0), 0.0]], [[0.0, 0.0]]]])
    target, weights = torch.tensor([[[0, 1]]]), torch.tensor([[[1.0, 0.25]]])
    # Sums of weight times probability: class 0 0.8 + 0.125, class 1 0.2 + 0.125
    dice_0, dice_1 = 2 * 0.8 / (0.925 + 1), 2 * 0.125 / (0.325 + 0.25)
    plain = 1 - (dice_0 + dice_1) / 2
    assert dice_loss(logits, target, pixel_weights=weights).item() == pytest.approx(plain)
    # Rarity 1/1 and 1/0.25: shares 0.2 and 0.8
    rare = 1 - 0.2 * dice_0 - 0.8 * dice_1
    assert weighted_dice_loss(logits, target, pixel_weights=weights).item() == pytest.approx(rare)
