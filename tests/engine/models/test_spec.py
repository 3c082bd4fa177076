"""Model specs as values and as JSON."""

from __future__ import annotations

import json

import pytest

from engine.errors import ModelError, PluginError, SettingsError
from engine.models.segmenter import build
from engine.models.spec import ModelSpec, TuningSpec


def test_a_spec_survives_json():
    spec = ModelSpec(
        "dinov2-vits14",
        "pup",
        6,
        TuningSpec("lora", 4, 2.0, "attention+mlp", dora=True, rslora=True),
        {"width": 32},
    )
    assert ModelSpec.from_json(json.loads(json.dumps(spec.to_json()))) == spec


def test_tuning_and_options_may_be_left_out():
    spec = ModelSpec.from_json({"encoder": "dinov2-vits14", "decoder": "linear", "n_classes": 2})
    assert spec == ModelSpec("dinov2-vits14", "linear", 2)
    assert spec.tuning == TuningSpec("frozen", 8, 1.0)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"encoder": "vgg"}, "vgg"),
        ({"decoder": ""}, "decoder"),
        ({"decoder": 3}, "decoder"),
        ({"n_classes": 1}, "n_classes"),
        ({"n_classes": True}, "n_classes"),
        ({"n_classes": "2"}, "n_classes"),
        ({"n_classes": 10**9}, "n_classes"),
        ({"tuning": {"method": "half"}}, "half"),
        ({"tuning": {"method": "lora", "rank": 0}}, "rank"),
        ({"tuning": {"method": "lora", "rank": 10**6}}, "rank"),
        ({"tuning": {"method": "lora", "alpha": "1"}}, "alpha"),
        ({"tuning": {"method": "lora", "alpha": -1}}, "alpha"),
        ({"tuning": {"speed": 1}}, "speed"),
        ({"tuning": [1]}, "tuning"),
        ({"tuning": {"method": "lora", "targets": "everything"}}, "targets"),
        ({"tuning": {"method": "lora", "dora": 1}}, "dora"),
        ({"tuning": {"method": "frozen", "dora": True}}, "dora is a variant of the tuning lora"),
        ({"tuning": {"method": "adapter", "rslora": True}}, "rslora"),
        ({"decoder_options": [1]}, "decoder options"),
        ({"backbone": "x"}, "backbone"),
        ({"encoder": ["dinov2-vits14"]}, "encoder"),
    ],
)
def test_a_wrong_value_is_named(change, named):
    values = {"encoder": "dinov2-vits14", "decoder": "pup", "n_classes": 2, **change}
    with pytest.raises(ModelError, match=named):
        ModelSpec.from_json(values)


@pytest.mark.parametrize("key", ["encoder", "decoder", "n_classes"])
def test_a_missing_value_is_named(key):
    values = {"encoder": "dinov2-vits14", "decoder": "pup", "n_classes": 2}
    del values[key]
    with pytest.raises(ModelError, match=f"{key} is missing"):
        ModelSpec.from_json(values)


def test_an_unknown_decoder_is_told_with_the_known_ones():
    with pytest.raises(PluginError, match="no 'mlp'") as caught:
        build(ModelSpec("outcrop-vit-tiny14", "mlp", 2))
    assert "pup" in caught.value.hint


@pytest.mark.parametrize("options", [{"depth": 3}, {"width": -1}, {"width": "x"}, {"norm": "no"}])
def test_an_option_that_the_decoder_does_not_take_is_told(options):
    with pytest.raises(SettingsError, match=r"decoder"):
        build(ModelSpec("outcrop-vit-tiny14", "pup", 2, decoder_options=options))
