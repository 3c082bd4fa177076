"""Sections of a volume with labels, read from disk when they are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.core.amplitudes import AmplitudeStatistics
from engine.core.class_scheme import IGNORE
from engine.core.volume import Volume, domain_of
from engine.data.kept_samples import KeptSamples
from engine.data.label_volume import NOT_LABELLED, LabelVolume, open_labels
from engine.data.lines import LineSelection
from engine.data.mask_encoding import (
    MaskEncoding,
    check_any_label,
    check_values,
    count_classes,
)
from engine.data.positions import positions_along
from engine.errors import DataError
from engine.jobs.context import NULL_JOB, JobContext
from engine.readers.detect import open_volume

_ALL_LINES = LineSelection()


@dataclass(frozen=True, slots=True)
class SurveySource:
    """A volume, its labels, and which of its sections to use.

    Parameters
    ----------
    volume, labels : pathlib.Path
        Amplitudes, and labels of the same geometry; see `open_labels`.
    direction : str, default ""
        Direction of the sections, such as ``inline``; the volume's first when
        left out.
    lines : LineSelection, optional
        Which sections; all when left out.
    options : mapping, optional
        For the reader: where the geometry lies.
    limit : int, optional
        Use only the first so many of the selected sections.
    """

    volume: Path
    labels: Path
    direction: str = ""
    lines: LineSelection = _ALL_LINES
    options: Mapping[str, Any] = field(default_factory=dict)
    limit: int | None = None


class LabelledSurvey:
    """Sections of a volume with labels; safe to read from any thread.

    Made by `open_survey`.

    Parameters
    ----------
    source : SurveySource
        What it was opened from.
    volume : Volume
        The amplitudes.
    label_volume : LabelVolume
        The labels.
    direction : str
        Direction of the sections.
    indices : tuple of int
        Positions of the sections along that direction.
    """

    held_out: tuple[int, ...] = ()
    """Indices of the data's own test part; none."""
    sparse = False
    """Labels are taken to cover sections."""

    def __init__(
        self,
        source: SurveySource,
        volume: Volume,
        label_volume: LabelVolume,
        direction: str,
        indices: tuple[int, ...],
    ) -> None:
        self._source = source
        self._volume = volume
        self._labels = label_volume
        self._direction = direction
        self._indices = indices
        self._kept = KeptSamples()
        axis = volume.axis_along(direction)
        self.names = tuple(f"{direction} {axis.value(i):g}" for i in indices)
        self.positions = positions_along(axis, indices, volume.survey)
        rows, cols = _plane_shape(volume, direction)
        self.shapes = ((rows, cols),) * len(indices)
        self.statistics: AmplitudeStatistics = volume.statistics()
        self.encoding = MaskEncoding.CLASS_IDS
        self.class_pixels: NDArray[np.int64] = np.zeros((len(indices), 0), dtype=np.int64)

    def __len__(self) -> int:
        return len(self._indices)

    def image(self, index: int) -> NDArray[np.float32]:
        """Give the amplitudes of one section, not to be written to.

        Parameters
        ----------
        index : int
            Position in `names`.

        Returns
        -------
        ndarray of float32, shape (rows, cols)
            Samples downwards on vertical sections; NaN where there is no data.
        """
        return self._read(index)[0]

    def labels(self, index: int) -> NDArray[np.uint8]:
        """Give the class ids of one section, not to be written to.

        Parameters
        ----------
        index : int
            Position in `names`.

        Returns
        -------
        ndarray of uint8, shape (rows, cols)
            Class ids; 255 is not labelled or no data.
        """
        return self._read(index)[1]

    def weights(self, _index: int) -> None:
        """Give none: all labelled pixels count the same."""

    def check(self, n_classes: int, job: JobContext = NULL_JOB) -> None:
        """Look through the labels of all sections: values, encoding, pixels of each class.

        Parameters
        ----------
        n_classes : int
            Classes of the task.
        job : JobContext, optional
            Checked once for each section.

        Raises
        ------
        DataError
            If a value is no class, nothing is labelled, or all amplitudes are equal.
        JobCancelledError
            If the job is cancelled.
        """
        if self.statistics.minimum == self.statistics.maximum:
            raise DataError(
                f"{self._source.volume}: every amplitude is {self.statistics.minimum:g}",
                hint="Check that this is the volume of amplitudes.",
            )
        values: set[int] = set()
        planes = np.zeros((len(self), IGNORE + 1), dtype=np.int64)
        for row, index in enumerate(self._indices):
            job.check()
            job.report(row, len(self), "checking labels")
            plane = self._labels.section(self._direction, index)
            labelled = plane != NOT_LABELLED
            values |= check_values(self._source.labels, plane[labelled], n_classes)
            # Where there are no data the labels are not used, and must not count.
            labelled &= ~self._volume.section(self._direction, index).no_data
            planes[row] = np.bincount(plane[labelled], minlength=IGNORE + 1)
        check_any_label(self._source.labels, values)
        self.encoding = MaskEncoding.of_values(values, n_classes)
        self.class_pixels = count_classes(planes, self.encoding, n_classes)
        self._kept.clear()

    def describe(self) -> dict[str, Any]:
        """Return what a model's card says of the data."""
        return {
            "volume": self._source.volume.name,
            "domain": domain_of(self._volume.kind),
            "labels": self._source.labels.name,
            "direction": self._direction,
            "first": self.names[0],
            "last": self.names[-1],
            "samples": len(self),
            "masks_hold": self.encoding.value,
        }

    def close(self) -> None:
        """Give up both files."""
        self._volume.close()
        self._labels.close()

    def _read(self, index: int) -> tuple[NDArray[Any], ...]:
        found = self._kept.get(index)
        if found is not None:
            return found
        section = self._volume.section(self._direction, self._indices[index])
        values = self._labels.section(self._direction, self._indices[index])
        labels = self.encoding.decode(np.where(values == NOT_LABELLED, 0, values))
        labels[(values == NOT_LABELLED) | section.no_data] = IGNORE
        pair = (section.data, labels)
        self._kept.put(index, pair)
        return pair


def open_survey(
    source: SurveySource, n_classes: int, *, job: JobContext = NULL_JOB
) -> LabelledSurvey:
    """Open a volume and its labels, and look through the labels.

    Parameters
    ----------
    source : SurveySource
        The files and the selection.
    n_classes : int
        Classes of the task.
    job : JobContext, optional
        Checked once for each section.

    Returns
    -------
    LabelledSurvey
        Ready for training or evaluation; amplitudes are not read yet, but for
        the strided sample of the survey's statistics.

    Raises
    ------
    ReadError
        If a file cannot be read.
    DataError
        If the two do not fit, the volume has no such direction or lines, or a
        label is no class.
    JobCancelledError
        If the job is cancelled.
    """
    if source.limit is not None and source.limit < 1:
        raise DataError(
            f"a limit of {source.limit} sections leaves nothing", hint="Allow at least one."
        )
    volume = open_volume(source.volume, **source.options)
    try:
        direction = _direction(source, volume)
        indices = source.lines.indices(volume.axis_along(direction))[: source.limit]
        label_volume = open_labels(source.labels, volume, **source.options)
    except BaseException:
        volume.close()
        raise
    survey = LabelledSurvey(source, volume, label_volume, direction, indices)
    try:
        survey.check(n_classes, job)
    except BaseException:
        survey.close()
        raise
    return survey


def _direction(source: SurveySource, volume: Volume) -> str:
    direction = source.direction or volume.directions[0]
    if direction not in volume.directions:
        raise DataError(
            f"{source.volume}: no sections in direction {direction}",
            hint=f"Choose {' or '.join(volume.directions)}.",
        )
    return direction


def _plane_shape(volume: Volume, direction: str) -> tuple[int, int]:
    """Rows and columns of a section: samples run downwards on vertical ones."""
    across = [axis for axis in volume.axes if axis.name != direction]
    sizes = [axis.size for axis in across]
    return (sizes[1], sizes[0]) if across[1].is_samples else (sizes[0], sizes[1])
