"""The U-Net baseline from training to a written volume, as typed by a user."""

from __future__ import annotations

import json

import numpy as np
import pytest
import segyio
import torch

from engine.cli.main import main
from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.core.fingerprint import sha256_file
from engine.models.pretrained import start_model
from engine.models.spec import ModelSpec, TuningSpec
from engine.models.weight_store import WeightStore
from engine.preprocessing.pipeline import Pipeline
from engine.store.bundle import ENCODER, Bundle, read_bundle
from engine.store.bundle_store import BundleStore
from engine.store.loading import load_model
from engine.store.resuming import load_trainable
from engine.store.saving import save_model
from tests.synthetic import write_segy

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture
def folders(tmp_path):
    """Eight raw pairs of 28 x 28 samples; the label is where the image is bright."""
    rng = np.random.default_rng(0)
    images, masks = tmp_path / "input", tmp_path / "target"
    images.mkdir()
    masks.mkdir()
    for number in range(8):
        label = np.zeros((28, 28), dtype=np.int8)
        label[5:19, number : number + 14] = 1
        (label + rng.normal(0, 0.1, label.shape)).astype("<f4").tofile(images / f"{number}.dat")
        label.tofile(masks / f"{number}.dat")
    return ["--images", str(images), "--masks", str(masks), "--raw-size", "28x28"]


def train(folders, out, *options):
    run = ["--size", "28", "--epochs", "5", "--batch", "4", "--device", "cpu", "--seed", "3"]
    return main(["train", "--task", "salt", *folders, "--out", str(out), *run, *options])


def test_it_is_trained_evaluated_and_applied_without_any_weights(folders, tmp_path, capsys):
    out = tmp_path / "model"
    network = ["--encoder", "unet", "--decoder", "unet", "--tuning", "full"]
    assert train(folders, out, *network, "--lr-decoder", "0.003") == 0
    bundle = read_bundle(out)
    assert (bundle.spec.encoder, bundle.spec.decoder) == ("unet", "unet")
    assert bundle.spec.tuning.method == "full"
    assert (out / ENCODER).is_file()
    assert sum(p.numel() for p in load_model(bundle).parameters()) == 4_317_858
    (entry,) = (e for e in BundleStore([tmp_path]).list() if e.name == "model")
    assert entry.available
    assert all(entry.encoder != "unet" for entry in WeightStore().list())
    capsys.readouterr()

    assert main(["evaluate", "--model", str(out), *folders, "--json", "--device", "cpu"]) == 0
    scores = json.loads(capsys.readouterr().out)
    assert scores["global"]["mean_iou"] > 0.8

    write_segy(tmp_path / "in.sgy", n_samples=30, crosslines=tuple(range(7, 27)))
    predict = ["predict", str(tmp_path / "in.sgy"), "--model", str(out), "--device", "cpu"]
    assert main([*predict, "--out", str(tmp_path / "out.sgy")]) == 0
    with segyio.open(tmp_path / "out.sgy", ignore_geometry=True) as file:
        samples = file.trace.raw[:]
    assert samples.shape == (3 * 20, 30)
    assert set(np.unique(samples)) <= {0, 1}

    capsys.readouterr()
    assert main(["models", "describe", str(out), "--json"]) == 0
    parts = json.loads(capsys.readouterr().out)["parameters"]
    assert sum(part["trainable"] for part in parts) == 4_317_858


@pytest.mark.parametrize(
    ("network", "hint"),
    [
        (["--encoder", "unet", "--decoder", "pup"], "unet for both"),
        (["--encoder", "outcrop-vit-tiny14", "--decoder", "unet"], "unet for both"),
        (["--encoder", "unet", "--decoder", "unet", "--tuning", "lora"], "tuning full"),
    ],
)
def test_what_does_not_go_together_is_refused_before_training(
    folders, tmp_path, capsys, network, hint
):
    assert train(folders, tmp_path / "model", *network) == 1
    errors = capsys.readouterr().err
    assert hint in errors
    assert "Traceback" not in errors
    assert not (tmp_path / "model").exists()


@pytest.mark.parametrize("norm", ["batch", "group"])
def test_a_bundle_keeps_both_halves_whatever_their_normalisation(tmp_path, norm):
    torch.manual_seed(0)
    spec = ModelSpec("unet", "unet", 2, TuningSpec("full"), {"norm": norm})
    model, file = start_model(spec, WeightStore())
    x = torch.randn(2, 1, 35, 28).expand(-1, 3, -1, -1)
    with torch.no_grad():
        model(x)  # moves the running statistics
        expected = model.eval()(x)
    bundle = Bundle(
        path=tmp_path / "model",
        name="model",
        task="salt",
        spec=spec,
        classes=ClassScheme(
            (SegmentationClass("a", "#000000", background=True), SegmentationClass("b", "#ff0000"))
        ),
        pipeline=Pipeline(),
        encoder_sha256=file.sha256,
        image_size=(28, 28),
    )
    saved = save_model(bundle, model)
    assert saved.encoder_sha256 == sha256_file(tmp_path / "model" / ENCODER)
    with torch.no_grad():
        assert torch.equal(load_model(read_bundle(tmp_path / "model"))(x), expected)
        assert torch.equal(load_trainable(read_bundle(tmp_path / "model")).eval()(x), expected)
