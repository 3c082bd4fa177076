"""Training from the command line on a labelled volume and on the published tree."""

import signal

import numpy as np
import pytest

from engine.cli.main import main
from engine.store.bundle import read_bundle
from engine.synthetic.survey import synthetic_survey, write_demo_survey

_QUICK = ["--encoder", "outcrop-vit-tiny14", "--decoder", "linear", "--tuning", "frozen"]
_QUICK += ["--epochs", "1", "--size", "28", "--batch", "4", "--device", "cpu"]


@pytest.fixture
def volume(tmp_path):
    shape = (16, 32, 32)
    write_demo_survey(tmp_path / "volume.sgy", seed=0, shape=shape)
    np.save(tmp_path / "labels.npy", synthetic_survey(0, shape)[1].astype(np.int8))
    return ["--volume", str(tmp_path / "volume.sgy"), "--labels", str(tmp_path / "labels.npy")]


def test_sections_of_a_volume_are_trained_on_with_classes_of_ones_own(tmp_path, volume, capsys):
    out = tmp_path / "model"
    split = ["--split-by", "position", "--buffer", "2", "--test", "0.2"]
    split += ["--validation", "0.3"]
    words = ["train", "--task", "own", "--classes", "none,fault:#ff0000", "--out", str(out)]
    assert main([*words, *volume, *split, *_QUICK]) == 0
    printed = capsys.readouterr().out
    assert "validation mIoU 0." in printed
    assert f"outcrop FILE --model {out}\n" in printed
    assert f"outcrop predict FILE --model {out} --out OUT.sgy\n" in printed
    assert f"outcrop evaluate --model {out} --volume FILE --labels FILE\n" in printed
    bundle = read_bundle(out)
    assert bundle.classes.names == ("none", "fault")
    data = bundle.training["data"]
    assert data["test_names"] == ["inline 1014", "inline 1015", "inline 1016"]
    assert data["dropped_samples"] == 4
    assert min(data["test_distances_slices"]) > 2


@pytest.fixture
def published(tmp_path):
    """Six samples to train on and two to score, as the published data lie."""
    rng = np.random.default_rng(0)
    for part, n in (("train", 6), ("valid", 2)):
        for name, kind in (("input", "<f4"), ("target", "i1")):
            folder = tmp_path / "data" / "das" / part / name
            folder.mkdir(parents=True)
            for number in range(n):
                rng.integers(0, 2, (28, 30)).astype(kind).tofile(folder / f"{number}.dat")
    return tmp_path / "data"


def test_published_data_that_moved_are_found_again(published, tmp_path, capsys, monkeypatch):
    out = tmp_path / "model"
    words = ["train", "--task", "das", "--data", str(published), "--raw-size", "28x30"]
    with monkeypatch.context() as patch:
        patch.setattr(
            "engine.cli.train._show_epoch", lambda _record: signal.raise_signal(signal.SIGINT)
        )
        assert main([*words, "--out", str(out), *_QUICK, "--epochs", "2"]) == 130
    moved = published.rename(tmp_path / "elsewhere")
    assert main(["train", "--resume", str(out), "--device", "cpu"]) == 1
    assert "add --data with the new place" in " ".join(capsys.readouterr().err.split())
    masks = ["--masks", str(moved / "das" / "train" / "target")]
    assert main(["train", "--resume", str(out), "--data", str(moved), *masks]) == 1
    assert "Give --data alone" in " ".join(capsys.readouterr().err.split())
    assert main(["train", "--resume", str(out), "--data", str(moved), "--device", "cpu"]) == 0
    assert len(read_bundle(out).training["history"]) == 2


def test_the_published_tree_is_trained_on_and_its_valid_part_is_the_test(
    published, tmp_path, capsys
):
    out = tmp_path / "model"
    words = ["train", "--task", "das", "--data", str(published), "--raw-size", "28x30"]
    assert main([*words, "--out", str(out), *_QUICK]) == 0
    printed = capsys.readouterr().out
    assert "outcrop predict" not in printed
    assert f"outcrop evaluate --model {out} --images DIR --masks DIR\n" in printed
    data = read_bundle(out).training["data"]
    assert data["test_names"] == ["test/0", "test/1"]
    assert len(data["training_names"] + data["validation_names"]) == 6


def test_a_class_that_no_mask_has_is_named_before_training(tmp_path, volume, capsys):
    words = ["train", "--task", "own", "--classes", "none,fault,salt", "--out", str(tmp_path / "m")]
    assert main([*words, *volume, *_QUICK]) == 0
    warning = "class salt is in no label: the model cannot learn it"
    assert warning in " ".join(capsys.readouterr().err.split())
    assert read_bundle(tmp_path / "m").training["notes"] == [warning]
    assert warning in (tmp_path / "m" / "README.md").read_text()
    assert main(["models", "describe", str(tmp_path / "m")]) == 0
    assert f"note of its training: {warning}" in capsys.readouterr().out


def test_a_volume_is_segmented_in_the_direction_that_the_model_was_trained_on(
    tmp_path, volume, capsys
):
    model, out = tmp_path / "m", tmp_path / "out.sgy"
    words = ["train", "--task", "fault", "--out", str(model), "--direction", "crossline"]
    assert main([*words, *volume, *_QUICK]) == 0
    predict = ["predict", volume[1], "--model", str(model), "--out", str(out), "--device", "cpu"]
    assert main(predict) == 0
    assert "32 crossline sections" in capsys.readouterr().out
    assert main([*predict, "--direction", "inline", "--overwrite"]) == 0
    assert "16 inline sections" in capsys.readouterr().out


def test_one_section_is_refused_with_a_hint(tmp_path, volume, capsys):
    words = ["train", "--task", "fault", "--out", str(tmp_path / "m"), "--limit", "1"]
    assert main([*words, *volume, *_QUICK]) == 1
    error = capsys.readouterr().err
    assert "1 sample cannot be split" in error
    assert "Give at least 2 samples." in error
    assert "training linear on" not in error
    assert not (tmp_path / "m").exists()
