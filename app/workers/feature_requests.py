"""What is asked about the features of a section, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass

from engine.core.amplitudes import AmplitudeStatistics
from engine.core.class_scheme import ClassScheme
from engine.core.labels import LabelledSection
from engine.core.prediction_options import PLAIN, PredictionOptions
from engine.core.volume import Volume
from engine.session.model_info import ModelInfo
from engine.session.predictions import Prediction, PredictionKey


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
    options : PredictionOptions, optional
        What is done beyond the head's plain answer; of the smallest region alone.
    """

    shown: SliceRequest
    labels: tuple[LabelledSection, ...]
    classes: ClassScheme
    identity: str
    refit: bool
    options: PredictionOptions = PLAIN


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
