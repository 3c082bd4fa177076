"""The starter as it ships: written whole, and read by the same code as any bundle."""

from importlib import resources
from pathlib import Path

import pytest
import torch

from engine.inference.prediction import STARTER, load_predictor
from engine.models.segmenter import build
from engine.models.weight_store import WeightStore
from engine.store.bundle import read_bundle
from engine.store.loading import load_model
from engine.training.starter.fault_scores import fault_scores
from engine.training.starter.models import NAME, StarterFacts, write_models
from engine.training.starter.network import SPEC
from engine.training.starter.sections import held_out_sections

FACTS = StarterFacts(
    minutes=2.0, seed=9, n_sections=77, scores={"none": {"iou": 0.25, "average_precision": 0.5}}
)
SHIPPED = Path(str(resources.files("resources"))) / "models"


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    return build(SPEC).eval()


def test_what_is_written_loads_and_computes_the_same_but_for_rounding(
    network, tmp_path, monkeypatch
):
    bundle = write_models(network, tmp_path, FACTS)
    store = WeightStore()
    monkeypatch.setattr(store, "_bundled", tmp_path)
    loaded = load_model(read_bundle(bundle.path), store)

    x = torch.randn(1, 3, 56, 56, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        expected, found = network(x), loaded(x)
    assert torch.allclose(found, expected, atol=0.02 * float(expected.abs().max()))


def test_the_cards_say_what_it_is(network, tmp_path):
    bundle = write_models(network, tmp_path, FACTS)

    card = (bundle.path / "README.md").read_text(encoding="utf-8")
    assert "not DINOv2" in card
    assert "synthetic sections only" in card
    assert "--minutes 2 --seed 9" in card
    assert "| none | 0.250 | 0.500 |" in card
    assert "not DINOv2" in (tmp_path / SPEC.encoder / "README.md").read_text(encoding="utf-8")


def test_the_bundle_keeps_the_facts(network, tmp_path):
    bundle = write_models(network, tmp_path, FACTS)

    training = read_bundle(bundle.path).training
    assert training["n_sections"] == 77
    assert training["scores"]["none"]["iou"] == 0.25
    assert training["versions"]["torch"]


def test_the_shipped_models_are_small():
    assert NAME == STARTER
    files = [path for path in SHIPPED.rglob("*") if path.is_file()]
    assert 0 < sum(path.stat().st_size for path in files) <= 15_000_000


def test_the_shipped_starter_finds_synthetic_faults_it_has_not_seen():
    predictor = load_predictor(NAME, "cpu")
    pairs = []
    for image, label in held_out_sections(12):
        with torch.inference_mode():
            logits = predictor.model(image.expand(-1, 3, -1, -1))
        pairs.append((logits.softmax(dim=1)[0, 1].numpy(), label))

    scores = fault_scores(pairs)
    assert scores["average_precision"] > 15 * scores["fault_share"]
    assert scores["f1_3px"] > 0.6
