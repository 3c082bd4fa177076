"""Probabilities averaged over a section and its mirror image, and small regions of masks."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from engine.core.axes import Axis
from engine.core.prediction_options import PredictionOptions
from engine.core.section import Section
from engine.core.small_regions import fill_small_regions
from engine.errors import SettingsError
from engine.inference.predictor import Predictor
from engine.preprocessing.pipeline import Pipeline

MIRROR = PredictionOptions(mirror=True)


class Sided(nn.Module):
    """Answers depend on what lies to the left, on the place in the tile and its border."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.layer = nn.Conv2d(3, 3, 5, padding=2)
        self.batches = []

    def forward(self, x):
        self.batches.append(len(x))
        ramp = torch.linspace(-1, 1, x.shape[-1]).expand_as(x[:, :1])
        return self.layer(x) * 3 + ramp


def mirrored(section):
    return Section(np.ascontiguousarray(section.data[:, ::-1]), section.rows, section.cols)


@pytest.mark.parametrize("shape", [(1, 1), (14, 28), (60, 201), (131, 97), (300, 61)])
@pytest.mark.parametrize("zoom", [(1.0, 1.0), (1.5, 0.7)])
def test_the_prediction_of_a_mirrored_section_is_the_mirrored_prediction(
    shape, zoom, classes, make_section, statistics
):
    section = make_section(*shape)
    if shape[1] > 40:
        section.data[: shape[0] // 2, 5:33] = np.nan
    plain = Predictor(Sided(), Pipeline(zoom=zoom), classes, device="cpu", tile=98, overlap=28)
    predictor = plain.with_options(MIRROR)
    here = predictor.predict(section, statistics).data
    there = predictor.predict(mirrored(section), statistics).data
    np.testing.assert_allclose(there[..., ::-1], here, atol=1e-6)
    np.testing.assert_array_equal(np.isnan(here[0]), section.no_data)
    np.testing.assert_allclose(np.nansum(here, axis=0)[~section.no_data], 1, atol=1e-5)


def test_it_is_the_mean_of_both_plain_predictions(make_predictor, make_section, statistics):
    section, plain = make_section(130, 250), make_predictor(Sided(), tile=98)
    first = plain.predict(section, statistics).data
    second = plain.predict(mirrored(section), statistics).data[..., ::-1]
    assert np.abs(first - second).max() > 0.1
    averaged = plain.with_options(MIRROR)
    expected = (first + second) / 2
    np.testing.assert_allclose(averaged.predict(section, statistics).data, expected, atol=1e-6)
    np.testing.assert_array_equal(
        averaged.classify(section, statistics).data, expected.argmax(axis=0)
    )


def test_both_are_evaluated_together(make_predictor, make_section, statistics):
    model = Sided()
    make_predictor(model).with_options(MIRROR).predict(make_section(100, 120), statistics)
    assert model.batches == [2]


def test_the_plain_predictor_stays_plain_and_shares_what_memory_taught(
    make_predictor, sign_model, make_section, statistics
):
    model = sign_model(largest=70 * 70, error=torch.OutOfMemoryError)
    plain = make_predictor(model, tile=252)
    plain.with_options(MIRROR).predict(make_section(260, 260), statistics)
    assert plain.options == PredictionOptions()
    assert plain.tile <= 70


def test_time_is_never_reversed(make_predictor, sign_model, statistics):
    data = np.zeros((20, 30), dtype=np.float32)
    section = Section(data, Axis("channel", "1", 0, 1, 20), Axis("utc", "s", 0, 1, 30))
    predictor = make_predictor(sign_model()).with_options(MIRROR)
    with pytest.raises(SettingsError, match="reverse the utc axis"):
        predictor.predict(section, statistics)


def test_small_regions_of_a_mask_are_filled(make_predictor, sign_model, make_section, statistics):
    section = make_section(60, 90)
    section.data[:] = np.where(np.arange(90) < 45, -50.0, 50.0)
    section.data[10:13, 10:13] = 50.0
    section.data[50:, 80:] = np.nan
    plain = make_predictor(sign_model())
    mask = plain.classify(section, statistics).data
    assert (mask[10:13, 10:13] == 1).all()
    filled = plain.with_options(PredictionOptions(smallest_region=10)).classify(section, statistics)
    np.testing.assert_array_equal(filled.data, fill_small_regions(mask, 10))
    assert (filled.data[:, :45] == 0).all()
    assert (filled.data[50:, 80:] == 255).all()
