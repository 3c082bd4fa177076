"""What the losses of a batch are divided by, counted by hand."""

import pytest
import torch

from engine.errors import SettingsError
from engine.tasks.loss_totals import LossTotals
from engine.tasks.losses import LossSettings, SegmentationLoss
from engine.tasks.pixel_losses import cross_entropy_loss, focal_loss

# Three samples of 2 x 2: three pixels labelled, one of them, none.
_TARGET = torch.tensor(
    [[[0, 1], [1, 255]], [[255, 255], [0, 255]], [[255, 255], [255, 255]]], dtype=torch.uint8
)
_WEIGHTS = torch.tensor([[[1.0, 0.5], [0, 9]], [[9, 9], [0, 9]], [[9, 9], [9, 9.0]]])


@pytest.mark.parametrize(
    ("class_weights", "pixel_weights", "pixels", "samples"),
    [
        (None, None, 4, 2),
        ((0.5, 3.0), None, 0.5 + 3 + 3 + 0.5, 2),
        (None, _WEIGHTS, 1 + 0.5, 1),
        ((0.5, 3.0), _WEIGHTS, 0.5 * 1 + 3 * 0.5, 1),
    ],
)
def test_labelled_pixels_are_weighed_and_labelled_samples_counted(
    class_weights, pixel_weights, pixels, samples
):
    loss = SegmentationLoss(LossSettings(class_weights=class_weights))
    totals = loss.totals(_TARGET, pixel_weights)
    assert (totals.pixels.item(), totals.samples.item()) == (pixels, samples)
    cut = [slice(0, 1), slice(1, 3)]
    weights = [None if pixel_weights is None else pixel_weights[part] for part in cut]
    added = LossTotals.of_parts(map(loss.totals, [_TARGET[part] for part in cut], weights))
    assert (added.pixels.item(), added.samples.item()) == (pixels, samples)


def test_a_part_is_divided_by_the_total_of_its_batch():
    # Logits of 0: -ln(1/2) for each labelled pixel, whatever its class.
    logits, ten = torch.zeros(3, 2, 2, 2), torch.tensor(10)
    nats = 4 * torch.log(torch.tensor(2.0)).item()
    assert cross_entropy_loss(logits, _TARGET, total=ten).item() == pytest.approx(nats / 10)
    focal = focal_loss(logits, _TARGET, gamma=1.0, total=ten).item()
    assert focal == pytest.approx(0.5 * nats / 10)


def test_weights_for_other_classes_are_refused_before_the_first_batch():
    with pytest.raises(SettingsError, match="3 class weights for 2 classes") as caught:
        SegmentationLoss(LossSettings(class_weights=(1.0, 2.0, 3.0)), (10, 20))
    assert "one weight for each class" in caught.value.hint
