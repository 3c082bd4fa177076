"""What is asked about the features of a section; torch is loaded where it is answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.core.amplitudes import AmplitudeStatistics
from engine.core.class_scheme import ClassScheme
from engine.core.labels import LabelledSection
from engine.core.volume import Volume
from engine.jobs.context import JobContext
from engine.session.model_info import ModelInfo
from engine.session.predictions import FeaturePicture, Prediction, PredictionKey

if TYPE_CHECKING:
    from app.workers.feature_jobs import FeatureJobs
    from engine.inference.predictor import Predictor
    from engine.inference.suggestion import SliceFacts

    PredictorOf = Callable[[ModelInfo, str, JobContext], Predictor]


@dataclass(frozen=True, slots=True)
class SliceRequest:
    """A section of an open volume for one model.

    Parameters
    ----------
    volume_number : int
        The session's number for the opened volume.
    volume : Volume
        Where it is read.
    statistics : AmplitudeStatistics
        Of the whole survey.
    direction : str
        Direction of the section.
    index : int
        Its position, from 0.
    model : ModelInfo
        Whose encoder.
    device : str
        ``auto``, ``cuda``, ``mps`` or ``cpu``.
    """

    volume_number: int
    volume: Volume
    statistics: AmplitudeStatistics
    direction: str
    index: int
    model: ModelInfo
    device: str

    @property
    def key(self) -> PredictionKey:
        """What is known of it goes by this."""
        model = self.model
        return PredictionKey(
            self.volume_number, self.direction, self.index, model.identity, model.pipeline
        )


@dataclass(frozen=True, slots=True, eq=False)
class FitRequest:
    """Labels for an instant head, and the slice that is to be seen with it.

    Parameters
    ----------
    shown : SliceRequest
        What is on the screen.
    labels : tuple of LabelledSection
        All labelled sections; those of `shown`'s volume.
    classes : ClassScheme
        What the labels mean.
    identity : str
        What predictions of the new head go by; that of the head there is, if it is
        only to be applied.
    refit : bool
        Whether labels changed.
    """

    shown: SliceRequest
    labels: tuple[LabelledSection, ...]
    classes: ClassScheme
    identity: str
    refit: bool


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """What an instant head gave.

    Parameters
    ----------
    prediction : Prediction
        Of the slice on the screen.
    n_sections : int
        Sections with labels that it was fitted to.
    n_samples : int
        Samples of them that counted.
    fit_s : float
        Seconds that the fit took.
    """

    prediction: Prediction
    n_sections: int
    n_samples: int
    fit_s: float


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
            from app.workers.feature_jobs import FeatureJobs

            self._jobs = FeatureJobs(self._predictor_of)
        return self._jobs
