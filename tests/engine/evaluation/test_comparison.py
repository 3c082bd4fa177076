"""Comparisons: what is done again, what a failure costs, and what tables say."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import DataError, JobCancelledError, ModelError, SettingsError
from engine.evaluation.comparison import FAILED, FINISHED, ComparisonSteps, Run, compare
from engine.evaluation.comparison_tables import comparison_tables
from engine.evaluation.published import published_results

_IDENTITY = {"task": "salt", "epochs": 3}


def _scores(mean_iou):
    values = {"mean_iou": mean_iou, "mean_accuracy": 0.9, "mean_iou_interval": [0.1, 0.9]}
    machine = {"device": "what scored"}
    samples = [{"name": "0", "use": "test", "mean_iou": mean_iou, "distance": None}]
    described = {"conditions": {"machine": machine}, "samples": samples}
    return {"per_sample": values, "global": values, **described}


class _Steps:
    """Notes what is asked of it; networks named `bad` fail, `late` fail when scored."""

    def __init__(self):
        self.trained, self.scored = [], []

    def train(self, run, job):
        self.trained.append(run.name)
        if run.network == "bad":
            raise ModelError("no weights", hint="Fetch them.")
        Path(run.bundle).mkdir(parents=True, exist_ok=True)
        return replace(run, seconds=1800.0, device="cpu (x86_64)")

    def evaluate(self, run, job):
        self.scored.append(run.name)
        if run.network == "late":
            raise RuntimeError("out of memory")
        if run.network == "stopped":
            raise JobCancelledError
        return replace(run, scores=_scores(0.5 + run.seed / 10), parameters={"decoder": (770, 770)})


@pytest.fixture
def runs(tmp_path):
    def make(*networks, seeds=(0,)):
        return [Run(n, s, str(tmp_path / f"{n}{s}")) for n in networks for s in seeds]

    return make


def _compare(tmp_path, runs, steps, identity=_IDENTITY):
    return compare(tmp_path / "out", identity, runs, ComparisonSteps(steps.train, steps.evaluate))


def test_a_finished_network_is_not_trained_again(tmp_path, runs):
    first, again = _Steps(), _Steps()
    before = _compare(tmp_path, runs("linear", seeds=(0, 1)), first)
    after = _compare(tmp_path, runs("linear", "pup", seeds=(0, 1)), again)
    assert first.trained == ["linear-seed0", "linear-seed1"]
    assert again.trained == ["pup-seed0", "pup-seed1"]
    assert [run.scores for run in after[:2]] == [run.scores for run in before]


def test_one_failure_does_not_stop_the_others(tmp_path, runs):
    steps = _Steps()
    done = _compare(tmp_path, runs("bad", "late", "pup"), steps)
    assert [run.status for run in done] == [FAILED, FAILED, FINISHED]
    assert done[0].reason == "no weights Fetch them."
    assert done[1].reason == "out of memory"


def test_what_failed_is_tried_again_and_what_was_trained_is_only_scored(tmp_path, runs):
    _compare(tmp_path, runs("bad"), _Steps())
    stopped = _Steps()
    with pytest.raises(JobCancelledError):
        _compare(tmp_path, runs("stopped"), stopped)
    again = _Steps()
    again_runs = runs("bad", "stopped")
    with pytest.raises(JobCancelledError):
        _compare(tmp_path, again_runs, again)
    assert again.trained == ["bad-seed0"]
    assert again.scored == ["stopped-seed0"]


def test_a_network_that_could_not_be_scored_is_not_trained_again(tmp_path, runs):
    _compare(tmp_path, runs("late"), _Steps())
    again = _Steps()
    (done,) = _compare(tmp_path, runs("late"), again)
    assert (again.trained, again.scored) == ([], ["late-seed0"])
    assert (done.status, done.reason) == (FAILED, "out of memory")


def test_a_model_that_was_removed_is_trained_again(tmp_path, runs):
    _compare(tmp_path, runs("pup"), _Steps())
    (tmp_path / "pup0").rmdir()
    again = _Steps()
    _compare(tmp_path, runs("pup"), again)
    assert again.trained == ["pup-seed0"]


def test_given_bundles_are_scored_and_never_trained(tmp_path):
    (tmp_path / "mine").mkdir()
    steps = _Steps()
    done = _compare(tmp_path, [Run("mine", 0, str(tmp_path / "mine"), given=True)], steps)
    assert steps.trained == []
    assert done[0].status == FINISHED


def test_a_given_bundle_has_a_result_for_each_seed(tmp_path):
    (tmp_path / "mine").mkdir()
    planned = [Run("mine", seed, str(tmp_path / "mine"), given=True) for seed in (0, 1)]
    _compare(tmp_path, planned, _Steps())
    files = sorted(path.stem for path in (tmp_path / "out" / "runs").iterdir())
    assert files == ["mine-given-seed0", "mine-given-seed1"]


def test_a_network_that_has_seen_test_samples_is_marked_in_the_table(tmp_path, runs):
    done = _compare(tmp_path, runs("pup", "mla", seeds=(0, 1)), _Steps())
    sample = {**done[1].scores["samples"][0], "use": "trained on"}
    done = [done[0], replace(done[1], scores={**done[1].scores, "samples": [sample]}), *done[2:]]
    table = comparison_tables(done, "salt", published_results())[0]
    states = {row[0]: row[table.header.index("runs")] for row in table.rows}
    assert states == {"pup": "2, 1 with samples seen in training", "mla": "2"}


def test_a_folder_of_another_comparison_is_refused(tmp_path, runs):
    _compare(tmp_path, runs("pup"), _Steps())
    with pytest.raises(SettingsError, match="epochs is 4, was 3"):
        _compare(tmp_path, runs("pup"), _Steps(), {**_IDENTITY, "epochs": 4})


@pytest.mark.parametrize("text", ["{", "[]", '{"network": "pup"}'])
def test_a_damaged_result_is_named(tmp_path, runs, text):
    _compare(tmp_path, runs("pup"), _Steps())
    (tmp_path / "out" / "runs" / "pup-seed0.json").write_text(text)
    with pytest.raises(DataError, match=r"pup-seed0\.json"):
        _compare(tmp_path, runs("pup"), _Steps())


def test_tables_hold_means_over_seeds_beside_published_values(tmp_path, runs):
    done = _compare(tmp_path, runs("pup", "bad", seeds=(0, 1)), _Steps())
    scores, _, times, parameters = comparison_tables(done, "salt", published_results())
    pup = dict(zip(scores.header, scores.rows[0], strict=True))
    assert pup["mIoU per sample"] == pytest.approx(0.55)
    assert pup["std over seeds"] == pytest.approx(0.1 / 2**0.5)
    assert (pup["published mIoU"], pup["published mPA"]) == (0.8935, 0.9357)
    assert scores.rows[1][1:6] == (None,) * 5
    assert "failed" in scores.rows[1]
    assert times.rows[0] == ("pup", 0.5, "cpu (x86_64)", 1.40)
    assert parameters.rows[0][3:] == (770, 770, "0.92 M")
    scores.write(tmp_path)
    with (tmp_path / "S2.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["published mIoU"] == "0.8935"
    assert rows[1]["mIoU per sample"] == ""


def test_published_values_are_complete_and_those_of_the_paper():
    published = published_results()
    for table in ("mean_iou", "mean_accuracy", "hours"):
        for network in ("unet", "linear", "pup", "dpt", "mla"):
            for task in ("facies", "salt", "crater", "das", "fault"):
                assert published.value(table, network, task) > 0
    assert published.value("mean_iou", "mla", "fault") == 0.7613
    assert published.value("mean_accuracy", "unet", "crater") == 0.6265
    assert published.value("hours", "dpt", "crater") == 23.40
    assert published.value("mean_iou", "mine", "salt") is None
    assert "2408.12396" in published.source
