"""What a generator returns, and the checks that every generator makes first."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.errors import SettingsError

Seed = int | tuple[int, ...]
LEAST_SIZE = 16


class Sample(NamedTuple):
    """An image and the class of each of its pixels.

    Parameters
    ----------
    amplitudes : ndarray of float32, shape (rows, cols)
        Without unit and finite; mean near 0 and standard deviation near 1 over
        many samples, not in each.
    labels : ndarray of uint8, shape (rows, cols)
        Class ids, as in the preset of the task.
    """

    amplitudes: NDArray[np.float32]
    labels: NDArray[np.uint8]


def check_shape(shape: tuple[int, int], subject: str) -> None:
    """Refuse an image that is too small to hold what it should show.

    Parameters
    ----------
    shape : tuple of int
        ``(rows, cols)``.
    subject : str
        What is to be generated, for the message.

    Raises
    ------
    SettingsError
        If a side is shorter than 16.
    """
    if min(shape) < LEAST_SIZE:
        raise SettingsError(
            f"{subject} of {shape[0]} x {shape[1]} samples is too small",
            hint=f"Ask for at least {LEAST_SIZE} x {LEAST_SIZE}.",
        )


def log_uniform(rng: np.random.Generator, limits: tuple[float, float]) -> float:
    """Draw a number whose logarithm is uniform.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    limits : tuple of float
        Least and greatest value, both positive.

    Returns
    -------
    float
        In the unit of `limits`.
    """
    return float(np.exp(rng.uniform(np.log(limits[0]), np.log(limits[1]))))


def resized(image: NDArray[np.float32], shape: tuple[int, int]) -> NDArray[np.float32]:
    """Interpolate an image to another size, as a loader of small tiles does.

    Parameters
    ----------
    image : ndarray of float32, shape (rows, cols)
        What is to be enlarged; it is not filtered before it is made smaller.
    shape : tuple of int
        The size wanted.

    Returns
    -------
    ndarray of float32, shape `shape`
        Bilinear, with pixel centres aligned at half pixels.
    """
    if image.shape == shape:
        return image
    for axis, size in enumerate(shape):
        n = image.shape[axis]
        place = np.clip((np.arange(size) + 0.5) * (n / size) - 0.5, 0, n - 1)
        low = np.minimum(place.astype(np.intp), max(n - 2, 0))
        share = (place - low).astype(np.float32)
        share = share[:, None] if axis == 0 else share
        high = np.minimum(low + 1, n - 1)
        image = image.take(low, axis) * (1 - share) + image.take(high, axis) * share
    return image


def resized_labels(labels: NDArray[np.uint8], shape: tuple[int, int]) -> NDArray[np.uint8]:
    """Take the nearest label, for an image that was `resized`.

    Parameters
    ----------
    labels : ndarray of uint8, shape (rows, cols)
        Class ids.
    shape : tuple of int
        The size wanted.

    Returns
    -------
    ndarray of uint8, shape `shape`
        Class ids.
    """
    rows, cols = (
        np.minimum(((np.arange(size) + 0.5) * (n / size)).astype(np.intp), n - 1)
        for size, n in zip(shape, labels.shape, strict=True)
    )
    return labels[np.ix_(rows, cols)]
