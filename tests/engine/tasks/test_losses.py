"""Losses against values worked out by hand and against PyTorch's own."""

import pytest
import torch
import torch.nn.functional as F

from engine.errors import SettingsError, ShapeError
from engine.tasks.losses import LossSettings, SegmentationLoss
from engine.tasks.pixel_losses import cross_entropy_loss, weighted_dice_loss

_SURE = 60.0


def _logits_of(classes: torch.Tensor, n_classes: int) -> torch.Tensor:
    """Logits whose softmax is one at the given classes, to rounding."""
    return F.one_hot(classes, n_classes).movedim(-1, 1).float() * _SURE


def _two_percent_label() -> torch.Tensor:
    label = torch.zeros(1, 400, 400, dtype=torch.long)
    label[:, :8] = 1  # 3 200 of 160 000 pixels
    return label


def test_predicting_only_background_costs_nearly_everything_with_two_percent_foreground():
    label = _two_percent_label()
    loss = weighted_dice_loss(_logits_of(torch.zeros_like(label), 2), label)
    # w0 = 0.02, w1 = 0.98; Dice0 = 2 * 156 800 / (160 000 + 156 800), Dice1 = 0
    assert loss.item() == pytest.approx(1 - 0.02 * 313_600 / 316_800, abs=1e-6)
    plain_macro_dice = 1 - 0.5 * 313_600 / 316_800
    assert loss.item() - plain_macro_dice > 0.4


def test_the_weights_do_not_cancel_for_soft_predictions():
    label = _two_percent_label()
    logits = torch.zeros(1, 2, 400, 400)  # probability 0.5 everywhere
    # |P| = 80 000 for both; overlaps are half the label
    dice_background = 2 * 78_400 / (80_000 + 156_800)
    dice_foreground = 2 * 1_600 / (80_000 + 3_200)
    expected = 1 - 0.02 * dice_background - 0.98 * dice_foreground
    assert weighted_dice_loss(logits, label).item() == pytest.approx(expected, abs=1e-6)


def test_a_perfect_prediction_costs_nothing():
    label = torch.tensor([[[0, 1, 2], [2, 1, 0]]])
    assert weighted_dice_loss(_logits_of(label, 3), label).item() == pytest.approx(0, abs=1e-6)


def test_classes_absent_from_a_sample_have_no_weight():
    label = torch.zeros(1, 4, 4, dtype=torch.long)
    logits = torch.randn(1, 3, 4, 4, generator=torch.Generator().manual_seed(0))
    p0 = logits.softmax(1)[:, 0].sum()
    expected = 1 - 2 * p0 / (p0 + 16)
    assert weighted_dice_loss(logits, label).item() == pytest.approx(expected.item(), abs=1e-6)


def test_the_batch_is_the_mean_over_its_samples():
    generator = torch.Generator().manual_seed(1)
    logits = torch.randn(3, 4, 6, 5, generator=generator)
    label = torch.randint(0, 4, (3, 6, 5), generator=generator)
    each = [weighted_dice_loss(logits[i : i + 1], label[i : i + 1]).item() for i in range(3)]
    assert weighted_dice_loss(logits, label).item() == pytest.approx(sum(each) / 3, abs=1e-6)


@pytest.mark.parametrize("loss", [weighted_dice_loss, cross_entropy_loss, SegmentationLoss()])
def test_ignored_pixels_change_nothing(loss):
    generator = torch.Generator().manual_seed(2)
    logits = torch.randn(2, 3, 8, 8, generator=generator)
    label = torch.randint(0, 3, (2, 8, 8), generator=generator)
    label[:, :, 5:] = 255
    other = logits.clone()
    other[..., 5:] = torch.randn(2, 3, 8, 3, generator=generator) * 9
    assert loss(logits, label).item() == pytest.approx(loss(other, label).item(), abs=1e-6)
    cropped = loss(logits[..., :5], label[..., :5])
    assert loss(logits, label).item() == pytest.approx(cropped.item(), abs=1e-6)


@pytest.mark.parametrize("loss", [weighted_dice_loss, cross_entropy_loss, SegmentationLoss()])
def test_a_batch_without_labels_gives_zero_and_zero_gradients(loss):
    logits = torch.randn(2, 3, 4, 4, requires_grad=True)
    value = loss(logits, torch.full((2, 4, 4), 255))
    value.backward()
    assert value.item() == 0
    assert torch.equal(logits.grad, torch.zeros_like(logits))


def test_an_unlabelled_sample_does_not_dilute_the_mean():
    generator = torch.Generator().manual_seed(3)
    logits = torch.randn(2, 2, 4, 4, generator=generator)
    label = torch.randint(0, 2, (2, 4, 4), generator=generator)
    label[1] = 255
    assert weighted_dice_loss(logits, label).item() == pytest.approx(
        weighted_dice_loss(logits[:1], label[:1]).item(), abs=1e-6
    )


def test_cross_entropy_equals_the_mean_log_probability():
    generator = torch.Generator().manual_seed(4)
    logits = torch.randn(2, 3, 5, 4, generator=generator)
    label = torch.randint(0, 3, (2, 5, 4), generator=generator)
    log_p = logits.log_softmax(1).gather(1, label.unsqueeze(1))
    assert cross_entropy_loss(logits, label).item() == pytest.approx(-log_p.mean().item(), abs=1e-6)


def test_class_weights_act_as_in_pytorch():
    generator = torch.Generator().manual_seed(5)
    logits = torch.randn(2, 3, 5, 4, generator=generator)
    label = torch.randint(0, 3, (2, 5, 4), generator=generator)
    label[0, 0] = 255
    weight = torch.tensor([0.2, 1.0, 3.0])
    expected = F.cross_entropy(logits, label, weight=weight, ignore_index=255)
    assert cross_entropy_loss(logits, label, weight=weight).item() == pytest.approx(
        expected.item(), abs=1e-6
    )


def test_half_precision_logits_are_scored_in_full_precision():
    label = _two_percent_label()
    logits = torch.zeros(1, 2, 400, 400)
    assert SegmentationLoss()(logits.bfloat16(), label).dtype == torch.float32
    assert weighted_dice_loss(logits.half(), label).item() == pytest.approx(
        weighted_dice_loss(logits, label).item(), abs=1e-6
    )


def test_byte_labels_are_accepted():
    label = torch.tensor([[[0, 1], [255, 1]]], dtype=torch.uint8)
    logits = torch.randn(1, 2, 2, 2, generator=torch.Generator().manual_seed(6))
    assert SegmentationLoss()(logits, label).item() == pytest.approx(
        SegmentationLoss()(logits, label.long()).item()
    )


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(ShapeError, match=r"\(1, 2, 4, 4\).*\(1, 4, 5\)"):
        weighted_dice_loss(torch.zeros(1, 2, 4, 4), torch.zeros(1, 4, 5))


@pytest.mark.parametrize("factors", [{"dice": -1.0}, {"weighted_dice": 0.0, "cross_entropy": 0.0}])
def test_useless_factors_are_refused(factors):
    with pytest.raises(SettingsError):
        LossSettings(**factors)


def test_random_batches_agree_with_equation_1_written_out():
    generator = torch.Generator().manual_seed(7)
    logits = torch.randn(3, 4, 9, 7, generator=generator)
    label = torch.randint(0, 4, (3, 9, 7), generator=generator)
    label[0][label[0] == 2] = 255  # a class absent from one sample, and pixels to ignore
    losses = []
    for sample, truth in zip(logits.double(), label, strict=True):
        p = sample.exp() / sample.exp().sum(0)
        valid = truth != 255
        n = [int((truth == k).sum()) for k in range(4)]
        norm = sum(1 / n_k for n_k in n if n_k)
        total = 0.0
        for k in range(4):
            if n[k]:
                overlap = p[k][truth == k].sum()
                total += (1 / n[k]) / norm * 2 * overlap / (p[k][valid].sum() + n[k])
        losses.append(1 - float(total))
    assert weighted_dice_loss(logits, label).item() == pytest.approx(sum(losses) / 3, abs=1e-6)
