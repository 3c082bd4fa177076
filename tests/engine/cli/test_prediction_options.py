"""``--mirror`` and ``--smallest-region`` of the commands that segment."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from engine.cli.main import main
from engine.readers.detect import open_volume
from tests.bundles import write_bundle
from tests.records import write_prodml
from tests.synthetic import write_segy

pytestmark = pytest.mark.usefixtures("one_thread")

BOTH = ("--mirror", "--smallest-region", "9")


@pytest.fixture
def model(tmp_path):
    return write_bundle(tmp_path / "tiny").path


@pytest.fixture
def predict(tmp_path, model, capsys):
    """Run the command; return code, output, errors and the record's account of it."""
    write_segy(tmp_path / "in.sgy", n_samples=30, crosslines=tuple(range(7, 27)))

    def run(name, *options, source="in.sgy"):
        arguments = ["predict", tmp_path / source, "--model", model, "--out", tmp_path / name]
        code = main([*map(str, arguments), "--device", "cpu", *options])
        record = tmp_path / f"{name}.json"
        made = json.loads(record.read_text())["provenance"] if record.exists() else {}
        captured = capsys.readouterr()
        return code, captured.out, captured.err, made.get("prediction")

    return run


def test_the_record_of_an_export_says_what_was_done(predict, tmp_path):
    code, text, errors, made = predict("both.sgy", *BOTH)
    assert (code, errors) == (0, "")
    assert "averaged with the mirror image, regions below 9 samples filled" in text
    assert made == {"mirror": True, "smallest_region": 9}
    code, text, _, made = predict("plain.sgy")
    assert "Prediction" not in text
    assert made == {"mirror": False, "smallest_region": 0}
    both, plain = (open_volume(tmp_path / f"{name}.sgy") for name in ("both", "plain"))
    mask = both.section("inline", 1).data
    assert (mask != plain.section("inline", 1).data).any()
    for class_id in np.unique(mask):
        numbers, _ = ndimage.label(mask == class_id, np.ones((3, 3)))
        assert np.bincount(numbers.ravel())[1:].min() >= 9
    both.close()
    plain.close()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--probabilities", "--smallest-region", "9"), "no regions to fill"),
        (("--smallest-region", "-1"), "-1 samples are not between"),
        (("--smallest-region", "99999999999"), "99999999999 samples are not between"),
    ],
)
def test_what_cannot_be_done_is_refused_at_once(predict, tmp_path, options, words):
    code, _, errors, _ = predict("out.sgy", *options)
    assert code == 1
    assert words in errors
    assert not list(tmp_path.glob("out*"))


def test_probabilities_may_be_averaged(predict):
    code, _, errors, made = predict("out.sgy", "--probabilities", "--mirror")
    assert (code, errors) == (0, "")
    assert made["mirror"]


def test_a_record_is_mirrored_along_its_channels_and_keeps_its_own_limit(predict, tmp_path):
    data = np.random.default_rng(0).normal(0, 1, (120, 60)).astype(np.float32)
    write_prodml(tmp_path / "a.h5", data, rate_hz=500.0, spacing_m=4.0)
    code, _, errors, made = predict("events.csv", "--mirror", source="a.h5")
    assert (code, errors) == (0, "")
    assert made == {"mirror": True, "smallest_region": 0}
    code, _, errors, _ = predict("more.csv", *BOTH, source="a.h5")
    assert code == 1
    assert "--least-samples" in errors


@pytest.fixture
def folders(tmp_path):
    rng = np.random.default_rng(0)
    for name in ("images", "masks"):
        (tmp_path / name).mkdir()
    for number in range(6):
        label = np.zeros((28, 28), dtype=np.uint8)
        label[5:15, number : number + 12] = 1
        noisy = label * 90 + rng.normal(100, 30, label.shape)
        Image.fromarray(noisy.astype(np.uint8)).save(tmp_path / "images" / f"{number}.png")
        Image.fromarray(label).save(tmp_path / "masks" / f"{number}.png")
    return ["--images", str(tmp_path / "images"), "--masks", str(tmp_path / "masks")]


def test_an_evaluation_says_what_was_done(folders, model, tmp_path, capsys):
    command = ["evaluate", "--model", str(model), *folders, "--device", "cpu"]
    assert main([*command, "--json"]) == 0
    plain = json.loads(capsys.readouterr().out)
    assert plain["conditions"]["prediction"] == {"mirror": False, "smallest_region": 0}
    report = tmp_path / "report"
    assert main([*command, *BOTH, "--report", str(report)]) == 0
    assert "averaged with the mirror image, regions below 9" in capsys.readouterr().out
    both = json.loads((report / "scores.json").read_text())
    assert both["conditions"]["prediction"] == {"mirror": True, "smallest_region": 9}
    assert both["confusion"] != plain["confusion"]
    page = (report / "report.html").read_text()
    assert "prediction: mirror" in page
    assert "prediction: smallest region" in page


def test_a_comparison_is_of_one_way_of_predicting(folders, model, tmp_path, capsys):
    split = ["--test", "0.34", "--validation", "0.17", "--networks", "none"]
    command = ["compare", "--task", "fault", *folders, *split, "--bundles", str(model)]
    command += ["--out", str(tmp_path / "out"), "--device", "cpu"]
    assert main([*command, *BOTH]) == 0, capsys.readouterr().err
    results = json.loads((tmp_path / "out" / "results.json").read_text())
    chosen = {"mirror": True, "smallest_region": 9}
    assert results["conditions"]["prediction"] == chosen
    assert results["runs"][0]["scores"]["conditions"]["prediction"] == chosen
    capsys.readouterr()
    assert main(command) == 1
    assert "comparison of another kind" in capsys.readouterr().err


def test_the_help_says_which_options_exclude_each_other(capsys):
    with pytest.raises(SystemExit):
        main(["predict", "--help"])
    text = " ".join(capsys.readouterr().out.split())
    assert "instead of the likeliest class; not with --smallest-region" in text
    assert "surrounds them most; not with --probabilities" in text
