"""Which rate each part of a network trains at."""

from __future__ import annotations

from engine.models.segmenter import build
from engine.models.spec import ModelSpec, TuningSpec
from engine.tasks.preset import LearningRateSettings
from engine.training.parameters import parameter_groups


def test_both_halves_of_a_u_net_train_at_the_rate_of_the_decoder():
    model = build(ModelSpec("unet", "unet", 2, TuningSpec("full")))
    rates = LearningRateSettings(encoder=1e-5, adapters=1e-4, decoder=1e-3)
    groups = parameter_groups(model, rates, weight_decay=0.01)
    assert {(g["name"], g["lr"], g["weight_decay"]) for g in groups} == {
        ("decoder", 1e-3, 0.01),
        ("decoder, no decay", 1e-3, 0.0),
    }
    assert sum(p.numel() for g in groups for p in g["params"]) == 4_317_858
