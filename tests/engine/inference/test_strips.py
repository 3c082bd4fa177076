"""An image segmented in strips is the image segmented as a whole."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from engine.core.amplitudes import AmplitudeStatistics
from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.core.georeference import pixel_axes
from engine.core.section import Section
from engine.errors import DataError, JobCancelledError
from engine.inference.predictor import Predictor
from engine.inference.strips import predict_strips
from engine.jobs.context import ThrottledContext
from engine.preprocessing.pipeline import Pipeline

pytestmark = pytest.mark.usefixtures("one_thread")

_CLASSES = ClassScheme((SegmentationClass("low", "#000000"), SegmentationClass("high", "#ff0000")))


class PlaceModel(nn.Module):
    """Logits that depend on the place in the tile, so that every seam would show."""

    def __init__(self):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(1))

    def forward(self, x):
        ramp = torch.linspace(-1, 1, x.shape[-2])[:, None] + torch.linspace(-1, 1, x.shape[-1])
        logit = (x[:, 0] + ramp) * self.gain
        return torch.stack([-logit, logit], dim=1)


class ArrayImage:
    """An image in memory that remembers the tallest window it was asked for."""

    kind = "image"

    def __init__(self, data):
        self.data = data
        self.shape = data.shape
        self.path = "in.tif"
        self.tallest = 0

    def statistics(self):
        return AmplitudeStatistics.from_samples(self.data)

    def window(self, rows, cols, step=1):
        data = self.data[rows, cols].copy()
        self.tallest = max(self.tallest, len(data))
        infinite = np.isinf(data)
        data[infinite] = np.nan
        axes = pixel_axes((rows.start, 1, data.shape[0]), (cols.start, 1, data.shape[1]))
        return Section(data, *axes, None, int(infinite.sum()))


def _predictor(zoom=1.0, tile=112):
    pipeline = Pipeline(zoom=(zoom, zoom))
    return Predictor(PlaceModel(), pipeline, _CLASSES, device="cpu", tile=tile, overlap=28)


def _image(rows, cols):
    data = np.random.default_rng(0).normal(50, 20, (rows, cols)).astype(np.float32)
    data[rows // 3 : rows // 2, 5:20] = np.nan
    return ArrayImage(data)


def _stitched(image, predictor):
    strips = list(predict_strips(image, predictor))
    first = [strip.first_row for strip in strips]
    ends = np.cumsum([strip.probabilities.shape[1] for strip in strips])
    assert first == [0, *ends[:-1]]
    return np.concatenate([strip.probabilities for strip in strips], axis=1), len(strips)


@pytest.mark.parametrize(("rows", "cols"), [(500, 130), (301, 57), (40, 300), (1, 1), (112, 112)])
def test_strips_give_what_the_whole_image_gives(rows, cols):
    image, predictor = _image(rows, cols), _predictor()
    found, _ = _stitched(image, predictor)
    whole = predictor.predict(image.window(slice(0, rows), slice(0, cols)), image.statistics())
    np.testing.assert_allclose(found, whole.data, atol=1e-5)


def test_memory_is_that_of_a_strip():
    image = _image(1000, 40)
    _, n_strips = _stitched(image, _predictor())
    assert n_strips > 5
    assert image.tallest <= 112


@pytest.mark.parametrize("zoom", [2.0, 0.5])
def test_a_zoomed_model_segments_every_row_once_and_smoothly(zoom):
    image = _image(700, 60)
    found, _ = _stitched(image, _predictor(zoom))
    assert found.shape == (2, 700, 60)
    live = ~np.isnan(image.data)
    np.testing.assert_allclose(found.sum(axis=0)[live], 1, atol=1e-5)
    assert np.isnan(found[:, ~live]).all()


def test_infinite_pixels_are_refused_unless_taken_as_missing():
    image = _image(300, 60)
    image.data[200, 3] = np.inf
    with pytest.raises(DataError, match=r"1 pixels of rows \d+ to \d+ are infinite"):
        list(predict_strips(image, _predictor()))
    strips = list(predict_strips(image, _predictor(), nan_as_no_data=True))
    assert np.isnan(np.concatenate([s.probabilities for s in strips], axis=1)[:, 200, 3]).all()


def test_it_stops_when_asked():
    job = ThrottledContext(lambda *_: None)
    strips = predict_strips(_image(600, 60), _predictor(), job=job)
    next(strips)
    job.cancel()
    with pytest.raises(JobCancelledError):
        next(strips)
