"""Folders of images and masks that were looked through and found consistent."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.core.amplitudes import AmplitudeStatistics
from engine.core.class_scheme import IGNORE
from engine.data.folder_source import FolderPairs, FolderSource, list_pairs
from engine.data.image_file import read_image, read_mask
from engine.data.mask_encoding import (
    MaskEncoding,
    check_any_label,
    check_values,
    count_classes,
)
from engine.data.pairs import ImagePair
from engine.errors import DataError
from engine.jobs.context import NULL_JOB, JobContext

_N_STATISTICS = 1 << 21
"""Amplitudes that the statistics of a folder rest on, at most."""

_KEEP_BYTES = 1 << 30
"""Decoded images kept in memory, so that an epoch need not read them again."""


class LabelledFolder:
    """Images and masks of a folder, checked; safe to read from any thread.

    Made by `scan_folder`.

    Parameters
    ----------
    source : FolderSource
        The folders.
    pairs : FolderPairs
        The files.
    shapes : sequence of tuple of int
        Rows and columns of each image.
    encoding : MaskEncoding
        What the masks' values mean.
    statistics : AmplitudeStatistics
        Of all images together, without a test part of the data's own.
    class_pixels : ndarray of int64, shape (n_pairs, n_classes)
        Labelled pixels of each class.
    kept : dict
        Samples already in memory: position -> image and mask values.
    """

    sparse = False
    """Masks are taken to cover images."""

    def __init__(
        self,
        source: FolderSource,
        pairs: FolderPairs,
        shapes: Sequence[tuple[int, int]],
        *,
        encoding: MaskEncoding,
        statistics: AmplitudeStatistics,
        class_pixels: NDArray[np.int64],
        kept: dict[int, tuple[NDArray[np.float32], NDArray[np.uint8]]],
    ) -> None:
        self.pairs = pairs.pairs
        self.names = tuple(pair.name for pair in pairs.pairs)
        self.positions = pairs.positions
        self.held_out = pairs.held_out
        self.shapes = tuple(shapes)
        self.encoding = encoding
        self.statistics = statistics
        self.class_pixels = class_pixels
        self._source = source
        self._raw = source.raw
        self._kept = kept

    def __len__(self) -> int:
        return len(self.pairs)

    def weights(self, _index: int) -> None:
        """Give none: all labelled pixels count the same."""

    def describe(self) -> dict[str, Any]:
        """Return what a model's card says of the data."""
        source = self._source
        places = {"images": source.images, "masks": source.masks}
        if source.test is not None:
            places["test_images"], places["test_masks"] = source.test
        return {
            **{name: "/".join(place.parts[-2:]) for name, place in places.items()},
            "samples": len(self),
            "masks_hold": self.encoding.value,
        }

    def close(self) -> None:
        """Do nothing: files are open only while they are read."""

    def image(self, index: int) -> NDArray[np.float32]:
        """Give the amplitudes of one image, not to be written to.

        Parameters
        ----------
        index : int
            Position in `pairs`.

        Returns
        -------
        ndarray of float32, shape (rows, cols)
            As in the file.
        """
        kept = self._kept.get(index)
        return kept[0] if kept else read_image(self.pairs[index].image, self._raw)

    def labels(self, index: int) -> NDArray[np.uint8]:
        """Give the class ids of one mask.

        Parameters
        ----------
        index : int
            Position in `pairs`.

        Returns
        -------
        ndarray of uint8, shape (rows, cols)
            Class ids; 255 is not labelled.
        """
        kept = self._kept.get(index)
        if kept:
            return self.encoding.decode(kept[1].astype(np.int64))
        return self.encoding.decode(read_mask(self.pairs[index].mask, self._raw))


def scan_folder(
    source: FolderSource, n_classes: int, *, job: JobContext = NULL_JOB
) -> LabelledFolder:
    """Read every pair once, check it, and measure the amplitudes of all together.

    A test part of the data's own is checked but not measured. What a split keeps for
    a test is measured like the rest: the statistics of a survey are known without any
    label, and a model that is used on a survey normalises by them too.

    Parameters
    ----------
    source : FolderSource
        The folders.
    n_classes : int
        Classes of the task.
    job : JobContext, optional
        Checked once for each pair.

    Returns
    -------
    LabelledFolder
        Ready for training or evaluation.

    Raises
    ------
    DataError
        If files do not pair up, image and mask differ in size, a mask holds an
        unknown value, nothing is labelled, or all amplitudes are equal.
    ReadError
        If a file is damaged or holds NaN or infinite amplitudes.
    JobCancelledError
        If the job is cancelled.
    """
    listed = list_pairs(source)
    pairs, held_out = listed.pairs, set(listed.held_out)
    quota = max(64, _N_STATISTICS // (len(pairs) - len(held_out)))
    shapes: list[tuple[int, int]] = []
    samples: list[NDArray[np.float32]] = []
    values: set[int] = set()
    histograms = np.zeros((len(pairs), IGNORE + 1), dtype=np.int64)
    kept: dict[int, tuple[NDArray[np.float32], NDArray[np.uint8]]] = {}
    n_bytes = 0
    for index, pair in enumerate(pairs):
        job.check()
        job.report(index, len(pairs), "checking images and masks")
        image, mask = read_image(pair.image, source.raw), read_mask(pair.mask, source.raw)
        _check_sizes(pair, image.shape, mask.shape)
        values |= check_values(pair.mask, mask, n_classes)
        histograms[index] = np.bincount(mask.ravel(), minlength=IGNORE + 1)
        shapes.append((image.shape[0], image.shape[1]))
        if index not in held_out:
            samples.append(_every_nth(image, quota))
        n_bytes += image.nbytes + mask.size
        if n_bytes <= _KEEP_BYTES:
            kept[index] = (image, mask.astype(np.uint8))
    statistics = AmplitudeStatistics.from_samples(np.concatenate(samples))
    if statistics.minimum == statistics.maximum:
        raise DataError(
            f"{source.images}: every amplitude is {statistics.minimum:g}",
            hint="Check that these are the images.",
        )
    check_any_label(source.masks, values)
    encoding = MaskEncoding.of_values(values, n_classes)
    return LabelledFolder(
        source,
        listed,
        shapes,
        encoding=encoding,
        statistics=statistics,
        class_pixels=count_classes(histograms, encoding, n_classes),
        kept=kept,
    )


def _check_sizes(pair: ImagePair, image: tuple[int, ...], mask: tuple[int, ...]) -> None:
    if image != mask:
        raise DataError(
            f"{pair.image}: {image[0]} x {image[1]} pixels, "
            f"but its mask {pair.mask.name} has {mask[0]} x {mask[1]}",
            hint="Give each image a mask of its own size.",
        )


def _every_nth(image: NDArray[np.float32], quota: int) -> NDArray[np.float32]:
    """Sample an image evenly; the step shares no factor with its width."""
    step = -(-image.size // quota)
    while math.gcd(step, image.shape[1]) != 1:
        step += 1
    return image.ravel()[::step].copy()
