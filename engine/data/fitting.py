"""How an image of any size becomes network input of one size, and back.

Two ways. Small images are resized, as the published runs do. Images larger than
the input are cut into crops at their own resolution: at random for training,
side by side for validation.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from engine.core.class_scheme import IGNORE
from engine.errors import SettingsError
from engine.preprocessing.pipeline import LARGEST_ZOOM

T = TypeVar("T", bound=np.generic)


class Fit(Enum):
    """How images are brought to the network's size."""

    RESIZE = "resize"
    CROP = "crop"


def choose_fit(
    wanted: str, shapes: Iterable[tuple[int, int]], size: tuple[int, int], *, patch: int
) -> Fit:
    """Decide between resizing and cropping.

    Parameters
    ----------
    wanted : {"auto", "resize", "crop"}
        ``auto`` crops when every image is larger than the input by a patch or
        more in at least one direction and smaller in none.
    shapes : iterable of tuple of int
        Rows and columns of the images.
    size : tuple of int
        Rows and columns of the network's input.
    patch : int
        The encoder's patch, in pixels.

    Returns
    -------
    Fit
        One way for all images.

    Raises
    ------
    SettingsError
        If `wanted` is none of the three.
    """
    if wanted != "auto":
        try:
            return Fit(wanted)
        except ValueError:
            raise SettingsError(
                f"no way {wanted!r} to fit images", hint="Use auto, resize or crop."
            ) from None
    larger = all(
        rows >= size[0] and cols >= size[1] and (rows >= size[0] + patch or cols >= size[1] + patch)
        for rows, cols in shapes
    )
    return Fit.CROP if larger else Fit.RESIZE


def training_zoom(
    fit: Fit, shapes: Sequence[tuple[int, int]], size: tuple[int, int]
) -> tuple[float, float]:
    """Return how much images were enlarged on their way into the network.

    Parameters
    ----------
    fit : Fit
        How they were brought to its size.
    shapes : sequence of tuple of int
        Rows and columns of the images; at least one.
    size : tuple of int
        Rows and columns of the network's input.

    Returns
    -------
    tuple of float
        Factors for rows and columns: the median where images differ; 1 for crops.

    Raises
    ------
    SettingsError
        If a factor is beyond what a model can store.
    """
    if fit is Fit.CROP:
        return 1.0, 1.0
    down, across = (float(np.median([size[i] / shape[i] for shape in shapes])) for i in (0, 1))
    if not all(1 / LARGEST_ZOOM <= factor <= LARGEST_ZOOM for factor in (down, across)):
        raise SettingsError(
            f"images are resized {down:.3g} times downwards and {across:.3g} times across, "
            f"beyond 1/{LARGEST_ZOOM:g} to {LARGEST_ZOOM:g}",
            hint="Choose a --size nearer to that of the images, or --fit crop for large ones.",
        )
    return down, across


@dataclass(frozen=True, slots=True)
class Window:
    """A crop of the network's size at a place in an image.

    Parameters
    ----------
    top, left : int
        First row and column; the crop may reach beyond a small image.
    """

    top: int
    left: int


def windows(shape: tuple[int, int], size: tuple[int, int]) -> tuple[Window, ...]:
    """Cover an image with as few crops as possible, spread evenly.

    Parameters
    ----------
    shape, size : tuple of int
        Rows and columns of the image and of a crop.

    Returns
    -------
    tuple of Window
        Row by row; neighbours overlap where the image is no multiple of the crop.
    """
    tops, lefts = (_starts(shape[i], size[i]) for i in (0, 1))
    return tuple(Window(top, left) for top in tops for left in lefts)


def random_window(
    shape: tuple[int, int], size: tuple[int, int], rng: np.random.Generator
) -> Window:
    """Draw a place for a crop.

    Parameters
    ----------
    shape, size : tuple of int
        Rows and columns of the image and of the crop.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    Window
        Inside the image where it is large enough.
    """
    top, left = (int(rng.integers(max(0, shape[i] - size[i]) + 1)) for i in (0, 1))
    return Window(top, left)


def labelled_window(
    labels: NDArray[np.uint8], size: tuple[int, int], rng: np.random.Generator
) -> Window:
    """Draw a place for a crop that holds a label.

    Parameters
    ----------
    labels : ndarray of uint8, shape (rows, cols)
        Class ids; 255 is not labelled.
    size : tuple of int
        Rows and columns of the crop.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    Window
        Round a labelled pixel of a class that is drawn first, all classes of the
        image being as likely, so that small classes are met too; anywhere where
        nothing is labelled. Inside the image where that is large enough.
    """
    present = np.unique(labels[labels != IGNORE])
    if not len(present):
        return random_window((labels.shape[0], labels.shape[1]), size, rng)
    places = np.flatnonzero(labels == rng.choice(present))
    pixel = np.unravel_index(int(rng.choice(places)), labels.shape)
    starts = [
        min(max(0, int(at) - int(rng.integers(side))), max(0, length - side))
        for at, length, side in zip(pixel, labels.shape, size, strict=True)
    ]
    return Window(*starts)


def crop_image(data: NDArray[np.float32], window: Window, size: tuple[int, int]) -> Tensor:
    """Cut a crop, with zeros beyond the image.

    Parameters
    ----------
    data : ndarray of float32, shape (rows, cols)
        Normalised amplitudes.
    window : Window
        The place.
    size : tuple of int
        Rows and columns of the crop.

    Returns
    -------
    Tensor
        float32, shape ``(1, H, W)``.
    """
    return torch.from_numpy(_cut(data, window, size, fill=0)).unsqueeze(0)


def crop_labels(labels: NDArray[T], window: Window, size: tuple[int, int]) -> Tensor:
    """Cut a crop of a mask, not labelled beyond the image.

    Parameters
    ----------
    labels : ndarray, shape (rows, cols)
        Class ids, or weights of the same pixels.
    window : Window
        The place.
    size : tuple of int
        Rows and columns of the crop.

    Returns
    -------
    Tensor
        Of the type of `labels`, shape ``(H, W)``; 255 beyond the image.
    """
    return torch.from_numpy(_cut(labels, window, size, fill=IGNORE))


def resize_image(data: NDArray[np.float32], size: tuple[int, int]) -> Tensor:
    """Resize an image bilinearly, with antialias where it shrinks.

    Parameters
    ----------
    data : ndarray of float32, shape (rows, cols)
        Normalised amplitudes.
    size : tuple of int
        Rows and columns wanted.

    Returns
    -------
    Tensor
        float32, shape ``(1, H, W)``.
    """
    x = torch.from_numpy(np.ascontiguousarray(data))[None, None]
    if data.shape == size:
        return x[0].clone()
    shrinks = data.shape[0] > size[0] or data.shape[1] > size[1]
    return F.interpolate(x, size=size, mode="bilinear", align_corners=False, antialias=shrinks)[0]


def resize_labels(labels: NDArray[T], size: tuple[int, int]) -> Tensor:
    """Resize a mask by its nearest pixels.

    Parameters
    ----------
    labels : ndarray, shape (rows, cols)
        Class ids, or weights of the same pixels.
    size : tuple of int
        Rows and columns wanted.

    Returns
    -------
    Tensor
        Of the type of `labels`, shape ``(H, W)``.
    """
    x = torch.from_numpy(np.ascontiguousarray(labels))[None, None]
    return F.interpolate(x, size=size, mode="nearest-exact")[0, 0]


def _starts(length: int, size: int) -> list[int]:
    """First positions of the fewest windows that cover a length."""
    if length <= size:
        return [0]
    n = -(-length // size)
    return [round(i * (length - size) / (n - 1)) for i in range(n)]


def _cut(data: NDArray[T], window: Window, size: tuple[int, int], *, fill: int) -> NDArray[T]:
    part = data[window.top : window.top + size[0], window.left : window.left + size[1]]
    if part.shape == size:
        return np.ascontiguousarray(part)
    out = np.full(size, fill, dtype=data.dtype)
    out[: part.shape[0], : part.shape[1]] = part
    return out
