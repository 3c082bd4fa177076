"""The parts of a run that follow from its request: network, batches, validation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from engine.data.batches import BatchSettings, TrainingBatches
from engine.data.fitting import choose_fit, training_zoom
from engine.data.sources import LabelledSource
from engine.data.splits import Split
from engine.jobs.context import JobContext
from engine.models.designs import PATCH
from engine.preprocessing.pipeline import Pipeline
from engine.tasks.metrics import SegmentationMetrics
from engine.tasks.segmentation import (
    InputSettings,
    ScoringRequest,
    class_probabilities,
    score_model,
)
from engine.training.feature_cache import CachedSegmenter, FeatureStore, reason_not_to_cache
from engine.training.request import TrainingRequest
from engine.training.start import Start


class RunParts:
    """What a run computes with.

    Parameters
    ----------
    request : TrainingRequest
        What is trained.
    source : LabelledSource
        The samples, opened.
    split : Split
        Their parts.
    start : Start
        The network before its first step; moved to the device.
    device : torch.device
        Where to compute.

    Attributes
    ----------
    model : Segmenter
        The network.
    fit : Fit
        How samples are brought to the size of the network's input.
    pipeline : Pipeline
        How amplitudes are prepared, here and whenever the model is used: by the
        statistics of the whole source, see `engine.data.folder.scan_folder`. Nothing
        else of the test part of the split enters a run.
    """

    def __init__(
        self,
        request: TrainingRequest,
        source: LabelledSource,
        split: Split,
        start: Start,
        device: torch.device,
    ) -> None:
        settings = request.settings
        self._request = request
        self._source = source
        self._split = split
        self._device = device
        self.model = start.model.to(device)
        self.fit = choose_fit(settings.fit, source.shapes, settings.size, patch=PATCH)
        self.pipeline = Pipeline(
            fitted=source.statistics, zoom=training_zoom(self.fit, source.shapes, settings.size)
        )
        self._normaliser = self.pipeline.normaliser(source.statistics)
        self._input = InputSettings(settings.size, self.fit, settings.batch)

    def batches(self, n_processes: int = 1) -> TrainingBatches:
        """Make the samples of each step, of all processes together."""
        settings = self._request.settings
        return TrainingBatches(
            self._source,
            self._split.training,
            self._normaliser,
            BatchSettings(
                settings.size,
                self.fit,
                settings.batch * settings.accumulate * n_processes,
                settings.augmentation,
                settings.seed,
            ),
        )

    def network(self, store: FeatureStore, note: Callable[[str], None]) -> nn.Module:
        """Give the model, or one whose frozen encoder sees each input once."""
        settings = self._request.settings
        if self._request.spec.tuning.method != "frozen" or not settings.cache_features:
            return self.model
        reason = reason_not_to_cache(self.fit, settings.augmentation)
        if reason:
            note(f"features of the frozen encoder are not cached: {reason}")
            return self.model
        return CachedSegmenter(self.model, store)

    def validate(
        self, network: nn.Module, job: JobContext, indices: tuple[int, ...] | None = None
    ) -> SegmentationMetrics:
        """Score a network on the validation part, or on some of its samples."""
        return score_model(
            network,
            ScoringRequest(
                self._source,
                self._split.validation if indices is None else indices,
                self._normaliser,
                len(self._request.classes),
                self._input,
            ),
            self._device,
            job=job,
        )

    def predict(self, network: nn.Module, image: NDArray[np.float32]) -> NDArray[np.float32]:
        """Give the class probabilities of one section with the weights of now.

        Parameters
        ----------
        network : torch.nn.Module
            From `network`, in evaluation mode.
        image : ndarray of float32, shape (rows, cols)
            Amplitudes of the survey that is trained on.

        Returns
        -------
        ndarray of float32, shape (K, rows, cols)
            Sums to 1 over the classes.
        """
        return class_probabilities(network, self._normaliser(image), self._input, self._device)
