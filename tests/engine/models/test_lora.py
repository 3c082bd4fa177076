"""Low-rank adapters: peft's against plain torch."""

from __future__ import annotations

import math

import pytest
import torch
from peft import LoraConfig, PeftModel
from safetensors.torch import load_file, save_file

from engine.errors import ModelError
from engine.models.adapter_files import adapter_state, check_adapters, check_config
from engine.models.adapters import add_lora, merge
from engine.models.encoder import Encoder
from engine.models.lora import merged_weights, target_pattern
from engine.models.spec import TuningSpec
from engine.models.strict import shapes_of
from tests.engine.models.conftest import ADAPTED, SMALL, image, stir

LORA = {name: tuning for name, tuning in ADAPTED.items() if tuning.method == "lora"}


@pytest.fixture(params=LORA, ids=list(LORA))
def tuning(request) -> TuningSpec:
    return LORA[request.param]


@pytest.fixture
def adapted(small_encoder, tuning) -> Encoder:
    add_lora(small_encoder, tuning)
    stir(small_encoder)
    return small_encoder.eval()


def plain_weights() -> dict[str, torch.Tensor]:
    torch.manual_seed(0)
    return dict(Encoder(SMALL).vit.state_dict())


def test_only_adapters_train_and_the_patch_embedding_has_none(adapted, tuning):
    trainable = [name for name, p in adapted.named_parameters() if p.requires_grad]
    assert all(".lora_" in name for name in trainable)
    assert not any("patch_embed" in name for name in trainable)
    layers = 4 if tuning.targets == "attention+mlp" else 2
    assert len(trainable) == (3 if tuning.dora else 2) * layers * SMALL.depth


def test_stored_adapters_merge_as_peft_merges_them(adapted, tuning, tmp_path):
    adapted.vit.save_pretrained(tmp_path)
    stored = load_file(tmp_path / "adapter_model.safetensors")
    weights = plain_weights()
    kept = {name: value.clone() for name, value in weights.items()}
    ours = merged_weights(weights, stored, tuning)
    assert all(torch.equal(kept[name], value) for name, value in weights.items())
    merge(adapted)
    theirs = adapted.vit.state_dict()
    assert set(theirs) == set(weights)
    for name, value in theirs.items():
        torch.testing.assert_close(ours.get(name, weights[name]), value, rtol=0, atol=1e-6)
        assert (name in ours) == (not torch.equal(value, weights[name]))


def test_merged_and_unmerged_give_the_same_numbers(adapted):
    with torch.no_grad():
        unmerged = adapted(image())
        merge(adapted)
        merged = adapted(image())
    assert not adapted.adapted
    for a, b in zip(unmerged, merged, strict=True):
        torch.testing.assert_close(a, b, rtol=0, atol=1e-4)


def test_one_layer_merges_to_the_values_computed_by_hand():
    weights = {"blocks.0.attn.proj.weight": torch.tensor([[3.0, 0.0], [0.0, 1.0]])}
    state = {
        "base_model.model.blocks.0.attn.proj.lora_A.weight": torch.tensor([[0.0, 2.0]] * 4),
        "base_model.model.blocks.0.attn.proj.lora_B.weight": torch.tensor([[1.0] * 4, [0.0] * 4]),
        "base_model.model.blocks.0.attn.proj.lora_magnitude_vector": torch.tensor([10.0, 7.0]),
    }
    # B A = [[0, 8], [0, 0]]
    for tuning, first in [
        (TuningSpec("lora", rank=4, alpha=2.0), [3.0, 4.0]),
        (TuningSpec("lora", rank=4, alpha=2.0, rslora=True), [3.0, 8.0]),
    ]:
        (merged,) = merged_weights(weights, state, tuning).values()
        assert merged.tolist() == [first, [0.0, 1.0]]
    dora = TuningSpec("lora", rank=4, alpha=2.0, dora=True)
    (merged,) = merged_weights(weights, state, dora).values()
    torch.testing.assert_close(merged, torch.tensor([[6.0, 8.0], [0.0, 7.0]]))


def test_the_scale_is_that_of_peft(adapted, tuning):
    layer = adapted.vit.base_model.model.blocks[0].attn.qkv
    assert layer.scaling["default"] == tuning.scale
    divisor = math.sqrt(tuning.rank) if tuning.rslora else tuning.rank
    assert tuning.scale == tuning.alpha / divisor


def test_our_adapter_file_has_pefts_names(adapted, tuning, tmp_path):
    adapted.vit.save_pretrained(tmp_path)
    theirs = load_file(tmp_path / "adapter_model.safetensors")
    ours = adapter_state(adapted, tuning)
    assert set(ours) == set(theirs)
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)
    check_adapters(theirs, shapes_of(Encoder(SMALL).vit), tuning)


def test_peft_reads_what_we_store(adapted, tuning, tmp_path):
    adapted.vit.peft_config["default"].save_pretrained(tmp_path)
    save_file(adapter_state(adapted, tuning), tmp_path / "adapter_model.safetensors")
    torch.manual_seed(0)
    other = Encoder(SMALL).eval()
    other.vit = PeftModel.from_pretrained(other.vit, tmp_path).eval()
    with torch.no_grad():
        assert torch.equal(other(image())[-1], adapted(image())[-1])


def test_a_merged_model_has_no_adapters_left_to_save_or_to_merge(adapted, tuning):
    merge(adapted)
    weights = {name: value.clone() for name, value in adapted.state_dict().items()}
    merge(adapted)
    assert all(torch.equal(weights[n], v) for n, v in adapted.state_dict().items())
    with pytest.raises(ModelError, match="no adapters"):
        adapter_state(adapted, tuning)


def config(tuning: TuningSpec) -> dict:
    return LoraConfig(
        r=4,
        lora_alpha=1,
        target_modules=target_pattern(tuning),
        use_dora=tuning.dora,
        use_rslora=tuning.rslora,
        bias="none",
    ).to_dict()


@pytest.mark.parametrize("name", ["lora", "rslora", "dora and rslora"])
def test_the_configuration_that_peft_writes_is_accepted(name):
    check_config(config(LORA[name]), LORA[name])


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("r", 8),
        ("lora_alpha", 8),
        ("use_rslora", True),
        ("use_dora", True),
        ("peft_type", "IA3"),
        ("target_modules", ["qkv", "proj"]),
        ("bias", "all"),
    ],
)
def test_a_configuration_of_other_adapters_is_refused(key, value):
    tuning = LORA["lora"]
    with pytest.raises(ModelError, match=key):
        check_config({**config(tuning), key: value}, tuning)
    with pytest.raises(ModelError, match="r is missing"):
        check_config({k: v for k, v in config(tuning).items() if k != "r"}, tuning)
    dora = LORA["dora and rslora"]
    with pytest.raises(ModelError, match="use_dora is missing"):
        check_config({k: v for k, v in config(dora).items() if k != "use_dora"}, dora)
