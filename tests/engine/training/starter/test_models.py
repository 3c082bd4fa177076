"""The starters as they ship: written whole, and read by the same code as any bundle."""

from importlib import resources
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from engine.inference.prediction import load_predictor
from engine.models.weight_store import WeightStore
from engine.store.bundle import read_bundle
from engine.store.bundle_store import STARTER
from engine.store.loading import load_model
from engine.training.starter.facts import StarterFacts
from engine.training.starter.kinds import ENCODER, KINDS
from engine.training.starter.models import write_models
from engine.training.starter.network import StarterNetwork
from engine.training.starter.real_scores import real_scores
from engine.training.starter.run import StarterSettings
from engine.training.starter.samples import held_out_samples, start_images
from engine.training.starter.scores import sample_scores
from engine.training.starter.stored import load_stored

SCORES = {
    "mean_iou": 0.25,
    "mean_iou_of_one_class": 0.3,
    "overall_mean_iou": 0.5,
    "overall_mean_iou_of_one_class": 0.45,
    "overall_mean_accuracy": 0.75,
}
FACTS = StarterFacts(
    StarterSettings(minutes=2.0, seed=9),
    n_images=77,
    start={ENCODER: "0123456789abcdef"},
    scores={kind.task: {"none": SCORES} for kind in KINDS},
)
SHIPPED = Path(str(resources.files("resources"))) / "models"

# What a model that has learned reaches on held-out images, and chance does not.
LEARNED = {
    "fault": ("f1_3px", 0.6),
    "salt": ("mean_iou", 0.6),
    "crater": ("mean_iou", 0.6),
    "das": ("mean_iou", 0.6),
    "facies": ("overall_mean_iou", 0.3),
}


@pytest.fixture(scope="module")
def network():
    return StarterNetwork(start_images(0)[:2], seed=0).eval()


@pytest.fixture(scope="module")
def written(network, tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    return folder, write_models(network, folder, FACTS)


def test_there_is_a_bundle_for_each_kind(written):
    _, bundles = written
    assert [bundle.task for bundle in bundles] == [kind.task for kind in KINDS]
    assert all(
        len(bundle.classes) == kind.n_classes for bundle, kind in zip(bundles, KINDS, strict=True)
    )
    assert STARTER in [bundle.name for bundle in bundles]


def test_what_is_written_loads_and_computes_the_same_but_for_rounding(
    network, written, monkeypatch
):
    folder, bundles = written
    store = WeightStore()
    monkeypatch.setattr(store, "_bundled", folder)
    x = torch.randn(1, 3, 56, 56, generator=torch.Generator().manual_seed(1))
    for kind, bundle in zip(KINDS, bundles, strict=True):
        loaded = load_model(read_bundle(bundle.path), store)
        with torch.no_grad():
            expected, found = network.segmenter(kind).eval()(x), loaded(x)
        assert torch.allclose(found, expected, atol=0.02 * float(expected.abs().max())), kind.task


def test_the_cards_say_what_it_is(written):
    folder, bundles = written
    for bundle in bundles:
        card = (bundle.path / "README.md").read_text(encoding="utf-8")
        assert "not DINOv2" in card
        assert "on synthetic images only" in card
        assert "--minutes 2 --seed 9" in card
        assert "`outcrop-vit-tiny14` (SHA-256 0123456789ab)" in card
        assert "| none | 0.250 | 0.300 | 0.500 | 0.450 | 0.750 |" in card
    assert "not DINOv2" in (folder / ENCODER / "README.md").read_text(encoding="utf-8")


def test_the_bundles_keep_the_facts(written):
    _, bundles = written
    for bundle in bundles:
        training = read_bundle(bundle.path).training
        assert training["n_images"] == 77
        assert training["scores"]["none"] == SCORES
        assert training["versions"]["torch"]


def test_a_run_can_start_from_what_is_written(network, written):
    folder, bundles = written
    other = StarterNetwork(start_images(0)[:2], seed=1).eval()

    hashes = load_stored(other, folder)

    assert set(hashes) == {ENCODER, *(bundle.name for bundle in bundles)}
    for name, value in network.encoder.state_dict().items():
        assert torch.allclose(other.encoder.state_dict()[name], value, atol=2e-3), name
    x = torch.randn(1, 3, 56, 56, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        expected, found = network.segmenter(KINDS[0])(x), other.segmenter(KINDS[0])(x)
    assert torch.allclose(found, expected, atol=0.02 * float(expected.abs().max()))


def test_recorded_images_are_scored_against_their_masks(network, tmp_path):
    (tmp_path / "images").mkdir()
    (tmp_path / "masks").mkdir()
    rng = np.random.default_rng(0)
    for name in "ab":
        Image.fromarray(rng.integers(0, 255, (64, 50), np.uint8)).save(
            tmp_path / "images" / f"{name}.png"
        )
        mask = np.zeros((64, 50), np.uint8)
        mask[:32] = 255
        Image.fromarray(mask).save(tmp_path / "masks" / f"{name}.png")

    count, scores = real_scores(KINDS[1], network.segmenter(KINDS[1]).eval(), tmp_path)

    assert count == 2
    assert set(scores) == set(SCORES)
    assert 0 <= scores["mean_iou"] <= 1


def test_the_shipped_models_are_small():
    files = [path for path in SHIPPED.rglob("*") if path.is_file()]
    assert 0 < sum(path.stat().st_size for path in files) <= 25_000_000


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.task)
def test_the_shipped_starters_know_synthetic_images_they_have_not_seen(kind):
    predictor = load_predictor(kind.bundle, "cpu")
    pairs = []
    for image, label in held_out_samples(kind, 12):
        with torch.inference_mode():
            logits = predictor.model(image.expand(-1, 3, -1, -1))
        pairs.append((logits.softmax(dim=1)[0].numpy(), label))

    name, least = LEARNED[kind.task]
    assert sample_scores(kind, pairs)[name] > least
