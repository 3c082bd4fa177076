"""The three published layouts, with tensors made here."""

from __future__ import annotations

import struct

import pytest
import torch
from safetensors.torch import load_file, save_file
from timm.models.vision_transformer import _convert_dinov2
from transformers import (
    Dinov2Config,
    Dinov2Model,
    Dinov2WithRegistersConfig,
    Dinov2WithRegistersModel,
)

from engine.errors import ModelError, WriteError
from engine.models.designs import DESIGNS, EncoderDesign
from engine.models.encoder import Encoder, build_encoder
from engine.models.weights import convert, expected_shapes, guess_encoder, load_state, save_state

TINY = {
    "plain": EncoderDesign("plain", "plain", 24, 4, 3, scale=1.0),
    "registers": EncoderDesign("registers", "registers", 24, 4, 3, registers=4, scale=1.0),
    "gated": EncoderDesign("gated", "gated", 24, 4, 3, swiglu=True, scale=1.0),
}


@pytest.fixture(autouse=True)
def small_designs(monkeypatch):
    """Let the small designs be encoders like the others."""
    known = {**DESIGNS, **TINY}
    monkeypatch.setattr("engine.models.designs.DESIGNS", known)


def random_state(design: EncoderDesign) -> dict[str, torch.Tensor]:
    torch.manual_seed(3)
    return {name: torch.randn(shape) * 0.1 for name, shape in expected_shapes(design).items()}


def official(design: EncoderDesign) -> dict[str, torch.Tensor]:
    """Return tensors under the names of the ``.pth`` files."""
    state = random_state(design)
    state["mask_token"] = torch.randn(1, design.dim)
    if design.registers:
        state["register_tokens"] = state.pop("reg_token")
        n, dim = state["pos_embed"].shape[1:]
        state["pos_embed"] = torch.randn(1, n + 1, dim)
    if design.swiglu:
        for name in list(state):
            new = name.replace("mlp.fc1", "mlp.w12").replace("mlp.fc2", "mlp.w3")
            state[new] = state.pop(name)
    return state


def hugging_face(design: EncoderDesign):
    """Return transformers' own model with random weights, LayerScale 1."""
    torch.manual_seed(4)
    options = {
        "hidden_size": design.dim,
        "num_hidden_layers": design.depth,
        "num_attention_heads": design.heads,
        "mlp_ratio": 4,
        "image_size": 518,
        "patch_size": 14,
        "layerscale_value": 1.0,
        "use_swiglu_ffn": design.swiglu,
        "initializer_range": 0.2,
    }
    if design.registers:
        config = Dinov2WithRegistersConfig(num_register_tokens=design.registers, **options)
        model = Dinov2WithRegistersModel(config)
    else:
        model = Dinov2Model(Dinov2Config(**options))
    return model.eval()


@pytest.mark.parametrize("design", TINY.values(), ids=TINY)
def test_hugging_face_files_give_transformers_features(design, tmp_path):
    model = hugging_face(design)
    model.save_pretrained(tmp_path)
    state = load_state(tmp_path / "model.safetensors")
    assert any("attention.attention.query" in name for name in state)
    encoder = Encoder(design).eval()
    encoder.vit.load_state_dict(convert(state, design.name), strict=True)
    x = torch.randn(1, 3, 518, 518)
    with torch.inference_mode():
        tokens = model(x).last_hidden_state[:, 1 + design.registers :]
        ours = encoder(x)[-1]
    theirs = tokens.transpose(1, 2).reshape(1, design.dim, 37, 37)
    torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("design", TINY.values(), ids=TINY)
def test_timms_layout_is_ours(design):
    state = random_state(design)
    converted = convert(state, design.name)
    assert list(converted) == list(state)
    assert all(torch.equal(converted[name], state[name]) for name in state)


@pytest.mark.parametrize("design", TINY.values(), ids=TINY)
def test_official_files_convert_as_timm_converts_them(design):
    state = official(design)
    converted = convert(state, design.name)
    reference = _convert_dinov2(dict(state), None)
    assert set(converted) == set(reference) == set(expected_shapes(design))
    for name, tensor in reference.items():
        assert torch.equal(converted[name], tensor), name
    Encoder(design).vit.load_state_dict(converted, strict=True)


def test_conversion_leaves_the_given_tensors_alone():
    state = official(TINY["registers"])
    copy = {name: tensor.clone() for name, tensor in state.items()}
    convert(state, "registers")
    assert all(torch.equal(copy[name], state[name]) for name in state)
    assert list(copy) == list(state)


def test_half_precision_files_become_float32():
    state = {name: tensor.half() for name, tensor in random_state(TINY["plain"]).items()}
    assert {t.dtype for t in convert(state, "plain").values()} == {torch.float32}


@pytest.mark.parametrize("name", ["blocks.2.attn.qkv.weight", "pos_embed", "norm.bias"])
def test_a_missing_tensor_is_named(name):
    state = random_state(TINY["plain"])
    del state[name]
    with pytest.raises(ModelError, match=f"{name} of plain is missing"):
        convert(state, "plain")


def test_the_first_of_several_faults_is_named():
    state = random_state(TINY["plain"])
    state["blocks.3.norm1.bias"] = torch.zeros(3)
    state["blocks.1.norm1.bias"] = torch.zeros(5)
    with pytest.raises(ModelError, match=r"blocks.1.norm1.bias is float32 \(5,\)"):
        convert(state, "plain")


def test_a_left_over_tensor_is_named():
    with pytest.raises(ModelError, match=r"head\.weight does not belong"):
        convert({**random_state(TINY["plain"]), "head.weight": torch.zeros(2)}, "plain")


def test_a_renamed_tensor_of_a_hugging_face_file_is_named_as_in_the_file(tmp_path):
    hugging_face(TINY["plain"]).save_pretrained(tmp_path)
    state = load_state(tmp_path / "model.safetensors")
    key = "encoder.layer.1.attention.attention.key.weight"
    state[key.replace("key", "keys")] = state.pop(key)
    with pytest.raises(ModelError, match=f"{key} of plain is missing"):
        convert(state, "plain")


def test_weights_of_another_size_are_refused():
    with pytest.raises(ModelError, match="cls_token is float32"):
        convert(random_state(TINY["plain"]), "dinov2-vits14")


def test_tensors_that_are_no_floats_are_refused():
    state = random_state(TINY["plain"])
    state["norm.bias"] = torch.zeros(24, dtype=torch.int64)
    with pytest.raises(ModelError, match=r"norm\.bias is int64"):
        convert(state, "plain")


def test_encoders_are_told_apart_by_their_shapes():
    assert guess_encoder(random_state(DESIGNS["outcrop-vit-tiny14"])) == "outcrop-vit-tiny14"
    assert guess_encoder(official(TINY["registers"])) == "registers"
    with pytest.raises(ModelError, match="no known encoder"):
        guess_encoder({"a": torch.zeros(1)})


def test_pytorch_and_safetensors_files_are_read_by_contents(tmp_path):
    state = {"a": torch.arange(6.0).reshape(2, 3), "b": torch.ones(2)}
    torch.save(state, tmp_path / "odd.name")
    save_file(state, tmp_path / "other.pth")
    for name in ("odd.name", "other.pth"):
        loaded = load_state(tmp_path / name)
        assert all(torch.equal(loaded[key], state[key]) for key in state)


class Payload:
    """Writes a file when unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path), "w"))


def test_a_pickle_with_code_is_refused_and_not_run(tmp_path):
    torch.save({"a": Payload(tmp_path / "ran")}, tmp_path / "evil.pth")
    with pytest.raises(ModelError, match="tensors only"):
        load_state(tmp_path / "evil.pth")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"short",
        b"neither of the two formats, but long enough",
        b"PK\x03\x04 but no archive",
        b"\x80\x02 no pickle either",
        struct.pack("<Q", 1 << 60) + b"{" + b" " * 100,
        struct.pack("<Q", 50) + b'{"a":{"dtype":"F32","shape":[9',
        struct.pack("<Q", 63)
        + b'{"a":{"dtype":"F32","shape":[1000000],"data_offsets":[0,4000000]}}'[:63],
    ],
    ids=["empty", "short", "text", "zip", "pickle", "huge header", "cut header", "no data"],
)
def test_other_and_damaged_files_are_refused(tmp_path, content):
    path = tmp_path / "weights.bin"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"weights\.bin") as caught:
        load_state(path)
    assert caught.value.hint


def test_a_file_cut_in_half_is_refused(tmp_path):
    path = tmp_path / "w.safetensors"
    save_file({"a": torch.zeros(1000)}, path)
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(ModelError, match="damaged"):
        load_state(path)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(ModelError, match="cannot be read") as caught:
        load_state(tmp_path / "none.pth")
    assert "path" in caught.value.hint


@pytest.mark.parametrize(
    "value", [[torch.zeros(1)], {"model": {"a": torch.zeros(1)}}, {"epoch": 3}]
)
def test_a_checkpoint_with_more_than_tensors_is_refused(tmp_path, value):
    torch.save(value, tmp_path / "c.pth")
    with pytest.raises(ModelError, match=r"no tensor|not named tensors") as caught:
        load_state(tmp_path / "c.pth")
    assert caught.value.hint


def test_halved_files_keep_vectors_and_integers_as_they_are(tmp_path):
    state = {
        "matrix": torch.randn(3, 4),
        "variance": torch.tensor([1e6, 1e-9]),
        "count": torch.tensor(7),
    }
    save_state(tmp_path / "s", state, half=True)
    loaded = load_file(tmp_path / "s")
    assert loaded["matrix"].dtype == torch.float16
    assert torch.equal(loaded["variance"], state["variance"])
    assert loaded["count"] == 7


def test_values_beyond_float16_are_refused_and_nothing_is_written(tmp_path):
    with pytest.raises(ModelError, match="big"):
        save_state(tmp_path / "s", {"big": torch.full((2, 2), 1e6)}, half=True)
    assert not list(tmp_path.iterdir())


def test_writing_where_nothing_can_be_written_is_told(tmp_path):
    with pytest.raises(WriteError, match="cannot be written"):
        save_state(tmp_path / "no" / "folder" / "s", {"a": torch.zeros(1)})


def test_written_weights_can_be_read_by_whoever_may_read_new_files(tmp_path):
    plain = tmp_path / "plain"
    plain.touch()
    save_state(tmp_path / "model.safetensors", {"x": torch.zeros(2)})
    assert (tmp_path / "model.safetensors").stat().st_mode == plain.stat().st_mode


def test_an_encoder_without_published_weights_is_neither_guessed_nor_converted():
    unet = build_encoder("unet").state_dict()
    with pytest.raises(ModelError, match="unet has no published weights") as caught:
        convert(unet, "unet")
    assert "Train it" in caught.value.hint
    with pytest.raises(ModelError, match="no known encoder") as caught:
        guess_encoder(unet)
    assert "unet" not in caught.value.hint
