"""Sections of any data set with labels that were frozen when a training started."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.core.amplitudes import AmplitudeStatistics
from engine.core.class_scheme import IGNORE
from engine.core.image import Image
from engine.core.volume import Volume, domain_of
from engine.data.kept_samples import KeptSamples
from engine.data.label_snapshot import LabelBlock, read_blocks, read_labels, runs_down
from engine.data.mask_encoding import MaskEncoding
from engine.data.positions import Positions, positions_along
from engine.errors import DataError
from engine.jobs.context import NULL_JOB, JobContext
from engine.readers.detect import open_volume


@dataclass(frozen=True, slots=True)
class SnapshotSource:
    """A data set and labels of some of its sections.

    Parameters
    ----------
    volume : pathlib.Path
        The amplitudes: SEG-Y, a record, an image, an array.
    snapshot : pathlib.Path
        Folder that `engine.data.label_snapshot.freeze_labels` wrote.
    direction : str, default ""
        Direction of the sections to take; the one with most labelled sections when
        left out. Sections of two directions cross each other, so that one could not
        be held back from the other.
    options : mapping, optional
        For the reader.
    """

    volume: Path
    snapshot: Path
    direction: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)


class LabelledSnapshot:
    """Labelled sections, or blocks of one; safe to read from any thread.

    Made by `open_snapshot`.

    Parameters
    ----------
    source : SnapshotSource
        What it was opened from.
    volume : Volume
        The amplitudes.
    blocks : tuple of LabelBlock
        The samples, all of one direction.
    """

    held_out: tuple[int, ...] = ()
    """Indices of the data's own test part; none."""
    sparse = True
    """Most of a section may not be labelled."""
    encoding = MaskEncoding.CLASS_IDS
    """Labels are class ids."""

    def __init__(
        self, source: SnapshotSource, volume: Volume, blocks: tuple[LabelBlock, ...]
    ) -> None:
        self._source = source
        self._volume = volume
        self._blocks = blocks
        self._kept = KeptSamples()
        self.names = tuple(_name(block, volume) for block in blocks)
        self.positions = _positions(blocks, volume)
        self.shapes = tuple((block.rows, block.cols) for block in blocks)
        self.statistics: AmplitudeStatistics = volume.statistics()
        self.class_pixels: NDArray[np.int64] = np.zeros((len(blocks), 0), dtype=np.int64)

    def __len__(self) -> int:
        return len(self._blocks)

    def image(self, index: int) -> NDArray[np.float32]:
        """Give the amplitudes of one sample, not to be written to.

        Parameters
        ----------
        index : int
            Position in `names`.

        Returns
        -------
        ndarray of float32, shape (rows, cols)
            NaN where there is no data.

        Raises
        ------
        DataError
            If the section is not of the size that was labelled.
        """
        return self._read(index)[0]

    def labels(self, index: int) -> NDArray[np.uint8]:
        """Give the class ids of one sample, not to be written to.

        Parameters
        ----------
        index : int
            Position in `names`.

        Returns
        -------
        ndarray of uint8, shape (rows, cols)
            Class ids; 255 is not labelled, left out, or no data.
        """
        return self._read(index)[1]

    def weights(self, index: int) -> NDArray[np.float32]:
        """Give how much each pixel counts, not to be written to.

        Parameters
        ----------
        index : int
            Position in `names`.

        Returns
        -------
        ndarray of float32, shape (rows, cols)
            By the certainty of the label: 1, 0.5 or 0.25; 0 where nothing counts.
        """
        return self._read(index)[2]

    def check(self, n_classes: int, job: JobContext = NULL_JOB) -> None:
        """Look through all labels, and count the pixels of each class.

        Parameters
        ----------
        n_classes : int
            Classes of the task.
        job : JobContext, optional
            Checked once for each sample.

        Raises
        ------
        DataError
            If a class id is none of the task, or all amplitudes are equal.
        ReadError
            If labels are damaged.
        JobCancelledError
            If the job is cancelled.
        """
        if self.statistics.minimum == self.statistics.maximum:
            raise DataError(
                f"{self._source.volume}: every amplitude is {self.statistics.minimum:g}",
                hint="Check that these are the amplitudes.",
            )
        counts = np.zeros((len(self), IGNORE + 1), dtype=np.int64)
        for row, block in enumerate(self._blocks):
            job.check()
            job.report(row, len(self), "checking labels")
            labelled = read_labels(self._source.snapshot, block)
            counts[row] = np.bincount(labelled.targets[labelled.weights > 0], minlength=IGNORE + 1)
        unknown = np.flatnonzero(counts[:, n_classes:IGNORE].any(axis=0)) + n_classes
        if len(unknown):
            raise DataError(
                f"labels of class {int(unknown[0])}, but there are {n_classes} classes",
                hint="Train with all classes of the labels.",
            )
        self.class_pixels = counts[:, :n_classes].copy()

    def describe(self) -> dict[str, Any]:
        """Return what a model's card says of the data."""
        return {
            "volume": self._source.volume.name,
            "domain": domain_of(self._volume.kind),
            "direction": self._blocks[0].direction,
            "labels": "drawn in the window, frozen at the start",
            "samples": len(self),
            "labelled_pixels": int(self.class_pixels.sum()),
        }

    def close(self) -> None:
        """Give up the volume."""
        self._volume.close()

    def _read(self, index: int) -> tuple[NDArray[Any], ...]:
        found = self._kept.get(index)
        if found is not None:
            return found
        block = self._blocks[index]
        image = self._amplitudes(block)
        labelled = read_labels(self._source.snapshot, block)
        labels, weights = labelled.targets, labelled.weights
        missing = np.isnan(image)
        labels[missing], weights[missing] = IGNORE, 0
        arrays = (image, labels, weights)
        self._kept.put(index, arrays)
        return arrays

    def _amplitudes(self, block: LabelBlock) -> NDArray[np.float32]:
        volume = self._volume
        if isinstance(volume, Image) and block.plane == volume.shape:
            return volume.window(*block.slices).data
        data = volume.section(block.direction, block.index).data
        if data.shape != block.plane:
            raise DataError(
                f"{volume.path}: {_name(block, volume)} is {data.shape[0]} x {data.shape[1]}, "
                f"but {block.plane[0]} x {block.plane[1]} was labelled",
                hint="Open the file as it was opened for labelling.",
            )
        return np.ascontiguousarray(data[block.slices])


def open_snapshot(
    source: SnapshotSource, n_classes: int, *, job: JobContext = NULL_JOB
) -> LabelledSnapshot:
    """Open a data set and look through the labels of a snapshot.

    Parameters
    ----------
    source : SnapshotSource
        Where both lie.
    n_classes : int
        Classes of the task.
    job : JobContext, optional
        Checked once for each sample.

    Returns
    -------
    LabelledSnapshot
        Ready for training or evaluation.

    Raises
    ------
    ReadError
        If a file cannot be read.
    DataError
        If nothing is labelled in the direction, or data and labels do not fit.
    JobCancelledError
        If the job is cancelled.
    """
    found = read_blocks(source.snapshot)
    by_direction = Counter(block.direction for block in found)
    direction = source.direction or max(by_direction, key=by_direction.__getitem__, default="")
    blocks = tuple(block for block in found if block.direction == direction)
    if not blocks:
        raise DataError(
            f"{source.volume.name}: nothing is labelled in direction {direction!r}",
            hint=f"Choose {' or '.join(by_direction) or 'another data set'}.",
        )
    volume = open_volume(source.volume, **source.options)
    try:
        snapshot = LabelledSnapshot(source, volume, blocks)
        snapshot.check(n_classes, job)
    except BaseException:
        volume.close()
        raise
    return snapshot


def _name(block: LabelBlock, volume: Volume) -> str:
    if block.direction not in volume.directions:
        place = block.direction
    else:
        axis = volume.axis_along(block.direction)
        if block.index >= axis.size:
            raise DataError(
                f"{volume.path}: {block.direction} has {axis.size} sections, "
                f"but number {block.index + 1} is labelled",
                hint="Open the file as it was opened for labelling.",
            )
        place = f"{block.direction} {axis.value(block.index):g}"
    if block.whole:
        return place
    rows, cols = block.slices
    return f"{place} rows {rows.start}-{rows.stop - 1} columns {cols.start}-{cols.stop - 1}"


def _positions(blocks: tuple[LabelBlock, ...], volume: Volume) -> Positions:
    """Lie sections along their axis, and parts of one section along its columns or rows."""
    direction = blocks[0].direction
    alone = direction not in volume.directions or volume.axis_along(direction).size == 1
    if not alone:
        axis = volume.axis_along(direction)
        return positions_along(axis, tuple(block.index for block in blocks), volume.survey)
    down = runs_down(blocks[0].plane, volume)
    starts = [block.top if down else block.left for block in blocks]
    return Positions(tuple(float(start) for start in starts))
