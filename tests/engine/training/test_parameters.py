"""Which parameters train at which rate."""

from __future__ import annotations

import pytest
import torch

from engine.errors import ModelError
from engine.models.adapters import apply_tuning
from engine.models.segmenter import build
from engine.models.spec import ModelSpec, TuningSpec
from engine.tasks.preset import LearningRateSettings
from engine.training.parameters import parameter_groups

RATES = LearningRateSettings(encoder=1e-5, adapters=1e-3, decoder=1e-2)


def groups(**tuning) -> dict[str, tuple[int, float, float]]:
    spec = ModelSpec("dinov2-vits14", "linear", 2, TuningSpec(**tuning))
    with torch.device("meta"):
        model = build(spec)
        apply_tuning(model, spec.tuning)
    return {
        group["name"]: (
            sum(p.numel() for p in group["params"]),
            group["lr"],
            group["weight_decay"],
        )
        for group in parameter_groups(model, RATES, weight_decay=0.01)
    }


DECODER = {"decoder": (768, 1e-2, 0.01), "decoder, no decay": (2, 1e-2, 0.0)}


@pytest.mark.parametrize(
    ("tuning", "encoder"),
    [
        ({"method": "frozen"}, {}),
        ({"method": "lora"}, {"adapters": (221_184, 1e-3, 0.01)}),
        (
            {"method": "lora", "dora": True},
            {"adapters": (221_184, 1e-3, 0.01), "adapters, no decay": (18_432, 1e-3, 0.0)},
        ),
        (
            {"method": "adapter"},
            {"adapters": (147_456, 1e-3, 0.01), "adapters, no decay": (9_408, 1e-3, 0.0)},
        ),
        ({"method": "norms"}, {"adapters, no decay": (61_056, 1e-3, 0.0)}),
    ],
)
def test_what_adapts_the_encoder_has_the_rate_of_the_adapters(tuning, encoder):
    assert groups(**tuning) == {**encoder, **DECODER}


def test_an_encoder_that_trains_as_a_whole_has_its_own_rate():
    found = groups(method="full")
    assert found.keys() == {"encoder", "encoder, no decay", *DECODER}
    assert {found[name][1] for name in ("encoder", "encoder, no decay")} == {1e-5}


def test_nothing_to_train_is_refused():
    with pytest.raises(ModelError, match="no trainable parameter"):
        parameter_groups(torch.nn.Linear(2, 2).requires_grad_(False), RATES, weight_decay=0.01)
