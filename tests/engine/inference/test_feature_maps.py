"""Features of a section are those the model's own decoder gets."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.errors import DataError, JobCancelledError, ModelError
from engine.inference.feature_cache import FeatureCache, FeatureKey
from engine.inference.predictor import Predictor
from engine.jobs.context import ThrottledContext
from engine.models.segmenter import build
from engine.models.spec import ModelSpec
from engine.preprocessing.pipeline import Pipeline

pytestmark = pytest.mark.usefixtures("one_thread")

ENCODER = "outcrop-vit-tiny14"


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    return build(ModelSpec(ENCODER, "linear", 2)).eval()


def predictor_of(model, classes, zoom=(1.0, 1.0)):
    return Predictor(model, Pipeline(zoom=zoom), classes, device="cpu", tile=98, overlap=28)


@pytest.mark.parametrize("shape", [(9, 5), (60, 70), (131, 97), (90, 230)])
@pytest.mark.parametrize("zoom", [(1.0, 1.0), (2.0, 1.5), (0.7, 0.9)])
def test_the_decoder_on_features_predicts_what_the_model_does(
    shape, zoom, model, classes, make_section, statistics
):
    section = make_section(*shape)
    section.data[:2, 1:3] = np.nan
    predictor = predictor_of(model, classes, zoom)
    maps = predictor.features(section, statistics)
    found = maps.classify(lambda x, size: model.decoder([x], size), 2)
    expected = predictor.predict(section, statistics)
    np.testing.assert_allclose(found.data, expected.data, rtol=0, atol=1e-6)
    assert (found.rows, found.cols) == (section.rows, section.cols)


def test_linear_scores_of_samples_are_the_upsampled_scores_of_patches(
    model, classes, make_section, statistics
):
    maps = predictor_of(model, classes).features(make_section(150, 200), statistics)
    rows, cols = np.divmod(np.arange(0, 150 * 200, 7), 200)
    found = maps.at(rows, cols)
    direction = torch.randn(maps.n_channels, generator=torch.Generator().manual_seed(1))
    scores = np.zeros(len(rows), dtype=np.float32)
    np.add.at(scores, found.places, (found.features @ direction * found.shares).numpy())

    def project(x, size):
        plane = torch.einsum("bchw,c->bhw", x, direction)[:, None]
        return torch.nn.functional.interpolate(plane, size=size, mode="bilinear")

    plane = maps.blend(project)[0].numpy()
    np.testing.assert_allclose(scores, plane[rows, cols], atol=1e-4)


def test_the_shares_of_a_sample_add_up_to_one(model, classes, make_section, statistics):
    section = make_section(150, 200)
    maps = predictor_of(model, classes, (1.3, 1.0)).features(section, statistics)
    rows, cols = (axis.ravel() for axis in np.indices((150, 200)))
    found = maps.at(rows, cols)
    total = np.bincount(found.places, weights=found.shares.numpy(), minlength=len(rows))
    np.testing.assert_allclose(total, 1, atol=1e-5)
    assert len(found.places) > len(rows)  # tiles overlap


def test_a_section_without_data_has_no_features(model, classes, make_section, statistics):
    section = make_section(30, 40)
    section.data[:] = np.nan
    maps = predictor_of(model, classes).features(section, statistics)
    assert maps.maps.shape[:2] == (0, 192)
    assert maps.patches.shape == (0, 192)
    assert len(maps.at(np.array([3]), np.array([4])).places) == 0
    assert np.isnan(maps.classify(lambda x, size: model.decoder([x], size), 2).data).all()


def test_a_model_without_transformer_says_so(make_predictor, sign_model, make_section, statistics):
    with pytest.raises(ModelError, match="no patch features") as caught:
        make_predictor(sign_model()).features(make_section(30, 40), statistics)
    assert "vision transformer" in caught.value.hint


def test_computing_features_can_be_cancelled(model, classes, make_section, statistics):
    job = ThrottledContext(lambda *_: None)
    job.cancel()
    with pytest.raises(JobCancelledError):
        predictor_of(model, classes).features(make_section(30, 40), statistics, job)


def _key(index):
    return FeatureKey(1, "inline", index, "encoder", "pipeline", 518, "cpu")


def test_the_cache_drops_what_was_used_longest_ago(model, classes, make_section, statistics):
    maps = predictor_of(model, classes).features(make_section(60, 60), statistics)
    cache = FeatureCache(limit_bytes=2 * maps.n_bytes)
    for index in (0, 1):
        cache.add(_key(index), maps)
    assert cache.find(_key(0)) is maps
    cache.add(_key(2), maps)
    assert cache.find(_key(1)) is None
    assert cache.find(_key(0)) is maps
    assert cache.n_bytes == 2 * maps.n_bytes
    cache.clear()
    assert len(cache) == 0


def test_features_larger_than_the_cache_are_refused(model, classes, make_section, statistics):
    maps = predictor_of(model, classes).features(make_section(60, 60), statistics)
    with pytest.raises(DataError, match="features of 60 x 60 samples") as caught:
        FeatureCache(limit_bytes=1000).add(_key(0), maps)
    assert caught.value.hint
