"""From images to masks at the images' own resolution."""

import numpy as np
import pytest
import torch
from torch import nn

from engine.data.fitting import Fit
from engine.tasks.segmentation import InputSettings, segment

_CPU = torch.device("cpu")


class _Sign(nn.Module):
    """Class 1 where the amplitude is above zero; checks what it is given."""

    def __init__(self):
        super().__init__()
        self.shapes = []

    def forward(self, x):
        assert x.shape[1] == 3
        assert torch.equal(x[:, 0], x[:, 2])
        self.shapes.append(tuple(x.shape))
        return torch.stack([-x[:, 0], x[:, 0]], dim=1)


def _image(rows, cols):
    y, x = np.mgrid[:rows, :cols]
    return np.sin(y / 9 + x / 7).astype(np.float32)


@pytest.mark.parametrize("fit", list(Fit))
@pytest.mark.parametrize("shape", [(56, 56), (60, 45), (30, 90), (113, 57)])
def test_masks_have_the_images_size_and_place(fit, shape):
    image = _image(*shape)
    (result,) = segment(_Sign(), [image], InputSettings((56, 56), fit, 4), _CPU)
    mask = result.classes
    assert mask.shape == shape
    assert mask.dtype == np.uint8
    agreement = np.mean(mask == (image > 0))
    assert agreement == 1 if fit is Fit.CROP else agreement > 0.95


def test_images_of_different_sizes_share_a_batch():
    model = _Sign()
    images = [_image(40, 50), _image(56, 20)]
    results = segment(model, images, InputSettings((28, 28), Fit.RESIZE, 2), _CPU)
    assert [result.classes.shape for result in results] == [(40, 50), (56, 20)]
    assert model.shapes == [(2, 3, 28, 28)]


def test_crops_are_computed_in_batches():
    model = _Sign()
    segment(model, [_image(28 * 3, 28)], InputSettings((28, 28), Fit.CROP, 2), _CPU)
    assert [shape[0] for shape in model.shapes] == [2, 1]


@pytest.mark.parametrize("fit", list(Fit))
def test_the_confidence_is_the_softmax_of_the_class(fit):
    image = _image(56, 56)
    (result,) = segment(_Sign(), [image], InputSettings((56, 56), fit, 4), _CPU)
    expected = 1 / (1 + np.exp(-2 * np.abs(image)))
    assert result.confidence == pytest.approx(expected, abs=1e-6)
