"""``outcrop evaluate`` on the data that a model was trained on."""

import json

import numpy as np
import pytest

from engine.cli.main import main
from engine.store.bundle import read_bundle
from tests.engine.cli.conftest import ENCODER

pytestmark = pytest.mark.usefixtures("one_thread", "encoder")


def _train(out, data, *more):
    words = ["train", "--task", "salt", "--out", str(out), *data, "--device", "cpu", "--seed", "0"]
    network = ["--encoder", ENCODER, "--decoder", "linear", "--tuning", "frozen"]
    assert main([*words, *network, "--size", "28", "--epochs", "1", "--batch", "4", *more]) == 0
    return read_bundle(out)


@pytest.fixture
def evaluated(capsys):
    """Scores as JSON."""

    def run(bundle, data, *more):
        capsys.readouterr()
        words = ["evaluate", "--model", str(bundle.path), *data, "--json", "--device", "cpu"]
        assert main([*words, *more]) == 0
        return json.loads(capsys.readouterr().out)

    return run


def test_each_part_of_the_training_data_can_be_scored_alone(raw_pairs, tmp_path, evaluated, capsys):
    data = raw_pairs(10)
    bundle = _train(tmp_path / "model", data, "--test", "0.3", "--validation", "0.2")
    record = bundle.training["data"]
    for part in ("training", "validation", "test"):
        scores = evaluated(bundle, data, "--part", part)
        assert [s["name"] for s in scores["samples"]] == record[f"{part}_names"]
        if part == "validation":
            kept = bundle.training["scores"]["validation"]
            for way in ("per_sample", "global"):
                assert scores[way]["mean_iou"] == pytest.approx(kept[way]["mean_iou"], abs=1e-3)
    mixed = evaluated(bundle, data)
    assert mixed["n_samples"] == 10
    assert mixed["seen_before"].startswith(
        "Of these 10 files, 5 were trained on and 2 selected the best epoch"
    )
    assert "--part test scores the 3 of the test part alone" in mixed["seen_before"]


def test_a_model_of_other_data_has_no_test_part_here(raw_pairs, tmp_path, capsys):
    data = raw_pairs(6)
    bundle = _train(tmp_path / "model", data)
    words = ["evaluate", "--model", str(bundle.path), *data, "--part", "test", "--device", "cpu"]
    assert main(words) == 1
    message, hint = capsys.readouterr().err.splitlines()[-2:]
    assert "none of the 6 samples is of the test part" in message
    assert "--test 0.2" in hint


@pytest.fixture
def published(tmp_path):
    """Facies laid out as published; the test part is louder than the training part."""
    rng = np.random.default_rng(0)
    for part, n, gain in (("train", 6, 1.0), ("valid", 2, 3.0)):
        images, masks = (tmp_path / "seismicFace" / part / name for name in ("input", "target"))
        images.mkdir(parents=True)
        masks.mkdir()
        for number in range(n):
            label = np.repeat(rng.permutation(6), 5)[:28, None] + np.zeros((28, 30))
            image = gain * (label + rng.normal(0, 0.5, label.shape))
            image.astype("<f4").tofile(images / f"{number}.dat")
            label.astype("i1").tofile(masks / f"{number}.dat")
    return ["--data", str(tmp_path), "--raw-size", "28x30"]


def test_published_data_are_scored_as_a_comparison_scores_its_test_part(
    published, tmp_path, evaluated
):
    words = ["compare", "--task", "facies", "--networks", "linear", "--encoder", ENCODER]
    words += [*published, "--out", str(tmp_path / "compared"), "--tuning", "frozen"]
    words += ["--size", "28", "--epochs", "1", "--batch", "4", "--device", "cpu"]
    assert main(words) == 0
    results = json.loads((tmp_path / "compared" / "results.json").read_text())
    compared = results["runs"][0]["scores"]
    bundle = read_bundle(tmp_path / "compared" / "models" / "linear-seed0")

    report = tmp_path / "report"
    scores = evaluated(bundle, published, "--report", str(report))
    assert "All 2 files are of the test part" in scores["seen_before"]
    for key in ("per_sample", "global", "confusion", "samples", "distance_unit"):
        assert scores[key] == compared[key]
    # Test slices 500 and 502; every other slice up to the last one trained on.
    last = max(2 * int(name) for name in bundle.training["data"]["training_names"])
    assert [sample["distance"] for sample in scores["samples"]] == [500 - last, 502 - last]
    assert (report / "distance.png").is_file()
    assert "2 files of valid/input" in (report / "report.html").read_text()
    assert evaluated(bundle, published, "--part", "test")["samples"] == scores["samples"]
