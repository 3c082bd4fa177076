"""Predicted sections that are kept for going back to."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.core.axes import Axis
from engine.core.class_scheme import IGNORE, ClassScheme
from engine.core.image_window import ImageWindow
from engine.core.prediction_options import PLAIN, PredictionOptions
from engine.core.section import Section


@dataclass(frozen=True, slots=True)
class PredictionKey:
    """What a prediction was made of; equal keys mean equal results.

    Parameters
    ----------
    volume : int
        The session's number for the opened volume.
    direction : str
        Direction of the section.
    index : int
        Position along that direction, from 0.
    model : str
        Identity of the model bundle, its files included.
    pipeline : str
        Fingerprint of the preprocessing.
    options : PredictionOptions, optional
        What is done beyond the model's plain answer; nothing when left out.
    """

    volume: int
    direction: str
    index: int
    model: str
    pipeline: str
    options: PredictionOptions = PLAIN


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """Classes of one section, ready to be drawn.

    Parameters
    ----------
    key : PredictionKey
        What it belongs to.
    classes : ClassScheme
        Names and colours of the ids.
    mask : ndarray of uint8, shape (n_rows, n_cols)
        Class ids; 255 where there is no data.
    outline : ndarray of uint8, shape (n_rows, n_cols)
        Class ids along the borders between classes, 255 elsewhere.
    shares : ndarray of uint8, shape (n_classes, n_rows, n_cols)
        Probability of each class, 255 for one; 0 where there is no data.
    confidence : ndarray of uint8, shape (n_rows, n_cols)
        One minus the normalised entropy, 255 for one.
    elapsed_s : float
        Seconds the model took, loading left out.
    device : str
        Where it ran.
    window : ImageWindow, optional
        The part of a large image that was segmented, at full resolution; left out
        where it is the whole section.
    """

    key: PredictionKey
    classes: ClassScheme
    mask: NDArray[np.uint8]
    outline: NDArray[np.uint8]
    shares: NDArray[np.uint8]
    confidence: NDArray[np.uint8]
    elapsed_s: float
    device: str
    window: ImageWindow | None = None

    def holds(self, window: ImageWindow | None) -> bool:
        """Tell whether a part of the section, or all of it for None, was segmented."""
        return self.window is None or (window is not None and self.window.holds(window))

    def places(
        self, grid: tuple[Axis, Axis], section: Section
    ) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Find which row and column lie at each row and column of a section.

        Parameters
        ----------
        grid : tuple of Axis
            Rows and columns of what was predicted at full resolution, of all of the
            image also where `window` is a part of it.
        section : Section
            On axes of the same names, at any resolution.

        Returns
        -------
        rows, cols : ndarray of intp, shapes (n_rows,) and (n_cols,)
            The nearest ones; -1 outside.
        """
        rows, cols = grid if self.window is None else self.window.axes(*grid)
        return _nearest(rows, section.rows), _nearest(cols, section.cols)

    def on(
        self, layer: NDArray[np.uint8], grid: tuple[Axis, Axis], section: Section
    ) -> NDArray[np.uint8]:
        """Take one of the arrays at the samples of a section; see `places`.

        Parameters
        ----------
        layer : ndarray of uint8, shape (n_rows, n_cols)
            `mask` or `outline`.
        grid : tuple of Axis
            As for `places`.
        section : Section
            Where to.

        Returns
        -------
        ndarray of uint8
            Shaped like the section; 255 outside what was predicted.
        """
        rows, cols = self.places(grid, section)
        taken = layer[rows[:, None], cols]
        taken[rows < 0] = IGNORE
        taken[:, cols < 0] = IGNORE
        return taken

    @property
    def n_bytes(self) -> int:
        """Memory of the arrays."""
        arrays = (self.mask, self.outline, self.shares, self.confidence)
        return sum(array.nbytes for array in arrays)


@dataclass(frozen=True, slots=True, eq=False)
class FeaturePicture:
    """Features of one section as colours.

    Parameters
    ----------
    key : PredictionKey
        What they belong to.
    adapted : ndarray of uint8, shape (n_rows, n_cols, 4)
        By the model's encoder as it is; red, green, blue and alpha.
    original : ndarray of uint8, shape (n_rows, n_cols, 4)
        By the encoder before it was adapted; `adapted` itself if it never was.
    """

    key: PredictionKey
    adapted: NDArray[np.uint8]
    original: NDArray[np.uint8]

    @property
    def n_bytes(self) -> int:
        """Memory of the arrays."""
        return self.adapted.nbytes + self.original.nbytes


class Kept(Protocol):
    """What a `PredictionStore` keeps."""

    @property
    def key(self) -> PredictionKey:
        """What it belongs to."""

    @property
    def n_bytes(self) -> int:
        """Its memory."""


_T = TypeVar("_T", bound=Kept)


class PredictionStore(Generic[_T]):
    """Keeps the predictions, or pictures, used last, up to a number of bytes.

    Parameters
    ----------
    limit_bytes : int, default 256 MiB
        Memory of all of them together; the newest is always kept.
    """

    def __init__(self, limit_bytes: int = 256 * 2**20) -> None:
        self._limit_bytes = limit_bytes
        self._kept: OrderedDict[PredictionKey, _T] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def add(self, prediction: _T) -> None:
        """Keep a prediction, and drop those used longest ago if there are too many."""
        self._kept[prediction.key] = prediction
        self._kept.move_to_end(prediction.key)
        total = sum(item.n_bytes for item in self._kept.values())
        while total > self._limit_bytes and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            total -= dropped.n_bytes

    def find(self, key: PredictionKey) -> _T | None:
        """Return the prediction for a key, if it is still kept."""
        prediction = self._kept.get(key)
        if prediction is not None:
            self._kept.move_to_end(key)
        return prediction

    def forget(self, direction: str) -> None:
        """Drop the predictions of one direction, whose sections are others now."""
        for key in [key for key in self._kept if key.direction == direction]:
            del self._kept[key]

    def clear(self) -> None:
        """Drop all predictions."""
        self._kept.clear()


def _nearest(axis: Axis, wanted: Axis) -> NDArray[np.intp]:
    indices = np.rint((wanted.values() - axis.first) / axis.step).astype(np.intp)
    return np.where((indices >= 0) & (indices < axis.size), indices, -1)
