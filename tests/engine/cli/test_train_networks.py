"""Which network ``outcrop train`` builds from what was typed."""

from __future__ import annotations

import numpy as np
import pytest

from engine.cli.main import main
from engine.store.bundle import read_bundle

_TINY = "outcrop-vit-tiny14"


pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture
def train(tmp_path):
    """Train for an epoch on three small pairs; gives the exit code."""
    rng = np.random.default_rng(0)
    for name in ("images", "masks"):
        (tmp_path / name).mkdir()
    for number in range(3):
        labels = (rng.random((28, 28)) > 0.5).astype(np.uint8)
        np.save(tmp_path / "images" / f"{number}.npy", labels + rng.normal(size=labels.shape))
        np.save(tmp_path / "masks" / f"{number}.npy", labels)

    def run(*words, size="28", batch="2"):
        folders = ["--images", tmp_path / "images", "--masks", tmp_path / "masks"]
        words = [*folders, "--out", tmp_path / "model", "--size", size, "--batch", batch, *words]
        words += ["--epochs", "1", "--device", "cpu"]
        words += [] if "--from" in words else ["--task", "salt"]
        return main(["train", *map(str, words)])

    return run


def _refused(capsys, code):
    assert code == 1
    *_news, message, hint = capsys.readouterr().err.splitlines()
    assert message.startswith("outcrop: ")
    return message, hint


@pytest.mark.parametrize(
    "named",
    [["--encoder", "unet"], ["--decoder", "unet"], ["--encoder", "unet", "--decoder", "unet"]],
)
def test_either_half_of_the_u_net_brings_the_other_and_all_of_it_is_tuned(
    train, tmp_path, capsys, named
):
    assert train(*named) == 0
    spec = read_bundle(tmp_path / "model").spec
    assert (spec.encoder, spec.decoder, spec.tuning.method) == ("unet", "unet", "full")
    assert "weights of" not in capsys.readouterr().err


def test_another_tuning_of_the_u_net_is_refused_if_asked_for(train, capsys):
    message, hint = _refused(capsys, train("--decoder", "unet", "--tuning", "lora"))
    assert "its tuning cannot be lora" in message
    assert "full" in hint


@pytest.mark.parametrize(("norm", "stored"), [("group", {"norm": "group"}), ("batch", {})])
def test_the_normalisation_is_chosen_and_stored_where_it_is_not_the_default(
    train, tmp_path, capsys, norm, stored
):
    assert train("--encoder", "unet", "--norm", norm) == 0
    bundle = read_bundle(tmp_path / "model")
    assert bundle.spec.decoder_options == stored
    capsys.readouterr()
    assert main(["models", "describe", str(bundle.path)]) == 0
    assert (norm == "group") == ("unet (norm group)" in capsys.readouterr().out)
    assert (norm == "group") == ('{"norm": "group"}' in (bundle.path / "README.md").read_text())


def test_a_decoder_without_normalisation_is_named(train, capsys):
    message, hint = _refused(capsys, train("--decoder", "linear", "--norm", "group"))
    assert message == "outcrop: the decoder linear has no normalisation"
    assert hint == "Leave --norm out."


@pytest.mark.parametrize(
    ("network", "size"),
    [(["--encoder", "unet"], "28"), (["--encoder", _TINY, "--decoder", "pup"], "14")],
)
def test_one_map_of_one_pixel_cannot_be_normalised_by_batch_but_by_group(
    train, capsys, network, size
):
    message, hint = _refused(capsys, train(*network, size=size, batch="1"))
    assert "a batch of one map of 1 x 1" in message
    assert "--norm group" in hint
    assert "--batch" in hint
    assert train(*network, "--norm", "group", size=size, batch="1") == 0


def test_a_model_goes_on_learning_with_its_network_task_and_classes(train, tmp_path, capsys):
    assert train("--decoder", "linear", "--tuning", "lora", "--encoder", _TINY) == 0
    (tmp_path / "model").rename(tmp_path / "first")

    assert train("--from", tmp_path / "first") == 0

    first, second = read_bundle(tmp_path / "first"), read_bundle(tmp_path / "model")
    assert (second.spec, second.task, second.classes) == (first.spec, first.task, first.classes)
    assert second.training["start"]["sha256"].keys() == set(first.files)
    assert "are now called" not in capsys.readouterr().err
    assert main(["models", "describe", str(tmp_path / "model")]) == 0
    assert ["started", "from", first.name] in [
        line.split() for line in capsys.readouterr().out.splitlines()
    ]


def test_another_task_or_other_names_of_classes_are_taken_only_if_named(train, capsys):
    start = ["--from", "faults-starter"]
    message, hint = _refused(capsys, train(*start, "--task", "salt"))
    assert "faults-starter was trained for fault and its classes" in message
    assert "--classes" in hint
    assert train(*start, "--task", "salt", "--classes", "rock,salt") == 0
    told = " ".join(capsys.readouterr().err.split())
    assert "of faults-starter are now called rock, salt" in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--tuning", "full", "--rank", "4"], "the tuning full makes no use of --rank"),
        (["--tuning", "norms", "--no-dora"], "the tuning norms makes no use of --dora"),
        (
            ["--tuning", "adapter", "--rank", "4", "--alpha", "2", "--targets", "attention"],
            "the tuning adapter makes no use of --alpha, --targets",
        ),
        (["--encoder", "unet", "--rslora"], "the tuning full makes no use of --rslora"),
        (["--from", ""], "--from names no model"),
    ],
)
def test_options_that_would_do_nothing_are_refused(train, capsys, words, told):
    message, hint = _refused(capsys, train(*words))
    assert message == f"outcrop: {told}"
    assert hint


def test_a_starter_is_tuned_as_its_task_has_it(train, tmp_path):
    assert train("--from", "faults-starter", "--tuning", "norms") == 0
    assert read_bundle(tmp_path / "model").spec.tuning.method == "norms"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--from", "faults-starter", "--decoder", "mla"], "decoder mla instead of pup"),
        (["--from", "faults-starter", "--classes", "a,b,c"], "n classes 3 instead of 2"),
        (["--from", "no-such-model"], "there is no model 'no-such-model'"),
    ],
)
def test_a_model_that_cannot_be_started_from_is_named(train, capsys, words, told):
    message, hint = _refused(capsys, train(*words))
    assert told in message
    assert hint
