"""From images to masks at the images' own resolution."""

import numpy as np
import pytest
import torch
from torch import nn

from engine.core.prediction_options import PredictionOptions
from engine.data.fitting import Fit
from engine.errors import SettingsError
from engine.tasks.segmentation import InputSettings, ScoringRequest, score_model, segment

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


class _Small(_Sign):
    """Has room for `most` inputs only."""

    def __init__(self, most):
        super().__init__()
        self.most = most
        self.seen = []

    def forward(self, x):
        self.seen.append(len(x))
        if len(x) > self.most:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return super().forward(x)


class _Seven:
    """Seven images of noise, and their signs as masks."""

    sparse = False

    def image(self, index):
        return np.random.default_rng(index).normal(size=(28, 28)).astype(np.float32)

    def labels(self, index):
        return (self.image(index) > 0).astype(np.uint8)


def _score(model, batch):
    settings = InputSettings((28, 28), Fit.RESIZE, batch)
    request = ScoringRequest(_Seven(), range(7), lambda image: image, 2, settings)
    return score_model(model, request, torch.device("cpu")).per_sample()


def test_scoring_goes_on_with_fewer_inputs_at_once_where_memory_runs_out():
    model = _Small(2)
    assert _score(model, 5).mean_iou == _score(_Sign(), 5).mean_iou
    assert model.seen == [5, 2, 2, 1, 2]


def test_scoring_says_so_where_not_even_one_input_fits():
    with pytest.raises(SettingsError, match="out of memory with one input of 28 x 28") as caught:
        _score(_Small(0), 5)
    assert caught.value.hint


class _Sided(nn.Module):
    """Its answer depends on the place in the input."""

    def forward(self, x):
        ramp = torch.linspace(-2, 2, x.shape[-1]).expand_as(x[:, 0])
        return torch.stack([ramp - x[:, 0], x[:, 0] - ramp], dim=1)


@pytest.mark.parametrize("fit", list(Fit))
def test_averaged_with_its_mirror_image_a_mirrored_image_gives_the_mirrored_result(fit):
    image = _image(61, 75)
    settings = InputSettings((28, 28), fit, 4, PredictionOptions(mirror=True))
    (here,) = segment(_Sided(), [image], settings, _CPU)
    (there,) = segment(_Sided(), [image[:, ::-1].copy()], settings, _CPU)
    np.testing.assert_allclose(there.confidence[:, ::-1], here.confidence, atol=1e-6)
    assert np.mean(there.classes[:, ::-1] == here.classes) > 0.999  # two classes may be equal
    (plain,) = segment(_Sided(), [image], InputSettings((28, 28), fit, 4), _CPU)
    assert (plain.classes != here.classes).any()


def test_the_average_is_that_of_the_probabilities():
    image = _image(28, 28)
    settings = InputSettings((28, 28), Fit.RESIZE, 4, PredictionOptions(mirror=True))
    (result,) = segment(_Sided(), [image], settings, _CPU)
    ramp = np.linspace(-2, 2, 28)
    first, second = (1 / (1 + np.exp(-2 * (image - side))) for side in (ramp, -ramp))
    share = (first + second) / 2
    np.testing.assert_array_equal(result.classes, share > 0.5)
    np.testing.assert_allclose(result.confidence, np.maximum(share, 1 - share), atol=1e-6)


@pytest.mark.parametrize("fit", list(Fit))
def test_a_filled_region_has_the_confidence_of_its_new_class(fit):
    image = np.full((56, 56), -1.0, dtype=np.float32)
    image[20:23, 30:33] = 0.5
    settings = InputSettings((56, 56), fit, 4, PredictionOptions(smallest_region=10))
    wanted = np.zeros((56, 56), dtype=bool)
    (result,) = segment(_Sign(), [image], settings, _CPU, [wanted])
    assert not result.classes.any()
    expected = 1 / (1 + np.exp(2 * image))
    assert result.confidence == pytest.approx(expected, abs=1e-6)
