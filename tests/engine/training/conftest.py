"""A small encoder with random weights, and images it can learn from."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
import torch
from PIL import Image

from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.data.folder_source import FolderSource
from engine.data.split_settings import SplitSettings
from engine.models import designs
from engine.models.designs import EncoderDesign
from engine.models.encoder import Encoder
from engine.models.spec import ModelSpec, TuningSpec
from engine.models.weight_store import WeightStore
from engine.models.weights import save_state
from engine.tasks.preset import LearningRateSettings
from engine.training.request import TrainingRequest
from engine.training.settings import TrainingSettings

SMALL = EncoderDesign("small14", "small", dim=24, depth=4, heads=3, scale=1.0)
CLASSES = ClassScheme(
    (SegmentationClass("rock", "#000000", background=True), SegmentationClass("body", "#ff0000"))
)
SETTINGS = TrainingSettings(
    size=(28, 28),
    batch=4,
    epochs=3,
    warmup_epochs=0.5,
    learning_rate=LearningRateSettings(1e-4, 1e-3, 3e-3),
    split=SplitSettings(validation=0.25),
)


@pytest.fixture(autouse=True)
def few_threads(one_thread):
    """Compute on one thread in all tests of this folder."""


@pytest.fixture
def small_design(monkeypatch):
    """Make the encoder ``small14`` known."""
    known = MappingProxyType({**designs.DESIGNS, SMALL.name: SMALL})
    monkeypatch.setattr(designs, "DESIGNS", known)
    return SMALL


@pytest.fixture
def weights(small_design, tmp_path):
    """A store that holds random weights of ``small14``."""
    store = WeightStore(tmp_path / "cache")
    torch.manual_seed(0)
    path = store.path(small_design.name)
    path.parent.mkdir(parents=True)
    save_state(path, Encoder(small_design).vit.state_dict())
    store.record(small_design.name, source="random")
    return store


@pytest.fixture
def source(tmp_path):
    """Twelve noisy images with a bright rectangle, and its mask of 0 and 255."""
    rng = np.random.default_rng(0)
    folders = FolderSource(tmp_path / "data" / "images", tmp_path / "data" / "masks")
    for folder in (folders.images, folders.masks):
        folder.mkdir(parents=True)
    for number in range(12):
        top, left = rng.integers(0, 14, 2)
        mask = np.zeros((28, 28), dtype=np.uint8)
        mask[top : top + 14, left : left + 12] = 255
        image = rng.integers(60, 120, (28, 28)) + mask // 3
        Image.fromarray(image.astype(np.uint8)).save(folders.images / f"{number}.png")
        Image.fromarray(mask).save(folders.masks / f"{number}.png")
    return folders


@pytest.fixture
def make_request(source, tmp_path):
    """Build a training request; keywords replace settings, tuning, decoder or out."""

    def make(tuning="frozen", decoder="pup", out="model", *, overwrite=False, **settings):
        options = {"width": 8} if decoder == "pup" else {}
        return TrainingRequest(
            task="salt",
            classes=CLASSES,
            source=source,
            spec=ModelSpec(SMALL.name, decoder, 2, TuningSpec(tuning, rank=4), options),
            settings=replace(SETTINGS, **settings),
            out=tmp_path / out,
            overwrite=overwrite,
        )

    return make
