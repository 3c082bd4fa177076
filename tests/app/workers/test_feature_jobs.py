"""Questions about features, answered by small random models."""

from __future__ import annotations

import numpy as np
import pytest

from app.workers.feature_requests import FitRequest, SliceRequest
from app.workers.features import FeatureWork
from app.workers.work import Work
from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.core.labels import CERTAIN, UNLABELLED, LabelledSection
from engine.errors import ModelError
from engine.inference.prediction import load_original, load_predictor
from engine.jobs.context import NULL_JOB
from engine.store.bundle import read_bundle
from tests.app.fakes import FakeVolume, model_info
from tests.bundles import write_bundle

pytestmark = pytest.mark.usefixtures("one_thread")

CLASSES = ClassScheme(tuple(SegmentationClass(name, "#00ff00") for name in ("a", "b", "c")))


def asked(tmp_path, method="frozen", index=4, volume=None, name="base"):
    """Return a question about a slice, for a new random model."""
    path = tmp_path / name
    bundle = read_bundle(path) if path.is_dir() else write_bundle(path, method=method)
    model = model_info(name, path=path, identity=name, pipeline=bundle.pipeline.fingerprint)
    volume = volume or FakeVolume()
    return SliceRequest(1, volume, volume.statistics(), "inline", index, model, "cpu")


def labels(index=4):
    classes = np.full((50, 40), UNLABELLED, dtype=np.uint8)
    classes[5:12, 3:30] = 0
    classes[30:38, 3:30] = 2
    certainty = np.where(classes == UNLABELLED, 0, CERTAIN).astype(np.uint8)
    return LabelledSection("inline", index, classes, certainty)


@pytest.fixture
def features():
    return Work().features


def fit(features, shown, sections=(), identity="head", refit=True):
    return features.fit(FitRequest(shown, sections, CLASSES, identity, refit), NULL_JOB)


def test_a_fit_shows_its_classes_on_the_slice(features, tmp_path):
    shown = asked(tmp_path)
    fitted = fit(features, shown, (labels(), labels(9)))
    assert (fitted.n_sections, fitted.prediction.key.model) == (2, "head")
    assert fitted.prediction.classes == CLASSES
    mask = fitted.prediction.mask
    assert (mask[5:12, 6:30] == 0).mean() > 0.8
    assert (mask[30:38, 6:30] == 2).mean() > 0.8


def test_another_slice_is_shown_without_a_fit(features, tmp_path):
    shown = asked(tmp_path)
    fit(features, shown, (labels(),))
    there = asked(tmp_path, index=5, volume=shown.volume)
    fitted = fit(features, there, refit=False)
    assert fitted.n_sections == 1
    assert fitted.prediction.key.index == 5


def test_features_of_a_slice_are_computed_once(features, tmp_path):
    shown = asked(tmp_path)
    for identity in ("first", "second"):
        fit(features, shown, (labels(),), identity)
    assert shown.volume.read == [("inline", 4)]


def test_frozen_models_on_one_encoder_share_features(features, tmp_path):
    shown = asked(tmp_path)
    fit(features, shown, (labels(),))
    reads = len(shown.volume.read)
    other = asked(tmp_path, volume=shown.volume, name="other")
    fit(features, other, (labels(),))
    assert len(shown.volume.read) == reads


def test_what_was_fitted_is_kept_as_a_model(features, tmp_path):
    shown = asked(tmp_path, "lora")
    fitted = fit(features, shown, (labels(),))
    paths = [features.keep(shown, NULL_JOB) for _ in range(2)]
    assert [path.name for path in paths] == ["fake-instant", "fake-instant-2"]
    kept = load_predictor(paths[0], "cpu")
    section = shown.volume.section("inline", 4)
    mask = kept.predict(section, shown.statistics).mask().data
    assert (mask == fitted.prediction.mask).mean() > 0.999
    data = read_bundle(paths[0]).training["data"]
    assert (data["training_samples"], data["domain"]) == (1, "seismic")


def test_there_is_nothing_to_keep_before_a_fit_or_for_another_model(features, tmp_path):
    shown = asked(tmp_path)
    with pytest.raises(ModelError, match="no instant model"):
        features.keep(shown, NULL_JOB)
    fit(features, shown, (labels(),))
    with pytest.raises(ModelError, match="no instant model"):
        features.keep(asked(tmp_path, name="other"), NULL_JOB)


def test_a_place_is_like_itself(features, tmp_path):
    found = features.similar(asked(tmp_path), (((20, 20),), ()), NULL_JOB)
    assert found.shape == (50, 40)
    assert found[20, 20] == found.max() > 200


@pytest.mark.parametrize(("method", "same"), [("frozen", True), ("lora", False), ("full", False)])
def test_features_before_and_after_adaptation(method, same, features, tmp_path):
    if method == "full":
        write_bundle(tmp_path / "frozen", seed=1)  # puts the original weights into the store
    picture = features.picture(asked(tmp_path, method), NULL_JOB)
    assert picture.adapted.shape == (50, 40, 4)
    assert np.array_equal(picture.adapted, picture.original) == same


def test_the_original_of_a_frozen_model_is_the_model(tmp_path):
    shown = asked(tmp_path)
    section = shown.volume.section("inline", 4)
    found = load_original(shown.model.path, "cpu").predict(section, shown.statistics)
    expected = load_predictor(shown.model.path, "cpu").predict(section, shown.statistics)
    np.testing.assert_array_equal(found.data, expected.data)


def test_one_looks_with_the_model_then_with_the_head(features, tmp_path):
    shown = asked(tmp_path, index=3)  # its sixth trace has no data
    before = features.look(shown, NULL_JOB)
    assert before.quality == pytest.approx(1 - 1 / 40, abs=1e-6)
    fit(features, shown, (labels(3),))
    assert features.look(shown, NULL_JOB).uncertainty != before.uncertainty


def test_nothing_loads_torch_before_the_first_question():
    assert FeatureWork(lambda *_: None)._jobs is None
