"""Small stand-ins for models and surveys."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from engine.core.amplitudes import AmplitudeStatistics
from engine.core.axes import Axis
from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.core.section import Section
from engine.inference.predictor import Predictor
from engine.preprocessing.pipeline import Pipeline


class SignModel(nn.Module):
    """Logits (-x, x) of the first channel: class 1 where the amplitude is above the mean."""

    def __init__(self, largest: int = 10**9, error: type[Exception] | str = "") -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.ones(1))
        self.largest = largest
        self.error = error
        self.sizes: list[tuple[int, ...]] = []

    def forward(self, x):
        self.sizes.append(tuple(x.shape))
        if x.shape[-1] * x.shape[-2] * x.shape[0] > self.largest:
            if isinstance(self.error, str):
                raise RuntimeError(self.error)
            raise self.error("no room")
        assert x.shape[1] == 3
        assert torch.isfinite(x).all()
        return torch.stack([-x[:, 0], x[:, 0]], dim=1) * self.gain


@pytest.fixture
def sign_model():
    return SignModel


@pytest.fixture
def classes():
    return ClassScheme((SegmentationClass("low", "#000000"), SegmentationClass("high", "#ff0000")))


@pytest.fixture
def make_predictor(classes):
    def make(model, **options):
        return Predictor(model, Pipeline(), classes, device="cpu", **options)

    return make


@pytest.fixture
def make_section():
    def make(rows, cols, seed=0):
        data = np.random.default_rng(seed).normal(3.0, 50.0, (rows, cols)).astype(np.float32)
        return Section(data, Axis("twt", "ms", 0, 4, rows), Axis("crossline", "1", 1, 1, cols))

    return make


@pytest.fixture
def statistics():
    samples = np.random.default_rng(1).normal(3.0, 50.0, 100_000)
    return AmplitudeStatistics.from_samples(samples)
