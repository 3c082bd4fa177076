"""The schedule against its definition."""

import math
from itertools import pairwise

import pytest
import torch

from engine.errors import SettingsError
from engine.training.schedule import LearningRates, Schedule


def test_the_warm_up_climbs_in_equal_steps_to_the_given_rate():
    schedule = Schedule(100, 10)
    assert [schedule.factor(i) for i in range(10)] == pytest.approx([k / 10 for k in range(1, 11)])


def test_the_peak_is_the_given_rate_and_nothing_exceeds_it():
    factors = [Schedule(100, 10).factor(i) for i in range(100)]
    assert max(factors) == 1.0
    assert factors[9] == factors[10] == 1.0
    assert all(a >= b for a, b in pairwise(factors[10:]))


def test_the_cosine_is_half_way_in_the_middle_and_ends_at_zero():
    schedule = Schedule(110, 10)
    assert schedule.factor(60) == pytest.approx(0.5)
    assert schedule.factor(35) == pytest.approx(0.5 * (1 + math.cos(math.pi / 4)))
    assert schedule.factor(110) == pytest.approx(0.0)


def test_without_warm_up_the_first_step_runs_at_the_full_rate():
    assert Schedule(5).factor(0) == 1.0


def test_a_constant_schedule_warms_up_alike_and_stays():
    cosine, constant = Schedule(100, 10), Schedule(100, 10, "constant")
    assert [constant.factor(i) for i in range(10)] == [cosine.factor(i) for i in range(10)]
    assert {constant.factor(i) for i in range(10, 101)} == {1.0}
    assert Schedule(5, 0, "constant").factor(4) == 1.0


def test_an_unknown_schedule_is_refused():
    with pytest.raises(SettingsError, match="'linear'") as caught:
        Schedule(5, 0, "linear")
    assert "cosine or constant" in caught.value.hint


def test_groups_keep_their_own_peaks():
    weights = [torch.nn.Parameter(torch.zeros(1)) for _ in range(2)]
    optimizer = torch.optim.AdamW(
        [{"params": [weights[0]], "lr": 1e-5}, {"params": [weights[1]], "lr": 1e-3}]
    )
    rates = LearningRates(optimizer, Schedule(10, 2))
    seen = []
    for step in range(10):
        rates.apply(step)
        seen.append([group["lr"] for group in optimizer.param_groups])
    assert seen[0] == pytest.approx([5e-6, 5e-4])
    assert seen[1] == pytest.approx([1e-5, 1e-3])
    assert max(rate for rate, _ in seen) == pytest.approx(1e-5)


@pytest.mark.parametrize(("steps", "warmup"), [(0, 0), (10, -1), (10, 11)])
def test_impossible_schedules_are_refused(steps, warmup):
    with pytest.raises(SettingsError):
        Schedule(steps, warmup)
