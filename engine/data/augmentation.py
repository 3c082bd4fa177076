"""Random changes of training samples that leave their meaning as it is.

Rows run downwards, in time or depth on sections and in time on DAS records, so
rows are never reversed unless `rotate` says that a picture has no upright.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.core.class_scheme import IGNORE
from engine.errors import SettingsError

T = TypeVar("T", bound=np.generic)

_MOST = {"gain": 4.0, "noise": 2.0, "stretch": 0.5}
_UPRIGHT = {
    "seismic": "a section would hang upside down",
    "das": "a record would run backwards in time",
}


@dataclass(frozen=True, slots=True)
class AugmentationSettings:
    """How training samples are changed at random.

    Parameters
    ----------
    flip : bool, default True
        Mirror half of the samples left to right, as the published runs do.
    gain : float, default 0.0
        Multiply amplitudes by a factor from ``1 / (1 + gain)`` to ``1 + gain``,
        evenly in its logarithm; at most 4.
    noise : float, default 0.0
        Add white noise whose standard deviation lies between 0 and this, in
        standard deviations of the survey; at most 2.
    stretch : float, default 0.0
        Stretch rows and columns about the centre, each by a factor from
        ``1 / (1 + stretch)`` to ``1 + stretch``; at most 0.5.
    rotate : bool, default False
        Turn samples by quarters and mirror them both ways: for craters, whose
        pictures have no upright; never for sections or records.

    Raises
    ------
    SettingsError
        If a strength is outside its range.
    """

    flip: bool = True
    gain: float = 0.0
    noise: float = 0.0
    stretch: float = 0.0
    rotate: bool = False

    def __post_init__(self) -> None:
        for name, most in _MOST.items():
            value = getattr(self, name)
            if not 0 <= value <= most:
                raise SettingsError(
                    f"augmentation: {name} {value:g} is not between 0 and {most:g}",
                    hint=f"Choose 0 for none, up to {most:g}.",
                )

    def check_domain(self, domain: str) -> None:
        """Refuse changes after which data of a domain would mean something else.

        Parameters
        ----------
        domain : str
            Kind of data, as presets name it: ``seismic``, ``das``, ``lunar``, ``any``.

        Raises
        ------
        SettingsError
            If samples would be turned upside down or reversed in time.
        """
        if self.rotate and domain in _UPRIGHT:
            raise SettingsError(
                f"augmentation: rotation does not suit {domain} data, {_UPRIGHT[domain]}",
                hint="Leave rotation off; mirroring left to right stays on.",
            )

    def to_json(self) -> dict[str, Any]:
        """Return all fields under their names."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> AugmentationSettings:
        """Build settings from what `to_json` returned.

        Raises
        ------
        SettingsError
            If a field is unknown, of the wrong kind or outside its range.
        """
        try:
            return cls(**value)
        except TypeError as error:
            raise SettingsError(f"augmentation settings do not fit ({error})") from error


def augment(
    image: NDArray[np.float32],
    labels: NDArray[T],
    settings: AugmentationSettings,
    rng: np.random.Generator,
) -> tuple[NDArray[np.float32], NDArray[T]]:
    """Change one sample at random; image and labels move together.

    Parameters
    ----------
    image : ndarray of float32, shape (rows, cols)
        Normalised amplitudes; not written to.
    labels : ndarray, shape (rows, cols) or (rows, cols, n)
        Class ids; 255 is not labelled. Further planes, such as weights, move with
        them. Not written to.
    settings : AugmentationSettings
        What may happen.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    image : ndarray of float32, shape (rows, cols)
        Same shape; 0 where a sample that shrank leaves nothing.
    labels : ndarray, same shape and type
        Taken by nearest pixel; 255 where nothing is left. Gain and noise leave
        them alone.

    Notes
    -----
    A picture that is not square is turned by half turns only.
    """
    if settings.flip and rng.random() < 0.5:
        image, labels = image[:, ::-1], labels[:, ::-1]
    if settings.rotate:
        square = image.shape[0] == image.shape[1]
        turns = int(rng.integers(4)) if square else 2 * int(rng.integers(2))
        image, labels = np.rot90(image, turns), np.rot90(labels, turns)
        if rng.random() < 0.5:
            image, labels = image[::-1], labels[::-1]
    if settings.stretch:
        down, across = _factor(settings.stretch, rng), _factor(settings.stretch, rng)
        image, labels = _stretch(image, labels, (down, across))
    if settings.gain:
        image = image * np.float32(_factor(settings.gain, rng))
    if settings.noise:
        strength = np.float32(rng.uniform(0, settings.noise))
        image = image + strength * rng.standard_normal(image.shape, dtype=np.float32)
    return np.ascontiguousarray(image), np.ascontiguousarray(labels)


def _factor(share: float, rng: np.random.Generator) -> float:
    """Draw a factor around 1, as often above as below."""
    return float((1 + share) ** rng.uniform(-1, 1))


def _stretch(
    image: NDArray[np.float32], labels: NDArray[T], factors: tuple[float, float]
) -> tuple[NDArray[np.float32], NDArray[T]]:
    """Scale about the centre: linear between pixels, nearest for labels."""
    places = [
        (np.arange(n) - (n - 1) / 2) / factor + (n - 1) / 2
        for n, factor in zip(image.shape, factors, strict=True)
    ]
    for axis, place in enumerate(places):
        image = _between(image, place, axis)
    nearest = [np.rint(place).astype(np.intp) for place in places]
    inside = [(place >= 0) & (place < n) for place, n in zip(nearest, image.shape, strict=True)]
    picked = labels[
        np.ix_(*(np.clip(p, 0, n - 1) for p, n in zip(nearest, image.shape, strict=True)))
    ]
    live = inside[0][:, None] & inside[1]
    picked[~live] = IGNORE
    return np.where(live, image, np.float32(0)), picked


def _between(
    data: NDArray[np.float32], places: NDArray[np.float64], axis: int
) -> NDArray[np.float32]:
    """Interpolate linearly along an axis; the edge's value beyond it."""
    last = data.shape[axis] - 1
    places = np.clip(places, 0, last)
    before = np.minimum(places.astype(np.intp), max(last - 1, 0))
    share = (places - before).astype(np.float32)
    share = share[:, None] if axis == 0 else share[None, :]
    after = np.minimum(before + 1, last)
    result: NDArray[np.float32] = (
        data.take(before, axis) * (1 - share) + data.take(after, axis) * share
    )
    return result
