"""A synthetic volume and jobs that need no files and no torch."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np

from app.workers.exporting import Exported
from app.workers.segmenting import make_prediction
from app.workers.slices import SliceRequest, read_slice
from app.workers.work import Opened, Work
from engine.core.amplitudes import AmplitudeStatistics
from engine.core.axes import Axis
from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.core.levels import Levels
from engine.core.probabilities import ClassProbabilities
from engine.core.section import Plane, Section
from engine.core.survey import Survey
from engine.core.volume import plane_shape
from engine.errors import ReadError
from engine.jobs.context import NULL_JOB
from engine.session.model_info import ModelInfo
from engine.session.scores import ScoreTable
from tests.app.fake_features import FakeFeatures

CLASSES = ClassScheme(
    (
        SegmentationClass("no fault", "#888888", background=True),
        SegmentationClass("fault", "#ff2d2d"),
    )
)


CARD = """# {0}

Finds **faults**. [More](https://example.org/more), [file](other.md), ![picture](picture.png)
<b>not HTML</b>

| what | value |
|---|---|
| iou | 0.5 |
"""


class FakeVolume:
    """A volume of 30 inlines (100 to 158), 40 crosslines and 50 samples of 4 ms."""

    kind = "volume"
    path = Path("/survey/fake.sgy")
    directions = ("inline", "crossline", "twt")

    def __init__(self):
        self.axes = (
            Axis("inline", "1", 100.0, 2.0, 30),
            Axis("crossline", "1", 300.0, 1.0, 40),
            Axis("twt", "ms", 0.0, 4.0, 50),
        )
        self.survey = Survey((1000.0, 2000.0), (0.0, 12.5), (25.0, 0.0))
        self.data = np.random.default_rng(7).normal(size=(30, 40, 50)).astype(np.float32) * 100
        self.data[3, 5] = np.nan
        self.closed = threading.Event()
        self.gate = threading.Event()
        self.gate.set()
        self.read = []

    def axis_along(self, direction):
        return self.axes[self.directions.index(direction)]

    def section_shape(self, direction, index):
        return plane_shape(self.axes, direction)

    def section(self, direction, index):
        self.gate.wait(5)
        self.read.append((direction, index))
        axis = self.axis_along(direction)
        fixed = self.directions.index(direction)
        rows, cols = [a for a in self.axes if a.name != direction]
        data = np.ascontiguousarray(np.take(self.data, index, axis=fixed))
        if direction != "twt":
            data, rows, cols = np.ascontiguousarray(data.T), cols, rows
        return Section(data, rows, cols, Plane(direction, index, axis.value(index)))

    def statistics(self):
        return AmplitudeStatistics.from_samples(self.data)

    def describe(self):
        return {"title": "Fake", "geometry": {"iline": 189, "xline": 193}, "text": ["C 1 FAKE"]}

    def close(self):
        self.closed.set()


class FakeLine(FakeVolume):
    """A 2-D line of 60 traces and 50 samples."""

    kind = "line"
    directions = ("line",)

    def __init__(self):
        super().__init__()
        self.axes = (Axis("trace", "1", 1.0, 1.0, 60), Axis("twt", "ms", 0.0, 4.0, 50))
        self.survey = None
        self.data = np.random.default_rng(8).normal(size=(50, 60)).astype(np.float32)

    def axis_along(self, direction):
        return Axis("line", "1", 1.0, 1.0, 1)

    def section_shape(self, direction, index):
        return plane_shape(self.axes, direction)

    def section(self, direction, index):
        return Section(self.data, self.axes[1], self.axes[0], Plane("line", 0, 1.0))


def slice_of(volume, direction, index, limit=200.0):
    return read_slice(SliceRequest(1, volume, direction, index, Levels.symmetric(limit)), NULL_JOB)


def model_info(name="faults", **changes):
    values = {
        "name": name,
        "path": Path("/models") / name,
        "identity": name,
        "task": "fault",
        "encoder": "Fake encoder",
        "decoder": "LINEAR",
        "available": True,
        "classes": CLASSES,
        "pipeline": "p1",
        "task_title": "Faults",
        "facts": (("Task", "Faults"), ("Encoder", "Fake encoder"), ("Tuning", "LoRA, rank 4")),
        "scores": ScoreTable(("validation",), (("mIoU per sample", ("0.712",)),)),
    }
    return ModelInfo(**(values | changes))


class FakeWork(Work):
    """Opens `FakeVolume` for every path; its model calls what is above zero a fault."""

    def __init__(self):
        super().__init__()
        self.volumes = []
        self.segmented = []
        self.prepared = []
        self.cards = []
        self.gate = threading.Event()
        self.gate.set()
        self.models = (model_info(), model_info("other", classes=CLASSES))
        self.features = FakeFeatures()
        self.error = None

    def open_file(self, path, options, job):
        if "missing" in path.name:
            raise ReadError(path, "there is no such file", hint="Check the path.")
        volume = FakeLine() if "line" in path.name else FakeVolume()
        volume.path = path
        self.volumes.append(volume)
        return Opened(volume, volume.statistics(), volume.describe())

    def list_models(self, folders, job):
        self.folders = folders
        own = (model_info("own", path=folder) for folder in folders if folder.name == "own")
        return (*own, *self.models)

    def read_card(self, path, job):
        if self.error is not None:
            raise self.error
        self.cards.append(path)
        return CARD.format(path.name)

    def segment(self, request, job):
        while not self.gate.wait(0.005):
            job.check()
        job.check()
        if self.error is not None:
            raise self.error
        self.segmented.append(request.key)
        section = request.model_section()
        data = section.data
        fault = np.where(np.isnan(data), np.nan, (data > 0) * 0.8 + 0.1).astype(np.float32)
        probabilities = ClassProbabilities(np.stack([1 - fault, fault]), section.rows, section.cols)
        return make_prediction(
            request.key,
            CLASSES,
            probabilities,
            elapsed_s=0.25,
            device="cpu",
            window=request.window,
        )

    def prepare(self, model, device, job):
        self.prepared.append((model.name, device))

    def demo_survey(self, job):
        return Path("/cache/demo.sgy")


class ReadingWork(FakeWork):
    """Reads files; its models are fakes."""

    def open_file(self, path, options, job):
        return Work.open_file(self, path, options, job)

    def export(self, choice, job):
        self.choice = choice
        return Exported((choice.path,), ("3 found",), is_compared=False)
