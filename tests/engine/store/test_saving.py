"""Saving a model and loading it again."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import torch
from peft import PeftConfig
from safetensors.torch import load_file

from engine.core.fingerprint import sha256_file
from engine.errors import ModelError, WriteError
from engine.models.adapters import merge
from engine.store import saving
from engine.store.bundle import read_bundle
from engine.store.loading import load_model
from engine.store.resuming import load_trainable
from engine.store.saving import save_model
from tests.engine.store.conftest import METHODS, describe, image


def logits(model) -> torch.Tensor:
    with torch.no_grad():
        return model.eval()(image())


@pytest.mark.parametrize("method", METHODS)
def test_a_saved_model_computes_the_same_when_loaded(trained, weights, method):
    one = trained[method]
    assert one.logits.std() > 1e-3
    model = load_model(read_bundle(one.bundle.path), weights)
    if method in {"lora", "dora"}:
        torch.testing.assert_close(logits(model), one.logits, rtol=0, atol=1e-5)
    else:
        assert torch.equal(logits(model), one.logits)
    assert not model.training
    assert not any(p.requires_grad for p in model.parameters())
    assert {p.dtype for p in model.parameters()} == {torch.float32}
    assert not model.encoder.adapted


@pytest.mark.parametrize("method", METHODS)
def test_training_goes_on_from_a_saved_model(trained, weights, method):
    one = trained[method]
    model = load_trainable(read_bundle(one.bundle.path), weights)
    assert model.training
    wanted = {n for n, p in one.model.named_parameters() if p.requires_grad}
    assert {n for n, p in model.named_parameters() if p.requires_grad} == wanted
    assert torch.equal(logits(model), one.logits)
    now = model.state_dict()
    assert now.keys() == one.model.state_dict().keys()
    assert all(torch.equal(now[name], value) for name, value in one.model.state_dict().items())


@pytest.mark.parametrize("method", METHODS)
def test_halved_bundles_are_small_and_load_as_float32(trained, weights, tmp_path, method):
    one = trained[method]
    bundle = save_model(replace(one.bundle, path=tmp_path / "half"), one.model, half=True)
    model = load_model(bundle, weights)
    assert {p.dtype for p in model.parameters()} == {torch.float32}
    torch.testing.assert_close(logits(model), one.logits, rtol=0.02, atol=0.02)
    name = bundle.files[-1] if method == "full" else "decoder.safetensors"
    full, half = ((path / name).stat().st_size for path in (one.bundle.path, bundle.path))
    assert half < 0.7 * full


def test_running_statistics_are_part_of_a_bundle(trained):
    state = load_file(trained["frozen"].bundle.path / "decoder.safetensors")
    means = [value for name, value in state.items() if name.endswith("running_mean")]
    assert len(means) == 8
    assert all(mean.abs().sum() > 0 for mean in means)


@pytest.mark.parametrize(
    ("method", "files"),
    [
        ("frozen", set()),
        ("lora", {"adapter_config.json", "adapter_model.safetensors"}),
        ("adapter", {"adapter_config.json", "adapter_model.safetensors"}),
        ("norms", {"adapter_config.json", "adapter_model.safetensors"}),
        ("full", {"encoder.safetensors"}),
    ],
)
def test_a_bundle_holds_what_was_trained_and_no_more(trained, method, files):
    path = trained[method].bundle.path
    always = {"README.md", "decoder.safetensors", "model.json", "pipeline.json"}
    assert {file.name for file in path.iterdir()} == always | files
    assert not list(path.parent.glob(".*"))


def test_the_encoder_is_recorded_by_id_and_hash(trained, weights):
    for method in ("frozen", "lora"):
        assert trained[method].bundle.encoder_sha256 == weights.find("outcrop-vit-tiny14").sha256
    full = trained["full"].bundle
    assert full.encoder_sha256 == sha256_file(full.path / "encoder.safetensors")
    values = json.loads((full.path / "model.json").read_text())
    assert values["model"]["encoder"] == "outcrop-vit-tiny14"
    assert values["encoder_sha256"] == full.encoder_sha256


def test_peft_reads_the_adapter_configuration(trained):
    for name, switched in (("lora", False), ("dora", True)):
        config = PeftConfig.from_pretrained(trained[name].bundle.path)
        assert (config.peft_type, config.r, config.lora_alpha) == ("LORA", 4, 1.0)
        assert (config.use_dora, config.use_rslora) == (switched, switched)


def test_what_was_saved_reads_back_as_the_same_value(trained):
    for one in trained.values():
        assert read_bundle(one.bundle.path) == one.bundle
        assert one.bundle.version
        assert one.bundle.created


def test_the_card_says_what_the_model_is(trained):
    text = (trained["lora"].bundle.path / "README.md").read_text()
    for fact in (
        "task *fault*",
        "low-rank adapters in the attention",
        "`outcrop-vit-tiny14`",
        "rank 4",
        "1. fault",
        "scores.miou | 0.5",
    ):
        assert fact in text
    assert trained["lora"].bundle.encoder_sha256 in text
    text = (trained["dora"].bundle.path / "README.md").read_text()
    assert "attention and MLP (rank 4, alpha 1, DoRA, rsLoRA)" in text


def test_a_given_card_is_kept(trained, tmp_path):
    one = trained["frozen"]
    bundle = save_model(replace(one.bundle, path=tmp_path / "b"), one.model, card="# Mine\n")
    assert (bundle.path / "README.md").read_text() == "# Mine\n"


def test_saving_changes_nothing_in_the_model(trained, tmp_path):
    one = trained["lora"]
    save_model(replace(one.bundle, path=tmp_path / "b"), one.model, half=True)
    assert torch.equal(logits(one.model), one.logits)
    assert one.model.encoder.adapted


def test_a_merged_model_is_not_saved_as_one_with_adapters(weights, trained, tmp_path):
    bundle = trained["lora"].bundle
    model = load_trainable(bundle, weights)
    merge(model.encoder)
    with pytest.raises(ModelError, match="has no adapters to save"):
        save_model(replace(bundle, path=tmp_path / "b"), model)
    assert not (tmp_path / "b").exists()


@pytest.mark.parametrize("method", ["lora", "adapter"])
def test_a_model_with_adapters_is_not_saved_as_one_without(trained, tmp_path, method):
    bundle = describe(tmp_path / "b", "frozen", "0")
    with pytest.raises(ModelError, match="b: the encoder has adapters that are not merged"):
        save_model(bundle, trained[method].model)


def test_adapters_are_merged_once_however_often_a_bundle_is_loaded(trained, weights):
    bundle = trained["lora"].bundle
    first, second = (load_model(bundle, weights) for _ in range(2))
    assert torch.equal(logits(first), logits(second))
    assert not any("lora" in name for name in first.state_dict())


def test_a_bundle_that_is_there_is_replaced_as_a_whole(trained, copy_of, weights):
    old = copy_of("full", "model")
    (old.path / "left over").write_text("x")
    new = save_model(replace(trained["frozen"].bundle, path=old.path), trained["frozen"].model)
    assert read_bundle(old.path) == new
    assert {file.name for file in old.path.iterdir()} == {
        "README.md",
        "decoder.safetensors",
        "model.json",
        "pipeline.json",
    }
    assert [path.name for path in old.path.parent.iterdir()] == ["model"]


def test_a_folder_that_is_no_bundle_is_not_replaced(trained, tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter").write_text("years of work")
    with pytest.raises(WriteError, match="no model bundle"):
        save_model(
            replace(trained["frozen"].bundle, path=tmp_path / "thesis"), trained["frozen"].model
        )
    assert (tmp_path / "thesis" / "chapter").read_text() == "years of work"
    assert [path.name for path in tmp_path.iterdir()] == ["thesis"]


def test_a_failure_halfway_leaves_the_old_bundle_and_no_rest(trained, copy_of, monkeypatch):
    old = copy_of("frozen", "model")

    def full_disk(*_args, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(saving, "render_card", full_disk)
    with pytest.raises(WriteError, match=r"model: cannot be written \(No space left"):
        save_model(replace(trained["lora"].bundle, path=old.path), trained["lora"].model)
    assert read_bundle(old.path) == old
    assert [path.name for path in old.path.parent.iterdir()] == ["model"]
