"""Folders of images and masks that were looked through and found consistent."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.core.amplitudes import AmplitudeStatistics
from engine.data.image_file import RawLayout, read_image, read_mask
from engine.data.mask_encoding import MaskEncoding, check_values
from engine.data.pairs import ImagePair, pair_folders
from engine.data.positions import Positions, positions_from_names
from engine.errors import DataError
from engine.jobs.context import NULL_JOB, JobContext

_N_STATISTICS = 1 << 21
"""Amplitudes that the statistics of a folder rest on, at most."""

_KEEP_BYTES = 1 << 30
"""Decoded images kept in memory, so that an epoch need not read them again."""


@dataclass(frozen=True, slots=True)
class FolderSource:
    """Where images and masks lie and how to read them.

    Parameters
    ----------
    images, masks : pathlib.Path
        Two folders with files of the same names.
    raw : RawLayout, optional
        Shape of headerless ``.dat`` files.
    limit : int, optional
        Use only the first so many pairs.
    """

    images: Path
    masks: Path
    raw: RawLayout | None = None
    limit: int | None = None


class LabelledFolder:
    """Images and masks of a folder, checked; safe to read from any thread.

    Made by `scan_folder`.

    Parameters
    ----------
    pairs : sequence of ImagePair
        The files.
    shapes : sequence of tuple of int
        Rows and columns of each image.
    encoding : MaskEncoding
        What the masks' values mean.
    statistics : AmplitudeStatistics
        Of all images together.
    raw : RawLayout or None
        Shape of headerless files.
    kept : dict
        Samples already in memory: position -> image and mask values.
    """

    def __init__(
        self,
        pairs: Sequence[ImagePair],
        shapes: Sequence[tuple[int, int]],
        *,
        encoding: MaskEncoding,
        statistics: AmplitudeStatistics,
        raw: RawLayout | None,
        kept: dict[int, tuple[NDArray[np.float32], NDArray[np.uint8]]],
    ) -> None:
        self.pairs = tuple(pairs)
        self.shapes = tuple(shapes)
        self.encoding = encoding
        self.statistics = statistics
        self._raw = raw
        self._kept = kept

    def __len__(self) -> int:
        return len(self.pairs)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the files before the suffix."""
        return tuple(pair.name for pair in self.pairs)

    @property
    def positions(self) -> Positions | None:
        """Slice numbers, where the names of the files are numbered."""
        return positions_from_names(self.names)

    @property
    def held_out(self) -> tuple[int, ...]:
        """Indices of the data's own test part; none."""
        return ()

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
        unknown value, or all amplitudes are equal.
    ReadError
        If a file is damaged or holds NaN or infinite amplitudes.
    JobCancelledError
        If the job is cancelled.
    """
    pairs = pair_folders(source.images, source.masks, limit=source.limit)
    quota = max(64, _N_STATISTICS // len(pairs))
    shapes: list[tuple[int, int]] = []
    samples: list[NDArray[np.float32]] = []
    values: set[int] = set()
    kept: dict[int, tuple[NDArray[np.float32], NDArray[np.uint8]]] = {}
    n_bytes = 0
    for index, pair in enumerate(pairs):
        job.check()
        job.report(index, len(pairs), "checking images and masks")
        image, mask = read_image(pair.image, source.raw), read_mask(pair.mask, source.raw)
        _check_sizes(pair, image.shape, mask.shape)
        values |= check_values(pair.mask, mask, n_classes)
        shapes.append((image.shape[0], image.shape[1]))
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
    return LabelledFolder(
        pairs,
        shapes,
        encoding=MaskEncoding.of_values(values, n_classes),
        statistics=statistics,
        raw=source.raw,
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
