"""Small stand-ins for models and surveys."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from engine.core.amplitudes import AmplitudeStatistics
from engine.core.axes import Axis
from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.core.section import Plane, Section
from engine.errors import WriteError
from engine.exporters.base import ExporterInfo, ExportReport
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


class ArrayVolume:
    """A 3-D survey in memory: 5 inlines, 30 crosslines, 40 samples."""

    kind = "volume"
    directions = ("inline", "crossline", "twt")
    survey = None

    def __init__(self, path, shape=(5, 30, 40), seed=3):
        self.path = path
        self.data = np.random.default_rng(seed).normal(3, 50, shape).astype(np.float32)
        self.axes = (
            Axis("inline", "1", 100, 2, shape[0]),
            Axis("crossline", "1", 7, 1, shape[1]),
            Axis("twt", "ms", 0, 4, shape[2]),
        )
        self.reads = 0

    def axis_along(self, direction):
        if direction not in self.directions:
            raise ValueError(f"no direction {direction!r} among {', '.join(self.directions)}")
        return self.axes[self.directions.index(direction)]

    def section(self, direction, index):
        self.reads += 1
        number = [axis.name for axis in self.axes].index(direction)
        data = self.data.take(index, axis=number)
        rows, cols = (axis for axis in self.axes if axis.name != direction)
        if direction != "twt":
            data, rows, cols = data.T, cols, rows
        bad = np.isinf(data)
        data = np.where(bad, np.float32(np.nan), data)
        plane = Plane(direction, index, self.axes[number].value(index))
        return Section(data, rows, cols, plane, bad_samples=int(bad.sum()))

    def statistics(self):
        return AmplitudeStatistics.from_samples(self.data)

    def describe(self):
        return {}

    def close(self):
        pass


class ArrayExporter:
    """Keeps what is written in memory and logs what is asked of it."""

    info = ExporterInfo("array", "Array", (".npy",))

    def __init__(self, fail_at=None):
        self.sections = {}
        self.log = []
        self.fail_at = fail_at

    def start(self, source, path, layers, *, job, **options):
        self.paths = (path,)
        self.layers = layers
        self.options = options
        return self

    def write(self, direction, index, data):
        if index == self.fail_at:
            raise WriteError(self.paths[0], "no space left on the disk")
        self.sections[direction, index] = data

    def commit(self, *, overwrite=True):
        self.log.append("commit")
        return ExportReport(self.paths, 0, 255.0, ("same geometry",))

    def abort(self):
        self.log.append("abort")


@pytest.fixture
def volume(tmp_path):
    return ArrayVolume(tmp_path / "in.sgy")


@pytest.fixture
def array_exporter():
    return ArrayExporter
