"""Bundles that are damaged, or that do not fit what is here."""

from __future__ import annotations

import json
import struct

import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.errors import ModelError
from engine.models.weight_store import WeightStore
from engine.store.bundle import read_bundle
from engine.store.loading import load_model
from engine.store.resuming import load_trainable
from tests.engine.store.conftest import put_weights

TENSORS = [
    ("frozen", "decoder.safetensors", "stages.2.3.weight"),
    ("frozen", "decoder.safetensors", "stages.0.1.running_var"),
    ("lora", "adapter_model.safetensors", "base_model.model.blocks.7.attn.qkv.lora_B.weight"),
    (
        "dora",
        "adapter_model.safetensors",
        "base_model.model.blocks.7.mlp.fc2.lora_magnitude_vector",
    ),
    ("adapter", "adapter_model.safetensors", "blocks.11.ls2.adapter.up.weight"),
    ("norms", "adapter_model.safetensors", "blocks.2.norm1.weight"),
    ("full", "encoder.safetensors", "blocks.3.mlp.fc1.bias"),
]


@pytest.mark.parametrize(("method", "file", "name"), TENSORS)
@pytest.mark.parametrize("fault", ["missing", "renamed", "shape", "extra"])
def test_a_tensor_that_does_not_fit_is_named_with_its_file(
    copy_of, weights, method, file, name, fault
):
    bundle = copy_of(method)
    state = load_file(bundle.path / file)
    if fault == "extra":
        state["surplus"] = torch.zeros(1)
        name = "surplus"
    else:
        tensor = state.pop(name)
        if fault == "renamed":
            state[f"other.{name}"] = tensor
        if fault == "shape":
            state[name] = tensor[:-1].clone()
    save_file(state, bundle.path / file)
    for load in (load_model, load_trainable):
        with pytest.raises(ModelError) as caught:
            load(read_bundle(bundle.path), weights)
        assert name in str(caught.value)
        assert str(bundle.path / file) in str(caught.value)
        assert caught.value.hint


@pytest.mark.parametrize("file", ["decoder.safetensors", "adapter_model.safetensors"])
@pytest.mark.parametrize(
    "content",
    [b"", b"\x00" * 64, struct.pack("<Q", 1 << 62) + b'{"' + b" " * 64],
    ids=["empty", "zeros", "huge header"],
)
def test_a_damaged_tensor_file_is_refused(copy_of, weights, file, content):
    bundle = copy_of("lora")
    (bundle.path / file).write_bytes(content)
    with pytest.raises(ModelError, match=file):
        load_model(bundle, weights)


def test_a_tensor_file_that_is_a_pickle_is_read_as_tensors_only(copy_of, weights):
    class Payload:
        def __reduce__(self):
            return (print, ("ran",))

    bundle = copy_of("frozen")
    torch.save({"a": Payload()}, bundle.path / "decoder.safetensors")
    with pytest.raises(ModelError, match="tensors only"):
        load_model(bundle, weights)


@pytest.mark.parametrize("method", ["frozen", "lora"])
def test_missing_encoder_weights_are_told_with_the_ways_out(copy_of, tmp_path, method):
    bundle = copy_of(method)
    empty = WeightStore(tmp_path / "empty")
    empty._bundled = tmp_path / "nothing"
    with pytest.raises(ModelError, match=f"{method}: the weights of outcrop-vit-tiny14") as caught:
        load_model(bundle, empty)
    assert "outcrop weights import FILE" in caught.value.hint


@pytest.mark.parametrize("method", ["frozen", "lora", "adapter", "norms"])
def test_other_encoder_weights_than_in_training_are_refused(copy_of, tmp_path, method):
    other = WeightStore(tmp_path / "other")
    put_weights(other, seed=99)
    with pytest.raises(ModelError, match="SHA-256") as caught:
        load_model(copy_of(method), other)
    assert "outcrop weights import" in caught.value.hint


def test_an_encoder_in_the_bundle_that_changed_is_refused(copy_of, weights):
    bundle = copy_of("full")
    path = bundle.path / "encoder.safetensors"
    content = bytearray(path.read_bytes())
    content[-2] ^= 1
    path.write_bytes(content)
    with pytest.raises(ModelError, match="SHA-256 differs"):
        load_model(bundle, weights)


def test_an_encoder_in_the_bundle_needs_no_weights(trained, tmp_path):
    model = load_model(trained["full"].bundle, WeightStore(tmp_path / "empty"))
    assert not model.training


@pytest.mark.parametrize(
    ("key", "value"), [("r", 8), ("lora_alpha", 16), ("use_dora", True), ("target_modules", "x")]
)
def test_an_adapter_configuration_that_disagrees_is_refused(copy_of, weights, key, value):
    bundle = copy_of("lora")
    path = bundle.path / "adapter_config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), key: value}))
    with pytest.raises(ModelError, match=rf"adapter_config\.json: {key}") as caught:
        load_model(bundle, weights)
    assert caught.value.hint


@pytest.mark.parametrize("method", ["adapter", "norms"])
def test_adapters_of_another_kind_are_refused(copy_of, trained, weights, method):
    bundle = copy_of(method)
    other = trained["lora"].bundle.path / "adapter_config.json"
    (bundle.path / "adapter_config.json").write_bytes(other.read_bytes())
    for load in (load_model, load_trainable):
        with pytest.raises(ModelError, match=r"adapter_config\.json: format is missing") as caught:
            load(bundle, weights)
        assert caught.value.hint


def test_a_model_of_an_earlier_version_knows_no_variants(copy_of, trained, weights):
    bundle = copy_of("lora")
    path = bundle.path / "model.json"
    values = json.loads(path.read_text())
    values["model"]["tuning"] = {"method": "lora", "rank": 4, "alpha": 1.0}
    path.write_text(json.dumps(values))
    read = read_bundle(bundle.path)
    assert read.spec == trained["lora"].bundle.spec
    load_model(read, weights)


def test_an_absurd_width_is_refused_before_memory_is_taken(copy_of, weights):
    bundle = copy_of("frozen")
    path = bundle.path / "model.json"
    values = json.loads(path.read_text())
    values["model"]["decoder_options"]["width"] = 10**6
    path.write_text(json.dumps(values))
    with pytest.raises(ModelError, match=r"stages\.0\.0\.weight has shape"):
        load_model(read_bundle(bundle.path), weights)
