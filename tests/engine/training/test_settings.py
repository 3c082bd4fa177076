"""Defaults from presets, and values that make no sense."""

import json
from dataclasses import replace

import pytest

from engine.errors import ModelError, SettingsError
from engine.models.weight_store import WeightStore
from engine.tasks.preset import LearningRateSettings, load_preset
from engine.training.request import default_encoder
from engine.training.settings import TrainingSettings


def test_a_preset_gives_the_published_run():
    settings = TrainingSettings.from_preset(load_preset("salt"))
    assert (settings.size, settings.batch, settings.epochs) == ((224, 224), 32, 100)
    assert settings.warmup_epochs == 10
    assert settings.learning_rate.encoder == 1e-5
    assert settings.learning_rate.encoder < settings.learning_rate.decoder


def test_a_shorter_run_has_a_shorter_warm_up():
    settings = TrainingSettings.from_preset(load_preset("salt"), epochs=5, seed=None)
    assert settings.warmup_epochs == pytest.approx(0.5)
    assert settings.seed == 0


def test_a_small_encoder_is_tuned_in_full_at_its_own_rate():
    preset = load_preset("salt")
    own = TrainingSettings.from_preset(preset, encoder="outcrop-vit-tiny14").learning_rate
    assert own == replace(preset.learning_rate, encoder=1e-4)
    for other in ("dinov2-vits14", "unet"):
        rates = TrainingSettings.from_preset(preset, encoder=other).learning_rate
        assert rates == preset.learning_rate
    with pytest.raises(ModelError):
        TrainingSettings.from_preset(preset, encoder="none")


def test_schedule_and_weight_decay_are_the_presets_unless_given():
    preset = replace(load_preset("salt"), schedule="constant", weight_decay=0.2)
    settings = TrainingSettings.from_preset(preset)
    assert (settings.schedule, settings.weight_decay) == ("constant", 0.2)
    given = TrainingSettings.from_preset(preset, schedule="cosine", weight_decay=0.0)
    assert (given.schedule, given.weight_decay) == ("cosine", 0.0)
    assert TrainingSettings.from_json(json.loads(json.dumps(given.to_json()))) == given


def test_settings_stored_before_there_was_a_choice_of_schedule_are_those_of_a_cosine():
    settings = TrainingSettings.from_preset(load_preset("salt"))
    stored = settings.to_json()
    del stored["schedule"]
    assert TrainingSettings.from_json(stored) == settings


def test_settings_are_json():
    settings = TrainingSettings.from_preset(load_preset("facies"))
    assert json.loads(json.dumps(settings.to_json()))["size"] == [1008, 784]


@pytest.mark.parametrize(
    "change",
    [
        {"size": (225, 224)},
        {"size": (0, 224)},
        {"size": (14000, 14)},
        {"batch": 0},
        {"epochs": 0},
        {"warmup_epochs": 101},
        {"warmup_epochs": -1},
        {"seed": -1},
        {"seed": 2**32},
        {"weight_decay": -0.1},
        {"weight_decay": float("nan")},
        {"weight_decay": float("inf")},
        {"schedule": "linear"},
        {"clip_gradient": 0.0},
        {"accumulate": 0},
        {"ema": 1.0},
        {"ema": -0.1},
        {"patience": -1},
        {"precision": "float16"},
    ],
)
def test_values_outside_their_range_are_refused(change):
    with pytest.raises(SettingsError) as caught:
        TrainingSettings.from_preset(load_preset("salt"), **change)
    assert caught.value.hint


def test_a_size_that_is_no_multiple_names_one_that_is():
    with pytest.raises(SettingsError) as caught:
        TrainingSettings.from_preset(load_preset("salt"), size=(256, 256))
    assert "252" in caught.value.hint


@pytest.mark.parametrize("rate", [0.0, -1e-3, 2.0, float("nan")])
def test_rates_outside_their_range_are_refused(rate):
    with pytest.raises(SettingsError, match="learning rate of the adapters"):
        LearningRateSettings(1e-5, rate, 1e-3)


def test_the_encoder_that_is_here_is_the_default(weights, monkeypatch):
    monkeypatch.setattr("engine.training.request.PREFERRED_ENCODERS", ("dinov2-vits14", "small14"))
    assert default_encoder(weights) == "small14"


def test_without_any_weights_the_way_to_get_them_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("engine.training.request.PREFERRED_ENCODERS", ("dinov2-vits14",))
    with pytest.raises(ModelError) as caught:
        default_encoder(WeightStore(tmp_path))
    assert "outcrop weights fetch dinov2-vits14" in caught.value.hint


@pytest.mark.parametrize("gib", [-1.0, float("nan"), float("inf")])
def test_memory_for_features_that_cannot_be_is_refused(small_design, make_request, gib):
    with pytest.raises(SettingsError, match="memory for features") as caught:
        replace(make_request(), feature_memory_gib=gib)
    assert caught.value.hint
