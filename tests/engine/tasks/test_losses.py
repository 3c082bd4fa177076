"""Losses against values worked out by hand and against PyTorch's own."""

import pytest
import torch
import torch.nn.functional as F

from engine.errors import DataError, SettingsError, ShapeError
from engine.tasks.losses import LossSettings, SegmentationLoss, balanced_weights
from engine.tasks.lovasz import lovasz_loss
from engine.tasks.pixel_losses import (
    cross_entropy_loss,
    dice_loss,
    focal_loss,
    weighted_dice_loss,
)

_SURE = 60.0
_EVERYTHING = SegmentationLoss(
    LossSettings(0.5, 0.7, 1.0, 2.0, 0.3, class_weights=(0.2, 1.0, 3.0)),
)
_ALL = [
    weighted_dice_loss,
    dice_loss,
    cross_entropy_loss,
    focal_loss,
    lovasz_loss,
    _EVERYTHING,
]


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
    plain = dice_loss(_logits_of(torch.zeros_like(label), 2), label)
    assert plain.item() == pytest.approx(1 - 0.5 * 313_600 / 316_800, abs=1e-6)
    assert loss.item() - plain.item() > 0.4


def test_the_weights_do_not_cancel_for_soft_predictions():
    label = _two_percent_label()
    logits = torch.zeros(1, 2, 400, 400)  # probability 0.5 everywhere
    # |P| = 80 000 for both; overlaps are half the label
    dice_background = 2 * 78_400 / (80_000 + 156_800)
    dice_foreground = 2 * 1_600 / (80_000 + 3_200)
    expected = 1 - 0.02 * dice_background - 0.98 * dice_foreground
    assert weighted_dice_loss(logits, label).item() == pytest.approx(expected, abs=1e-6)
    plain = 1 - (dice_background + dice_foreground) / 2
    assert dice_loss(logits, label).item() == pytest.approx(plain, abs=1e-6)
    assert expected - plain > 0.25


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


@pytest.mark.parametrize("loss", _ALL)
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


@pytest.mark.parametrize("loss", _ALL)
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


def test_plain_dice_is_the_mean_over_the_classes_of_each_sample_written_out():
    generator = torch.Generator().manual_seed(8)
    logits = torch.randn(2, 3, 6, 5, generator=generator)
    label = torch.randint(0, 3, (2, 6, 5), generator=generator)
    label[0][label[0] == 1] = 0
    means = []
    for p, truth in zip(logits.double().softmax(1), label, strict=True):
        present = sorted(set(truth.flatten().tolist()))
        scores = [2 * p[k][truth == k].sum() / (p[k].sum() + (truth == k).sum()) for k in present]
        means.append(1 - sum(scores) / len(present))
    assert dice_loss(logits, label).item() == pytest.approx(float(sum(means)) / 2, abs=1e-6)


def test_focal_loss_without_gamma_is_the_cross_entropy():
    generator = torch.Generator().manual_seed(9)
    logits = torch.randn(2, 3, 5, 4, generator=generator)
    label = torch.randint(0, 3, (2, 5, 4), generator=generator)
    label[0, 0] = 255
    weight = torch.tensor([0.2, 1.0, 3.0])
    for w in (None, weight):
        assert focal_loss(logits, label, gamma=0, weight=w).item() == pytest.approx(
            cross_entropy_loss(logits, label, weight=w).item(), abs=1e-6
        )


def test_focal_loss_of_one_pixel_is_worked_out_by_hand():
    # logits 0 and ln 3: probabilities 1/4 and 3/4
    logits = torch.tensor([0.0, 3.0]).log().nan_to_num(neginf=0.0).view(1, 2, 1, 1)
    easy, hard = torch.tensor([[[1]]]), torch.tensor([[[0]]])
    assert focal_loss(logits, easy).item() == pytest.approx(0.0625 * 0.287682, abs=1e-6)
    assert focal_loss(logits, hard).item() == pytest.approx(0.5625 * 1.386294, abs=1e-6)


@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0])
def test_focal_gradients_are_finite_where_the_model_is_sure(gamma):
    label = torch.tensor([[[0, 1], [1, 0]]])
    logits = (_logits_of(label, 2) * 10).requires_grad_()
    focal_loss(logits, label, gamma=gamma).backward()
    assert logits.grad.isfinite().all()


def test_balanced_weights_make_each_class_count_the_same():
    assert balanced_weights((50, 25, 25)) == pytest.approx((2 / 3, 4 / 3, 4 / 3))
    assert balanced_weights((90, 0, 10)) == pytest.approx((100 / 180, 0, 5))
    with pytest.raises(DataError, match="no pixel"):
        balanced_weights((0, 0))


def test_balanced_cross_entropy_of_a_constant_guess_is_the_mean_over_classes():
    label = _two_percent_label()
    logits = torch.zeros(1, 2, 400, 400)
    logits[:, 0] = 2.0
    settings = LossSettings(weighted_dice=0, class_weights="balanced")
    loss = SegmentationLoss(settings, (156_800, 3_200))(logits, label)
    each = -torch.tensor([2.0, 0.0]).log_softmax(0)
    assert loss.item() == pytest.approx(each.mean().item(), abs=1e-5)


def test_the_sum_has_each_loss_with_its_factor_and_weights():
    generator = torch.Generator().manual_seed(10)
    logits = torch.randn(2, 3, 5, 4, generator=generator)
    label = torch.randint(0, 3, (2, 5, 4), generator=generator)
    weight = torch.tensor([0.2, 1.0, 3.0])
    expected = (
        0.5 * weighted_dice_loss(logits, label)
        + 0.7 * dice_loss(logits, label)
        + cross_entropy_loss(logits, label, weight=weight)
        + 2 * focal_loss(logits, label, weight=weight)
        + 0.3 * lovasz_loss(logits, label)
    )
    assert _EVERYTHING(logits, label).item() == pytest.approx(expected.item(), abs=1e-6)


def test_weights_that_do_not_fit_the_classes_are_refused():
    loss = SegmentationLoss(LossSettings(class_weights=(1.0, 2.0, 3.0)))
    with pytest.raises(SettingsError, match="3 class weights for 2 classes"):
        loss(torch.zeros(1, 2, 4, 4), torch.zeros(1, 4, 4, dtype=torch.long))
    with pytest.raises(SettingsError, match="balanced"):
        SegmentationLoss(LossSettings(class_weights="balanced"))


@pytest.mark.parametrize(
    "values",
    [
        {"focal_gamma": -1},
        {"cross_entropy": float("nan")},
        {"focal": float("inf")},
        {"class_weights": "rare"},
        {"class_weights": ()},
        {"class_weights": (0.0, 0.0)},
        {"class_weights": (1.0, -1.0)},
    ],
)
def test_loss_settings_that_cannot_be_are_refused_with_a_hint(values):
    with pytest.raises(SettingsError) as caught:
        LossSettings(**values)
    assert caught.value.hint


@pytest.mark.parametrize("weights", [None, "balanced", (1.0, 2.5)])
def test_loss_settings_go_through_json(weights):
    settings = LossSettings(0.5, 1, 0, 2, 0.3, 1.5, weights)
    assert LossSettings.from_json(settings.to_json()) == settings
    with pytest.raises(SettingsError, match="hinge"):
        LossSettings.from_json({"hinge": 1})
