"""Every way to tune an encoder, and the published code's pitfalls."""

from __future__ import annotations

import pytest
import torch

from engine.errors import ModelError
from engine.models.adapter_files import (
    adapter_config,
    adapter_state,
    check_config,
    load_adapter_state,
)
from engine.models.adapters import apply_tuning
from engine.models.encoder import Encoder
from engine.models.parameters import ParameterRow, parameter_table, planned_parameters
from engine.models.segmenter import Segmenter, build
from engine.models.spec import ModelSpec, TuningSpec
from tests.engine.models.conftest import ADAPTED, SMALL, image, stir, with_decoder


@pytest.fixture(params=ADAPTED, ids=list(ADAPTED))
def tuning(request) -> TuningSpec:
    return ADAPTED[request.param]


@pytest.fixture
def model(small_encoder, tuning) -> Segmenter:
    """A small model, tuned and still at its start."""
    model = with_decoder(small_encoder)
    apply_tuning(model, tuning)
    return model


def trained(model: Segmenter) -> dict[str, torch.nn.Parameter]:
    return {n: p for n, p in model.encoder.named_parameters() if p.requires_grad}


ENCODER = 22_056_192
COUNTS = [
    ({"method": "frozen"}, 0),
    ({"method": "full"}, ENCODER),
    ({"method": "lora"}, 221_184),
    ({"method": "lora", "rslora": True}, 221_184),
    ({"method": "lora", "dora": True}, 239_616),
    ({"method": "lora", "targets": "attention+mlp"}, 589_824),
    ({"method": "adapter", "rank": 8}, 156_864),
    ({"method": "adapter", "rank": 16}, 304_512),
    # LayerNorms 19 200, biases of linear layers 41 472, of the patch embedding 384.
    ({"method": "norms"}, 19_200 + 41_472 + 384),
]


@pytest.mark.parametrize(("values", "expected"), COUNTS)
def test_vit_s_has_the_known_number_of_trainable_parameters(values, expected):
    spec = ModelSpec("dinov2-vits14", "linear", 2, TuningSpec(**values))
    with torch.device("meta"):
        model = build(spec)
        apply_tuning(model, spec.tuning)
    trainable = sum(p.numel() for p in trained(model).values())
    assert trainable == expected
    table = parameter_table(model)
    assert table == planned_parameters(spec)
    assert sum(row.trainable for row in table) == expected + 770
    added = expected if values["method"] in {"lora", "adapter"} else 0
    assert sum(row.total for row in table) == ENCODER + added + 770
    if added:
        assert table[1] == ParameterRow("adapters", added, added)


def test_only_layer_norms_and_biases_train_where_they_are_chosen(small_encoder):
    model = with_decoder(small_encoder)
    apply_tuning(model, TuningSpec("norms"))
    norms = {
        f"{name}.{kind}"
        for name, module in small_encoder.named_modules()
        if isinstance(module, torch.nn.LayerNorm)
        for kind in ("weight", "bias")
    }
    biases = {name for name, _ in small_encoder.named_parameters() if name.endswith("bias")}
    assert set(trained(model)) == norms | biases
    assert "vit.patch_embed.proj.bias" in biases


def test_tuning_starts_from_what_the_encoder_computes(small_encoder, tuning):
    small_encoder.eval()
    with torch.no_grad():
        before = small_encoder(image())
        apply_tuning(with_decoder(small_encoder), tuning)
        after = small_encoder.eval()(image())
    for a, b in zip(before, after, strict=True):
        if tuning.dora:  # it divides each row by its length and multiplies it again
            torch.testing.assert_close(a, b, rtol=0, atol=1e-5)
        else:
            assert torch.equal(a, b)


def test_everything_that_trains_gets_a_gradient_after_an_evaluation(model):
    model.train()
    sum(m.square().sum() for m in model.encoder(image())).backward()
    model.zero_grad()
    model.eval()
    with torch.inference_mode():
        model.encoder(image())
    model.train()
    stir(model.encoder)
    sum((m * torch.randn_like(m)).sum() for m in model.encoder(image())).backward()
    without = [n for n, p in trained(model).items() if p.grad is None or not p.grad.any()]
    assert not without


def test_training_leaves_the_frozen_tensors_alone_bit_for_bit(model):
    moving = trained(model)
    frozen = {n: p.detach().clone() for n, p in model.encoder.named_parameters() if n not in moving}
    start = {n: p.detach().clone() for n, p in moving.items()}
    optimizer = torch.optim.AdamW(moving.values(), lr=0.1, weight_decay=0.1)
    for step in range(3):
        model.train(step % 2 == 0)
        optimizer.zero_grad()
        sum((m * torch.randn_like(m)).sum() for m in model.encoder(image())).backward()
        optimizer.step()
    now = dict(model.encoder.named_parameters())
    assert frozen
    assert all(torch.equal(value, now[name]) for name, value in frozen.items())
    assert all(not torch.equal(value, now[name]) for name, value in start.items())


def test_training_goes_on_from_what_was_stored(model, tuning):
    stir(model.encoder)
    state = {name: value.clone() for name, value in adapter_state(model.encoder, tuning).items()}
    torch.manual_seed(0)
    other = with_decoder(Encoder(SMALL))
    apply_tuning(other, tuning)
    load_adapter_state(other.encoder, state, tuning)
    with torch.no_grad():
        a, b = (one.eval().encoder(image())[-1] for one in (model, other))
    assert torch.equal(a, b)
    assert trained(other).keys() == trained(model).keys()


def test_all_that_trains_is_stored_and_nothing_else(model, tuning):
    stored = adapter_state(model.encoder, tuning)
    own = {value.data_ptr() for value in trained(model).values()}
    assert {value.data_ptr() for value in stored.values()} == own
    assert len(stored) == len(own)


@pytest.mark.parametrize("fault", ["missing", "extra", "shape", "infinite"])
def test_a_stored_tensor_that_does_not_fit_is_named(model, tuning, fault):
    state = {n: value.clone() for n, value in adapter_state(model.encoder, tuning).items()}
    name = list(state)[5]
    match fault:
        case "missing":
            del state[name]
        case "extra":
            name = "surplus"
            state[name] = torch.zeros(1)
        case "shape":
            state[name] = state[name][:-1]
        case "infinite":
            state[name].view(-1)[3] = float("inf")
    with pytest.raises(ModelError, match=f"tensor {name} ".replace(".", r"\.")) as caught:
        load_adapter_state(model.encoder, state, tuning)
    assert caught.value.hint


def test_adapters_are_put_in_once(small_encoder):
    for first in ("lora", "adapter"):
        torch.manual_seed(0)
        model = with_decoder(Encoder(SMALL))
        apply_tuning(model, TuningSpec(first, rank=4))
        for second in ("lora", "adapter"):
            with pytest.raises(ModelError, match="already"):
                apply_tuning(model, TuningSpec(second, rank=4))


def test_adapters_of_another_kind_are_not_stored(model, tuning):
    for other in ADAPTED.values():
        if other.method != tuning.method:
            with pytest.raises(ModelError, match="adapters") as caught:
                adapter_state(model.encoder, other)
            assert caught.value.hint


def test_a_configuration_describes_its_own_tuning_only(model, tuning):
    config = adapter_config(model.encoder, tuning)
    check_config(config, tuning)
    for other in ADAPTED.values():
        if other != tuning:
            with pytest.raises(ModelError, match=r"adapters: \w+ is"):
                check_config(config, other)


@pytest.mark.parametrize("method", ["adapter", "norms"])
def test_an_own_configuration_is_read_strictly(small_encoder, method):
    tuning = TuningSpec(method, rank=4)
    config = adapter_config(small_encoder, tuning)
    with pytest.raises(ModelError, match="method is missing"):
        check_config({"format": config["format"]}, tuning)
    with pytest.raises(ModelError, match="speed is not expected"):
        check_config({**config, "speed": 1}, tuning)


def test_a_tuned_encoder_works_inside_the_segmenter(model):
    assert model(image()).shape == (2, 1, 42, 70)
