"""A bundle with random weights, and a folder to score it on."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest
import torch
from PIL import Image

from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.data.folder_source import FolderSource
from engine.models import designs
from engine.models.designs import EncoderDesign
from engine.models.encoder import Encoder
from engine.models.pretrained import start_model
from engine.models.spec import ModelSpec
from engine.models.weight_store import WeightStore
from engine.models.weights import save_state
from engine.preprocessing.pipeline import Pipeline
from engine.store.bundle import Bundle
from engine.store.saving import save_model

SMALL = EncoderDesign("small14", "small", dim=24, depth=4, heads=3, scale=1.0)
CLASSES = (
    SegmentationClass("rock", "#000000", background=True),
    SegmentationClass("body", "#ff0000"),
    SegmentationClass("gas", "#00ff00"),
)


@pytest.fixture(autouse=True)
def few_threads(one_thread):
    """Compute on one thread in all tests of this folder."""


@pytest.fixture
def make_bundle(monkeypatch, tmp_path):
    """Bundles of frozen ``small14`` with a LINEAR decoder; the weights are in the user's store."""
    known = MappingProxyType({**designs.DESIGNS, SMALL.name: SMALL})
    monkeypatch.setattr(designs, "DESIGNS", known)
    torch.manual_seed(0)
    store = WeightStore()
    path = store.path(SMALL.name)
    path.parent.mkdir(parents=True)
    save_state(path, Encoder(SMALL).vit.state_dict())
    file = store.record(SMALL.name, source="random")

    def make(n_classes):
        spec = ModelSpec(SMALL.name, "linear", n_classes)
        model, _ = start_model(spec, store)
        values = Bundle(
            path=tmp_path / "model",
            name="model",
            task="salt",
            spec=spec,
            classes=ClassScheme(CLASSES[:n_classes]),
            pipeline=Pipeline(),
            encoder_sha256=file.sha256,
            image_size=(28, 28),
            training={"fit": "resize"},
        )
        return save_model(values, model)

    return make


@pytest.fixture
def bundle(make_bundle):
    """A bundle of two classes."""
    return make_bundle(2)


@pytest.fixture
def source(tmp_path):
    """Five images of two sizes; masks hold class ids, the last one nothing but 255."""
    rng = np.random.default_rng(0)
    folders = FolderSource(tmp_path / "images", tmp_path / "masks")
    for folder in (folders.images, folders.masks):
        Path(folder).mkdir()
    for number, shape in enumerate([(30, 41), (28, 28), (30, 41), (50, 33), (28, 28)]):
        image = rng.integers(0, 255, shape).astype(np.uint8)
        mask = (image > 100).astype(np.uint8)
        mask[:4] = 255
        if number == 4:
            mask[:] = 255
        Image.fromarray(image).save(folders.images / f"{number}.png")
        Image.fromarray(mask).save(folders.masks / f"{number}.png")
    return folders
