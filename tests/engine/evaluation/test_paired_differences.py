"""Differences between networks: over the same samples, within a seed."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.evaluation.comparison import FAILED, FINISHED, Run
from engine.evaluation.comparison_tables import comparison_tables
from engine.evaluation.paired_differences import n_seen, paired_differences
from engine.evaluation.published import published_results
from engine.tasks.bootstrap import bootstrap_interval

_HARD_AND_EASY = {str(n): 0.3 + 0.05 * n for n in range(12)}


def _run(network, values, *, seed=0, uses=None, status=FINISHED):
    uses = uses or {}
    samples = [
        {"name": name, "mean_iou": value, "use": uses.get(name, "test")}
        for name, value in values.items()
    ]
    known = [value for value in values.values() if value is not None]
    means = {"mean_iou": float(np.mean(known)), "mean_accuracy": 0.5}
    scores = {"per_sample": means, "global": means, "samples": samples}
    scores["conditions"] = {"machine": {"device": "cpu"}}
    return Run(network, seed, network, status=status, scores=scores)


def _shifted(values, by, scatter=0.0):
    return {
        name: value + by + scatter * (-1) ** place
        for place, (name, value) in enumerate(values.items())
    }


def _unpaired(values):
    numbers = np.asarray(list(values.values()))
    return bootstrap_interval(len(numbers), lambda w: w @ numbers / w.sum(axis=1))


def test_pairs_show_a_difference_that_overlapping_intervals_hide():
    worse = _shifted(_HARD_AND_EASY, -0.02, 0.01)
    assert _unpaired(worse)[1] > _unpaired(_HARD_AND_EASY)[0]
    (found,) = paired_differences([_run("linear", worse), _run("pup", _HARD_AND_EASY)])
    assert (found.network, found.best) == ("linear", "pup")
    assert found.mean == pytest.approx(-0.02)
    # Differences are -0.01 and -0.03 in turn: the mean's deviation is 0.01 / sqrt(12).
    half = 1.96 * 0.01 / math.sqrt(12)
    assert found.interval == pytest.approx((-0.02 - half, -0.02 + half), abs=1e-3)
    assert (found.n_pairs, found.n_samples, found.n_resamples, found.seed) == (12, 12, 2000, 0)
    assert found.verdict == "lower than pup: 0 lies outside the interval"


def test_differences_in_either_direction_show_nothing():
    other = _shifted(_HARD_AND_EASY, -0.001, 0.05)
    (found,) = paired_differences([_run("pup", _HARD_AND_EASY), _run("mla", other)])
    assert found.interval[0] < 0 < found.interval[1]
    assert found.verdict.startswith("no difference shown")


def test_the_same_scores_are_no_difference():
    runs = [_run(name, _HARD_AND_EASY) for name in ("pup", "mla")]
    (found,) = paired_differences(runs)
    assert (found.best, found.mean, found.interval) == ("pup", 0.0, (0.0, 0.0))
    assert "no difference shown" in found.verdict


def test_pairs_are_of_one_seed_and_samples_are_drawn_with_all_of_them():
    low, high = {"a": 0.1, "b": 0.2, "c": 0.3}, {"a": 0.5, "b": 0.6, "d": 0.9}
    best = [_run("pup", _shifted(low, 0.04), seed=0), _run("pup", _shifted(high, 0.08), seed=1)]
    (found,) = paired_differences([*best, _run("mla", low, seed=0), _run("mla", high, seed=1)])
    assert (found.n_pairs, found.n_samples) == (6, 4)
    assert found.mean == pytest.approx(-0.06)
    # Nothing but c was drawn at best, nothing but d at worst.
    assert found.interval[0] >= -0.08 - 1e-12
    assert found.interval[1] <= -0.04 + 1e-12

    again = [_run("mla", low, seed=seed) for seed in (0, 1, 2)]
    same = [_run("pup", _shifted(low, 0.04, 0.03), seed=seed) for seed in (0, 1, 2)]
    (thrice,) = paired_differences([*again, *same])
    (once,) = paired_differences([again[0], same[0]])
    assert (once.n_pairs, thrice.n_pairs) == (3, 9)
    assert thrice.interval == pytest.approx(once.interval)


def test_samples_without_score_and_failed_runs_are_left_out():
    values = {"a": 0.4, "b": 0.6, "c": None}
    whole = {"a": 0.5, "b": 0.7, "c": 0.9}
    failed = _run("dpt", whole, status=FAILED)
    (found,) = paired_differences([_run("mla", values), _run("pup", whole), failed])
    assert (found.network, found.n_pairs) == ("mla", 2)
    assert found.mean == pytest.approx(-0.1)
    assert paired_differences([failed]) == ()


@pytest.mark.parametrize(("other", "n"), [({"z": 0.9}, 0), ({"a": 0.9, "z": 0.9}, 1)])
def test_too_few_samples_in_common_have_no_interval(other, n):
    (found,) = paired_differences([_run("mla", {"a": 0.4, "b": 0.6}), _run("pup", other)])
    assert (found.n_pairs, found.interval) == (n, None)
    assert (found.mean is None) == (n == 0)
    assert found.verdict == "too few samples in common"


def test_a_network_that_has_seen_samples_is_not_the_best_and_is_marked():
    seen = _run("mine", _shifted(_HARD_AND_EASY, 0.1), uses={"0": "trained on", "3": "selected on"})
    assert n_seen(seen) == 2
    (found,) = paired_differences([seen, _run("pup", _HARD_AND_EASY)])
    assert (found.network, found.best, found.n_seen) == ("mine", "pup", 2)
    assert found.verdict == (
        "higher than pup: 0 lies outside the interval; 2 pairs on samples seen in training"
    )


def test_the_table_states_what_the_intervals_rest_on():
    runs = [_run("linear", _shifted(_HARD_AND_EASY, -0.02)), _run("pup", _HARD_AND_EASY)]
    table = comparison_tables(runs, "salt", published_results())[1]
    row = dict(zip(table.header, table.text_rows()[0], strict=True))
    assert table.name == "S2-paired"
    assert row["mIoU difference"] == row["95 % from"] == row["to"] == "-0.0200"
    assert (row["pairs"], row["samples"]) == ("12", "12")
    assert (row["resamples"], row["seed of these"]) == ("2,000", "0")
    assert "0 lies outside" in row["in words"]
