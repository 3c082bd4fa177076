"""What is told of a bundle."""

import dataclasses

import pytest

from app.workers.model_facts import facts, scores, task_title, tuning_text
from app.workers.model_listing import list_models, read_card
from engine.errors import ModelError
from engine.models.spec import TuningSpec
from engine.session.scores import ScoreTable
from engine.store.bundle import CARD, MODEL
from engine.store.bundle_store import STARTER
from tests.bundles import write_bundle

TRAINED = {
    "data": {"images": "salt/images", "samples": 2500, "training_samples": 2000},
    "fit": "crop",
    "scores": {
        "validation": {
            "per_sample": {"mean_iou": 0.86312, "class_iou": {"rock": 0.9}, "n_samples": 250},
            "global": {"mean_iou": 0.8842},
        },
        "test": {"per_sample": {"mean_iou": None}, "global": {"mean_iou": 0.8721}},
    },
}


@pytest.fixture
def bundle(tmp_path):
    return write_bundle(tmp_path / "mine", method="lora", decoder="pup")


@pytest.mark.parametrize(
    ("tuning", "text"),
    [
        (TuningSpec(), "encoder frozen"),
        (TuningSpec("full"), "all weights trained"),
        (TuningSpec("norms"), "biases and norms"),
        (TuningSpec("adapter", rank=32), "bottleneck adapters, width 32"),
        (TuningSpec("lora", rank=8, alpha=1.0), "LoRA, rank 8, alpha 1, attention"),
        (
            TuningSpec("lora", 16, 32.0, "attention+mlp", dora=True, rslora=True),
            "LoRA, rank 16, alpha 32, attention + MLP, DoRA, rsLoRA",
        ),
    ],
)
def test_a_tuning_is_told_with_the_numbers_that_matter_to_it(tuning, text):
    assert tuning_text(tuning) == text


def test_a_trained_bundle_is_described(bundle):
    trained = dataclasses.replace(bundle, training=TRAINED)
    told = dict(facts(trained))
    assert told["Task"] == "Seismic faults"
    assert told["Encoder"] == "Outcrop ViT-Ti/14, not DINOv2"
    assert told["Decoder"] == "PUP"
    assert told["Tuning"] == "LoRA, rank 4, alpha 4, attention"
    assert told["Input"] == "56 × 56 samples, crops of larger images"
    assert told["Trained on"] == "2,000 samples of salt/images"
    assert told["Trained"].startswith(bundle.created[:10])
    assert " M, " in told["Parameters"]


def test_scores_of_training_are_the_means_by_sample_and_global(bundle):
    assert scores(dataclasses.replace(bundle, training=TRAINED)) == ScoreTable(
        ("validation", "test"),
        (("mIoU per sample", ("0.863", "–")), ("mIoU global", ("0.884", "0.872"))),
    )


@pytest.mark.parametrize(
    "stored", [None, [], "high", {"validation": None}, {"a": {"b": "c", "d": True}}, {"a": {}}]
)
def test_scores_of_any_other_form_are_passed_over(bundle, stored):
    strange = dataclasses.replace(bundle, training={"scores": stored, "data": 3, "fit": 4})
    assert scores(strange) == ScoreTable()
    assert dict(facts(strange))["Input"] == "56 × 56 samples"


def test_the_starter_is_described_with_the_scores_of_its_card():
    starter = next(m for m in list_models() if m.name == STARTER)
    assert starter.shipped
    assert starter.scores.parts
    assert "synthetic" in dict(starter.facts)["Trained on"]
    card = read_card(starter.path)
    numbers = [value for _, values in starter.scores.rows for value in values]
    assert numbers
    assert all(value in card for value in numbers)


def test_an_unknown_task_keeps_its_name():
    assert task_title("karst") == "karst"


def test_the_default_comes_first_of_those_that_come_with_outcrop(tmp_path, bundle):
    listed = list_models(None, (tmp_path,))
    assert [m.name for m in listed[:2]] == ["mine", STARTER]


def test_a_bundle_without_a_card_gets_one(bundle):
    (bundle.path / CARD).unlink()
    assert read_card(bundle.path).startswith("# mine")


def test_a_card_that_is_too_long_is_cut(bundle):
    (bundle.path / CARD).write_text("word " * 200_000)
    text = read_card(bundle.path)
    assert len(text) < 300_000
    assert text.endswith("The rest is in the file.\n")


def test_a_bundle_that_cannot_be_read_tells_what_to_do(tmp_path, bundle):
    (bundle.path / MODEL).write_text("{")
    (bundle.path / CARD).unlink()
    damaged = list_models(bundle.path)[0]
    assert not damaged.available
    assert "train the model anew" in damaged.reason
    with pytest.raises(ModelError):
        read_card(bundle.path)
