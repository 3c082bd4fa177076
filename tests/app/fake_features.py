"""Answers about features that need no torch."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np

from app.workers.feature_requests import Fitted
from app.workers.features import FeatureWork
from app.workers.segmenting import make_prediction
from engine.core.probabilities import ClassProbabilities
from engine.errors import ModelError
from engine.inference.suggestion import SliceFacts
from engine.session.predictions import FeaturePicture


class FakeFeatures(FeatureWork):
    """Its instant head says everywhere what was labelled last; alike is what is to the left."""

    def __init__(self):
        super().__init__(lambda *_: None)
        self.fits = []
        self.kept = []
        self.pictures = []
        self.looked = []
        self.compared = []
        self.gate = threading.Event()
        self.gate.set()
        self.error = None

    def _pass(self, job):
        while not self.gate.wait(0.005):
            job.check()
        job.check()
        if self.error is not None:
            raise self.error

    def fit(self, request, job):
        self._pass(job)
        self.fits.append(request)
        shown = request.shown
        section = shown.volume.section(shown.direction, shown.index)
        n_classes = len(request.classes)
        data = np.full((n_classes, *section.data.shape), 0.1 / (n_classes - 1), dtype=np.float32)
        data[len(self.fits) % n_classes] = 0.9
        prediction = make_prediction(
            replace(shown.key, model=request.identity, options=request.options),
            request.classes,
            ClassProbabilities(data, section.rows, section.cols),
            elapsed_s=0.1,
            device="cpu",
        )
        return Fitted(prediction, len(request.labels), 100, 0.1)

    def keep(self, shown, job):
        self._pass(job)
        if shown.volume.path.stem == "full":
            raise ModelError("no room")
        path = shown.model.path.with_name("instant-fake")
        self.kept.append(path)
        return path

    def similar(self, shown, places, job):
        self._pass(job)
        self.compared.append(places)
        rows, cols = shown.volume.section_shape(shown.direction, shown.index)
        return np.tile(np.linspace(255, 0, cols).astype(np.uint8), (rows, 1))

    def picture(self, shown, job):
        self._pass(job)
        self.pictures.append(shown.key)
        shape = shown.volume.section_shape(shown.direction, shown.index)
        red, blue = (np.zeros((*shape, 4), dtype=np.uint8) for _ in range(2))
        red[..., 0] = blue[..., 2] = red[..., 3] = blue[..., 3] = 255
        return FeaturePicture(shown.key, red, blue)

    def look(self, shown, job):
        self._pass(job)
        self.looked.append((shown.direction, shown.index))
        return SliceFacts(1.0 if shown.index <= 8 else 0.01, 1.0)
