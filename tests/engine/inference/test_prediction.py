"""Bundles become predictors."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from engine.errors import ModelError, SettingsError
from engine.inference.prediction import identity, load_predictor, tile_size
from engine.inference.predictor import Predictor
from engine.models.adapters import add_lora
from engine.models.pretrained import fill_encoder
from engine.models.segmenter import Segmenter, build_decoder
from engine.models.weight_store import WeightStore
from engine.models.weights import load_state
from engine.store.bundle import ADAPTER, DECODER
from tests.bundles import write_bundle


@pytest.mark.parametrize("method", ["frozen", "lora", "full"])
def test_a_bundle_predicts(method, tmp_path, make_section, statistics):
    bundle = write_bundle(tmp_path / "mine", method=method)
    predictor = load_predictor(bundle.path, "cpu")
    assert predictor.classes == bundle.classes
    assert predictor.identity == identity(bundle)
    result = predictor.predict(make_section(50, 61), statistics)
    assert result.data.shape == (2, 50, 61)
    assert result.data.std() > 0


def _unmerged(bundle):
    """Build the model with its adapters beside the weights, as in training."""
    encoder = fill_encoder(bundle.spec.encoder, WeightStore().find(bundle.spec.encoder))
    add_lora(encoder, bundle.spec.tuning)
    stored = load_state(bundle.path / ADAPTER)
    own = encoder.vit.state_dict()
    adapters = {name: name.replace(".default.", ".") for name in own if "lora_" in name}
    with torch.no_grad():
        for name, key in adapters.items():
            own[name].copy_(stored[key])
    decoder = build_decoder(bundle.spec)
    decoder.load_state_dict(load_state(bundle.path / DECODER))
    return Segmenter(encoder, decoder)


def test_merged_adapters_give_the_numbers_of_unmerged_ones(tmp_path, make_section, statistics):
    bundle = write_bundle(tmp_path / "mine", method="lora")
    section = make_section(70, 120)
    merged = load_predictor(bundle.path, "cpu").predict(section, statistics)
    beside = Predictor(_unmerged(bundle), bundle.pipeline, bundle.classes, device="cpu")
    np.testing.assert_allclose(
        merged.data, beside.predict(section, statistics).data, rtol=0, atol=1e-5
    )
    plain = write_bundle(tmp_path / "plain", method="frozen")
    without = load_predictor(plain.path, "cpu").predict(section, statistics)
    assert np.abs(merged.data - without.data).max() > 1e-3


def test_predictors_on_one_encoder_share_it(tmp_path, make_section, statistics):
    one = write_bundle(tmp_path / "one", method="frozen")
    other = write_bundle(tmp_path / "other", method="lora")
    section = make_section(50, 61)
    alone = load_predictor(one.path, "cpu").predict(section, statistics)
    first = load_predictor(one.path, "cpu")
    second = load_predictor(other.path, "cpu")
    places = [
        {name: tensor.data_ptr() for name, tensor in predictor.model.encoder.state_dict().items()}
        for predictor in (first, second)
    ]
    apart = {name for name, place in places[0].items() if places[1][name] != place}
    assert len(apart) == 24
    assert all(name.endswith(("attn.qkv.weight", "attn.proj.weight")) for name in apart)
    beside = first.predict(section, statistics)
    np.testing.assert_array_equal(alone.data, beside.data)


def test_models_that_were_trained_anew_are_told_apart(tmp_path):
    first = identity(write_bundle(tmp_path / "mine", method="full"))
    again = identity(write_bundle(tmp_path / "mine", method="full", seed=1))
    assert first.name == again.name
    assert first != again


def test_an_unknown_bundle_is_refused(tmp_path):
    with pytest.raises(ModelError, match="nowhere"):
        load_predictor("nowhere", "cpu")


def test_a_missing_device_is_refused_before_the_model_is_read(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(SettingsError, match="cuda"):
        load_predictor("nowhere", "cuda")


@pytest.mark.parametrize(
    ("image_size", "tile"),
    [((56, 70), 224), ((224, 224), 224), ((1008, 784), 1008), ((1400, 700), 1022)],
)
def test_a_model_is_applied_in_tiles_of_its_training_size(image_size, tile, tmp_path):
    bundle = dataclasses.replace(write_bundle(tmp_path / "mine"), image_size=image_size)
    assert tile_size(bundle) == tile


def test_the_starter_is_applied_in_tiles_of_its_training_size():
    assert load_predictor(device="cpu").tile == 224
