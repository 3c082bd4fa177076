"""A training step against the same step written plainly, and epochs on kept features."""

from __future__ import annotations

import statistics
from contextlib import closing
from dataclasses import replace

import pytest

from engine.training.feature_cache import CachedSegmenter, FeatureStore
from engine.training.network import bfloat16_is_faster
from tests.benchmarks.own_steps import own_steps, tuned_model
from tests.benchmarks.plain_steps import plain_steps
from tests.benchmarks.process import run_apart
from tests.benchmarks.workload import Workload

N_BATCH = 8
SIDE = 224
LARGE_SIDE = 896


@pytest.fixture
def workload(scale):
    """One step on a batch of images of 224 x 224."""
    return Workload(scale.encoder, min(SIDE, scale.tile), N_BATCH, steps=1)


@pytest.fixture
def large_workload(scale):
    """One step on one image of 896 x 896."""
    side = LARGE_SIDE if scale.tile > SIDE else scale.tile
    return Workload(scale.encoder, side, batch=1, steps=1)


def test_training_time_against_plain_timm_and_peft(alternately, workload):
    ratio = alternately.compare(
        own_steps(workload),
        plain_steps(workload),
        reference_name="plain",
        ratio_name="plain_over_ours",
    )
    alternately.note(time_ratio=round(1 / ratio, 4), bound_time_ratio=1.05)


def test_training_memory_against_plain_timm_and_peft(compare_apart, workload):
    # The second step holds what an optimiser keeps between steps.
    compare_apart(replace(workload, steps=2), "plain", rounds=1, bound=1.05)


def test_large_training_step_against_unfused_attention(compare_apart, large_workload):
    compare_apart(large_workload, "unfused", rounds=2, bound=0.7)


@pytest.mark.skipif(not bfloat16_is_faster(), reason="the processor has no units for bfloat16")
@pytest.mark.parametrize(("decoder", "method"), [("linear", "lora"), ("detail", "full")])
def test_training_in_bfloat16_against_float32(decoder, method, alternately, workload):
    alternately.compare(
        own_steps(
            workload,
            model=tuned_model(workload, decoder=decoder, method=method),
            precision="bfloat16",
        ),
        own_steps(
            workload,
            model=tuned_model(workload, decoder=decoder, method=method),
            precision="float32",
        ),
        reference_name="float32",
        ratio_name="float32_over_bfloat16",
    )


@pytest.mark.parametrize("decoder", ["linear", "pup"])
def test_epoch_on_kept_features(decoder, alternately, workload):
    """The bound on the gain is set by what the decoder costs itself."""
    model = tuned_model(workload, decoder=decoder, method="frozen")
    with closing(FeatureStore(2**30, lambda _: None)) as store:
        ratio = alternately.compare(
            own_steps(workload, model=model, network=CachedSegmenter(model, store)),
            own_steps(workload, model=model),
            reference_name="not_kept",
            ratio_name="not_kept_over_kept",
        )
    alternately.note(gain=round(ratio, 2), aim=5)


@pytest.fixture
def compare_apart(benchmark):
    """Return what compares time and peak memory with a variant, each in its own process."""

    def compare(workload, reference, *, rounds, bound):
        costs = {"own": [], reference: []}

        def measure():
            for variant, measured in costs.items():
                measured.append(run_apart(variant, workload))

        benchmark.pedantic(measure, rounds=rounds)
        step_s, start_mb, peak_mb = (
            {
                variant: statistics.median(getattr(cost, name) for cost in measured)
                for variant, measured in costs.items()
            }
            for name in ("step_s", "start_mb", "peak_mb")
        )
        benchmark.extra_info |= {
            **{f"{variant}_step_s": round(value, 3) for variant, value in step_s.items()},
            **{f"{variant}_start_mb": round(value, 1) for variant, value in start_mb.items()},
            **{f"{variant}_peak_mb": round(value, 1) for variant, value in peak_mb.items()},
            "time_ratio": round(step_s["own"] / step_s[reference], 4),
            "peak_memory_ratio": round(peak_mb["own"] / peak_mb[reference], 4),
            "bound": bound,
        }

    return compare
