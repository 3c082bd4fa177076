"""The jobs on features of sections; torch is loaded at the first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.workers.feature_requests import FitRequest, Fitted, SliceRequest
from app.workers.imports import MODEL_IMPORTS
from engine.jobs.context import JobContext
from engine.session.model_info import ModelInfo
from engine.session.predictions import FeaturePicture

if TYPE_CHECKING:
    from app.workers.feature_jobs import FeatureJobs
    from engine.inference.predictor import Predictor
    from engine.inference.suggestion import SliceFacts

    PredictorOf = Callable[[ModelInfo, str, JobContext], Predictor]


class FeatureWork:
    """The jobs on features; they run on the compute lane.

    Parameters
    ----------
    predictor_of : callable
        Loads the predictor of a model for a device.
    """

    def __init__(self, predictor_of: PredictorOf) -> None:
        self._predictor_of = predictor_of
        self._jobs: FeatureJobs | None = None

    def fit(self, request: FitRequest, job: JobContext) -> Fitted:
        """Fit a head to labels and apply it; see `engine.inference.instant_head`."""
        return self._there(job).fit(request, job)

    def keep(self, shown: SliceRequest, job: JobContext) -> Path:
        """Write the head that was fitted last as a bundle and return its folder."""
        return self._there(job).keep(shown)

    def similar(
        self,
        shown: SliceRequest,
        places: tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]],
        job: JobContext,
    ) -> NDArray[np.uint8]:
        """Compare a section with places that are alike and that are not."""
        return self._there(job).similar(shown, places, job)

    def picture(self, shown: SliceRequest, job: JobContext) -> FeaturePicture:
        """Colour a section by its features, before and after adaptation."""
        return self._there(job).picture(shown, job)

    def look(self, shown: SliceRequest, job: JobContext) -> SliceFacts:
        """Find out how unsure the model is of a section, and how good its data are."""
        return self._there(job).look(shown, job)

    def _there(self, job: JobContext) -> FeatureJobs:
        if self._jobs is None:
            job.report(0, 0, "loading the model")
            with MODEL_IMPORTS:
                from app.workers.feature_jobs import FeatureJobs

            self._jobs = FeatureJobs(self._predictor_of)
        return self._jobs
