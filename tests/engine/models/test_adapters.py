"""Low-rank adapters: peft's against plain torch, and the published code's pitfalls."""

from __future__ import annotations

import pytest
import torch
from peft import LoraConfig
from safetensors.torch import load_file

from engine.errors import ModelError
from engine.models.adapters import add_lora, apply_tuning, merge
from engine.models.encoder import Encoder, build_encoder
from engine.models.lora import (
    TARGETS,
    adapter_state,
    check_config,
    load_adapter_state,
    merge_stored,
)
from engine.models.parameters import parameter_table, planned_parameters
from engine.models.segmenter import Segmenter, build
from engine.models.spec import ModelSpec, TuningSpec
from tests.engine.models.conftest import SMALL

LORA = TuningSpec("lora", rank=4, alpha=1.0)


def image() -> torch.Tensor:
    torch.manual_seed(5)
    return torch.randn(2, 3, 42, 70)


def stir(encoder: Encoder) -> None:
    """Move the adapters away from their start, where they do nothing."""
    torch.manual_seed(6)
    with torch.no_grad():
        for name, parameter in encoder.named_parameters():
            if "lora_B" in name:
                parameter.normal_(std=0.5)


def lora_parameters(encoder: Encoder) -> list[torch.nn.Parameter]:
    return [p for name, p in encoder.named_parameters() if ".lora_" in name]


@pytest.fixture
def adapted(small_encoder) -> Encoder:
    add_lora(small_encoder, LORA.rank, LORA.alpha)
    return small_encoder


def test_vit_s_has_the_published_number_of_adapter_parameters():
    encoder = build_encoder("dinov2-vits14")
    add_lora(encoder, rank=8, alpha=1.0)
    trainable = [p for p in encoder.parameters() if p.requires_grad]
    assert sum(p.numel() for p in trainable) == 221_184
    assert len(trainable) == 48


def test_adapters_start_as_the_identity(small_encoder):
    small_encoder.eval()
    with torch.no_grad():
        before = small_encoder(image())
        add_lora(small_encoder, rank=4, alpha=1.0)
        after = small_encoder(image())
    assert all(torch.equal(a, b) for a, b in zip(before, after, strict=True))


def test_only_adapters_train_and_the_patch_embedding_has_none(adapted):
    trainable = [name for name, p in adapted.named_parameters() if p.requires_grad]
    assert all(".lora_" in name for name in trainable)
    assert not any("patch_embed" in name for name in trainable)
    assert len(trainable) == 2 * 2 * SMALL.depth


def test_the_product_is_scaled_by_alpha_over_rank(adapted):
    layer = adapted.vit.base_model.model.blocks[0].attn.qkv
    assert layer.scaling["default"] == LORA.alpha / LORA.rank


def test_merged_and_unmerged_give_the_same_numbers(adapted):
    stir(adapted)
    adapted.eval()
    plain = set(Encoder(SMALL).state_dict())
    with torch.no_grad():
        unmerged = adapted(image())
        merge(adapted)
        merged = adapted(image())
    assert not adapted.adapted
    assert set(adapted.state_dict()) == plain
    for a, b in zip(unmerged, merged, strict=True):
        torch.testing.assert_close(a, b, rtol=0, atol=1e-5)


def test_stored_adapters_merge_as_peft_merges_them(adapted, tmp_path):
    torch.manual_seed(0)
    fresh = Encoder(SMALL).eval()
    stir(adapted)
    adapted.eval()
    with torch.no_grad():
        before = fresh(image())[-1].clone()
        expected = adapted(image())
        adapted.vit.save_pretrained(tmp_path)
        stored = load_file(tmp_path / "adapter_model.safetensors")
        merge_stored(fresh, stored, LORA)
        got = fresh(image())
    assert (got[-1] - before).abs().max() > 1e-2
    for a, b in zip(expected, got, strict=True):
        torch.testing.assert_close(a, b, rtol=0, atol=1e-5)


def test_our_adapter_file_has_pefts_names(adapted, tmp_path):
    adapted.vit.save_pretrained(tmp_path)
    theirs = load_file(tmp_path / "adapter_model.safetensors")
    ours = adapter_state(adapted)
    assert set(ours) == set(theirs)
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)


def test_training_goes_on_from_stored_adapters(adapted):
    stir(adapted)
    state = {name: value.clone() for name, value in adapter_state(adapted).items()}
    torch.manual_seed(0)
    other = Encoder(SMALL)
    add_lora(other, LORA.rank, LORA.alpha)
    load_adapter_state(other, state)
    with torch.no_grad():
        a, b = adapted.eval()(image())[-1], other.eval()(image())[-1]
    assert torch.equal(a, b)


def test_every_adapter_gets_a_gradient_after_an_evaluation(adapted):
    adapted.train()
    adapted(image())[-1].square().sum().backward()
    adapted.zero_grad()
    adapted.eval()
    with torch.inference_mode():
        adapted(image())
    adapted.train()
    stir(adapted)
    sum((m * torch.randn_like(m)).sum() for m in adapted(image())).backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in lora_parameters(adapted))


def test_training_leaves_the_frozen_tensors_alone_bit_for_bit(adapted):
    frozen = {n: p.detach().clone() for n, p in adapted.named_parameters() if ".lora_" not in n}
    optimizer = torch.optim.AdamW(
        [p for p in adapted.parameters() if p.requires_grad], lr=0.1, weight_decay=0.1
    )
    for _ in range(3):
        optimizer.zero_grad()
        # The channels of a normalised map square to a constant; weight them.
        (adapted(image())[-1] * torch.arange(24.0)[:, None, None]).square().sum().backward()
        optimizer.step()
    now = dict(adapted.named_parameters())
    assert all(torch.equal(value, now[name]) for name, value in frozen.items())
    assert any(p.abs().sum() > 0 for n, p in now.items() if "lora_B" in n)


def test_a_merged_model_has_no_adapters_left_to_save_or_to_merge(adapted):
    stir(adapted)
    state = {name: value.clone() for name, value in adapter_state(adapted).items()}
    merge(adapted)
    weights = {name: value.clone() for name, value in adapted.state_dict().items()}
    merge(adapted)
    assert all(torch.equal(weights[n], v) for n, v in adapted.state_dict().items())
    with pytest.raises(ModelError, match="no adapters"):
        adapter_state(adapted)
    with pytest.raises(ModelError, match="no adapters"):
        load_adapter_state(adapted, state)


def test_adapters_are_not_put_on_adapters(adapted):
    with pytest.raises(ModelError, match="already"):
        add_lora(adapted, 4, 1.0)


@pytest.mark.parametrize("fault", ["missing", "renamed", "shape"])
def test_adapter_tensors_that_do_not_fit_are_named(adapted, fault):
    state = dict(adapter_state(adapted))
    name = "base_model.model.blocks.1.attn.proj.lora_A.weight"
    tensor = state.pop(name)
    if fault == "renamed":
        state[name.replace("blocks.1", "blocks.9")] = tensor
    if fault == "shape":
        state[name] = tensor[:2]
    with pytest.raises(ModelError, match=r"blocks\.1\.attn\.proj\.lora_A"):
        merge_stored(Encoder(SMALL), state, LORA)
    with pytest.raises(ModelError, match=r"blocks\.1\.attn\.proj\.lora_A"):
        load_adapter_state(adapted, state)


def test_the_configuration_that_peft_writes_is_accepted():
    config = LoraConfig(r=4, lora_alpha=1, target_modules=TARGETS, bias="none").to_dict()
    check_config(config, LORA)


@pytest.mark.parametrize(
    ("key", "value"),
    [("r", 8), ("lora_alpha", 8), ("use_rslora", True), ("use_dora", True), ("peft_type", "IA3")],
)
def test_a_configuration_of_other_adapters_is_refused(key, value):
    config = LoraConfig(r=4, lora_alpha=1, target_modules=TARGETS, bias="none").to_dict()
    with pytest.raises(ModelError, match=key):
        check_config({**config, key: value}, LORA)
    with pytest.raises(ModelError, match="missing"):
        check_config({k: v for k, v in config.items() if k != "r"}, LORA)


@pytest.mark.parametrize("method", ["frozen", "lora", "full"])
def test_tuning_decides_what_trains(method):
    spec = ModelSpec("outcrop-vit-tiny14", "linear", 2, TuningSpec(method))
    model = build(spec)
    apply_tuning(model, spec.tuning)
    expected = {"frozen": [0, 386], "lora": [0, 110_592, 386], "full": [5_719_680, 386]}
    assert [row.trainable for row in parameter_table(model)] == expected[method]
    assert parameter_table(model) == planned_parameters(spec)


def test_a_wrapped_encoder_works_inside_the_segmenter(adapted):
    decoder = torch.nn.Module()
    decoder.forward = lambda features, size: features[-1].sum(1, keepdim=True)
    assert Segmenter(adapted, decoder)(image()).shape == (2, 1, 3, 5)
