"""Amplitudes are normalised by the survey, in float."""

from __future__ import annotations

import json

import numpy as np
import pytest

from engine.core.amplitudes import AmplitudeStatistics
from engine.errors import ModelError
from engine.preprocessing.pipeline import Pipeline


@pytest.fixture
def amplitudes():
    return np.random.default_rng(0).normal(200, 5000, (60, 70)).astype(np.float32)


@pytest.fixture
def statistics(amplitudes):
    return AmplitudeStatistics.from_samples(amplitudes)


def test_normalised_amplitudes_are_standardised_and_clipped(amplitudes, statistics):
    result = Pipeline(limit=2.0).normaliser(statistics)(amplitudes)
    assert result.dtype == np.float32
    expected = np.clip((amplitudes - statistics.mean) / statistics.std, -2, 2)
    np.testing.assert_allclose(result, expected, atol=1e-5)


def test_the_input_is_not_changed_and_gaps_become_zero(amplitudes, statistics):
    amplitudes[:, 3] = np.nan
    before = amplitudes.copy()
    result = Pipeline().normaliser(statistics)(amplitudes)
    np.testing.assert_array_equal(amplitudes, before)
    assert (result[:, 3] == 0).all()
    assert np.isfinite(result).all()


def test_infinite_amplitudes_are_clipped(statistics):
    result = Pipeline().normaliser(statistics)(np.array([np.inf, -np.inf], np.float32))
    np.testing.assert_array_equal(result, [4, -4])


def test_a_flat_survey_is_only_centred():
    statistics = AmplitudeStatistics.from_samples(np.full(10, 7.0))
    result = Pipeline().normaliser(statistics)(np.full((2, 2), 7.0, np.float32))
    np.testing.assert_array_equal(result, 0)


def test_a_training_pipeline_keeps_its_own_scale(amplitudes, statistics):
    other = AmplitudeStatistics.from_samples(amplitudes * 100)
    pipeline = Pipeline(scope="training", fitted=statistics)
    survey = Pipeline()
    np.testing.assert_array_equal(
        pipeline.normaliser(other)(amplitudes), survey.normaliser(statistics)(amplitudes)
    )


def test_json_gives_the_same_pipeline_back(statistics):
    for pipeline in (Pipeline(limit=3.0), Pipeline("training", 4.0, statistics)):
        again = Pipeline.from_json(json.loads(json.dumps(pipeline.to_json())))
        assert again == pipeline
        assert again.fingerprint == pipeline.fingerprint


def test_the_fingerprint_changes_with_every_setting(statistics):
    pipelines = (
        Pipeline(),
        Pipeline(limit=3.0),
        Pipeline(fitted=statistics),
        Pipeline("training", 4.0, statistics),
    )
    assert len({pipeline.fingerprint for pipeline in pipelines}) == len(pipelines)


@pytest.mark.parametrize(
    "fields", [{"scope": "slice"}, {"limit": 0.0}, {"limit": np.inf}, {"scope": "training"}]
)
def test_impossible_pipelines_are_refused(fields):
    with pytest.raises(ModelError, match="pipeline"):
        Pipeline(**fields)


@pytest.mark.parametrize(
    "damage",
    [
        {"schema": 2},
        {"steps": []},
        {"steps": [{"name": "equalise"}]},
        {"steps": [{"name": "standardise"}]},
        {"steps": None},
        {"fitted": {"n": 1}},
    ],
)
def test_a_pipeline_of_another_version_or_damaged_is_refused(damage):
    with pytest.raises(ModelError, match="pipeline"):
        Pipeline.from_json(Pipeline().to_json() | damage)


def test_a_zoom_is_kept_and_changes_the_fingerprint():
    pipeline = Pipeline(zoom=(224 / 101, 2.0))
    assert Pipeline.from_json(json.loads(json.dumps(pipeline.to_json()))) == pipeline
    assert pipeline.fingerprint != Pipeline().fingerprint


@pytest.mark.parametrize("factor", [0.0, -1.0, 17.0, float("nan")])
def test_an_absurd_zoom_is_refused(factor):
    with pytest.raises(ModelError, match="zoom"):
        Pipeline(zoom=(1.0, factor))
