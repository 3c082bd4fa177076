"""What a model is asked about a section, and the answer made ready to draw."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.core.amplitudes import AmplitudeStatistics
from engine.core.class_scheme import IGNORE, ClassScheme
from engine.core.image import Image
from engine.core.image_window import ImageWindow
from engine.core.probabilities import ClassProbabilities
from engine.core.quantised import confidence, quantise
from engine.core.section import Section
from engine.core.small_regions import fill_small_regions
from engine.core.volume import Volume
from engine.readers.display.copied_volume import exact_section
from engine.session.model_info import ModelInfo
from engine.session.predictions import Prediction, PredictionKey


@dataclass(frozen=True, slots=True)
class SegmentRequest:
    """One section for one model.

    Parameters
    ----------
    key : PredictionKey
        Goes with the answer; its options say what is done beyond the plain one.
    model : ModelInfo
        Which bundle.
    device : str
        ``auto``, ``cuda``, ``mps`` or ``cpu``.
    section : Section
        The amplitudes.
    statistics : AmplitudeStatistics
        Of the whole survey.
    path : pathlib.Path
        The survey's file.
    volume : Volume, optional
        Where the section was read; asked for exact amplitudes if these are rounded
        or processed.
    window : ImageWindow, optional
        The part of a large image that is segmented instead of the section, which
        is only its overview.
    as_recorded : bool, default True
        Whether the model sees amplitudes as recorded; else as `volume` gives them.
    """

    key: PredictionKey
    model: ModelInfo
    device: str
    section: Section
    statistics: AmplitudeStatistics
    path: Path
    volume: Volume | None = None
    window: ImageWindow | None = None
    as_recorded: bool = True

    def model_section(self) -> Section:
        """Return what the model is to see, read from the file where need be.

        Raises
        ------
        ReadError
            If the file is damaged there.
        """
        if self.window is not None and isinstance(self.volume, Image):
            return self.volume.window(self.window.rows, self.window.cols)
        if self.volume is None:
            return self.section
        if self.as_recorded:
            return exact_section(self.volume, self.section)
        return self.volume.section(self.key.direction, self.key.index)


def make_prediction(
    key: PredictionKey,
    classes: ClassScheme,
    probabilities: ClassProbabilities,
    *,
    elapsed_s: float,
    device: str,
    window: ImageWindow | None = None,
) -> Prediction:
    """Reduce probabilities to what the window draws.

    Parameters
    ----------
    key : PredictionKey
        What was predicted; its options say which regions are filled.
    classes : ClassScheme
        Names and colours of the classes.
    probabilities : ClassProbabilities
        The model's answer.
    elapsed_s : float
        Seconds it took.
    device : str
        Where it ran.
    window : ImageWindow, optional
        The part of a large image that it is of.

    Returns
    -------
    Prediction
        Three bytes for each sample, and one more for each class.
    """
    mask = fill_small_regions(probabilities.mask().data, key.options.smallest_region)
    shares = quantise(probabilities)
    return Prediction(
        key, classes, mask, outline(mask), shares, confidence(shares), elapsed_s, device, window
    )


def outline(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Keep the samples of each class that touch another class.

    Parameters
    ----------
    mask : ndarray of uint8, shape (n_rows, n_cols)
        Class ids; 255 for none.

    Returns
    -------
    ndarray of uint8
        Same shape; 255 inside the classes.
    """
    border = np.zeros(mask.shape, dtype=bool)
    across = mask[:, 1:] != mask[:, :-1]
    down = mask[1:] != mask[:-1]
    border[:, 1:] |= across
    border[:, :-1] |= across
    border[1:] |= down
    border[:-1] |= down
    return np.where(border, mask, np.uint8(IGNORE))
