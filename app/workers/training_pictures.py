"""Pictures of pinned sections while a model is trained. Imported on the training lane."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.workers.training_feed import PinnedPicture
from engine.core.class_scheme import ClassScheme
from engine.core.levels import Levels
from engine.core.volume import Volume
from engine.readers.display.copied_volume import exact_section

_LONGEST = 420
_OPACITY = 0.55


@dataclass(frozen=True, slots=True, eq=False)
class Pin:
    """A section that is predicted again and again.

    Parameters
    ----------
    title : str
        For people.
    data : ndarray of float32, shape (rows, cols)
        Amplitudes.
    grey : ndarray of uint8, shape (rows / n, cols / n)
        The same to be drawn, every n-th sample.
    every : int
        That n.
    """

    title: str
    data: NDArray[np.float32]
    grey: NDArray[np.uint8]
    every: int


def read_pin(volume: Volume, direction: str, index: int) -> Pin:
    """Read a section to be pinned.

    Parameters
    ----------
    volume : Volume
        The data.
    direction : str
        Direction of the section.
    index : int
        Its position, from 0.

    Returns
    -------
    Pin
        With its picture in grey.
    """
    section = exact_section(volume, volume.section(direction, index))
    every = -(-max(section.data.shape) // _LONGEST)
    levels = Levels.automatic(volume.statistics(), 99.0)
    part = section.data[::every, ::every]
    grey = np.clip((part - levels.low) / (levels.high - levels.low), 0, 1)
    title = f"{direction} {volume.axis_along(direction).value(index):g}"
    return Pin(title, section.data, np.nan_to_num(grey * 255).astype(np.uint8), every)


def picture(
    pin: Pin,
    when: str,
    predict: Callable[[NDArray[np.float32]], NDArray[np.float32]],
    classes: ClassScheme,
) -> PinnedPicture:
    """Predict a pinned section and colour what was found.

    Parameters
    ----------
    pin : Pin
        The section.
    when : str
        With the weights of which moment.
    predict : callable
        Amplitudes ``(rows, cols)`` to probabilities ``(K, rows, cols)``.
    classes : ClassScheme
        Colours; the background is transparent.

    Returns
    -------
    PinnedPicture
        As large as `pin.grey`.
    """
    mask = predict(pin.data)[:, :: pin.every, :: pin.every].argmax(axis=0)
    colors = classes.lut()[mask].astype(np.float32)
    share = colors[..., 3:] / 255 * _OPACITY
    mixed = pin.grey[..., np.newaxis] * (1 - share) + colors[..., :3] * share
    return PinnedPicture(pin.title, when, np.ascontiguousarray(mixed, dtype=np.uint8))
