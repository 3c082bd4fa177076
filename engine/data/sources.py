"""Labelled samples, whatever they lie in: folders of files or the sections of a volume."""

from __future__ import annotations

from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.core.amplitudes import AmplitudeStatistics
from engine.data.folder import scan_folder
from engine.data.folder_source import FolderSource
from engine.data.mask_encoding import MaskEncoding
from engine.data.positions import Positions
from engine.data.snapshot_source import SnapshotSource, open_snapshot
from engine.data.survey import SurveySource, open_survey
from engine.jobs.context import NULL_JOB, JobContext

DataSource: TypeAlias = FolderSource | SurveySource | SnapshotSource
"""Where samples lie; a value that opens nothing."""


class LabelledSource(Protocol):
    """Samples that were looked through and found consistent; any thread may read."""

    @property
    def names(self) -> tuple[str, ...]:
        """Name of each sample."""

    @property
    def positions(self) -> Positions | None:
        """Where the samples lie along a slice axis; None where nothing tells."""

    @property
    def held_out(self) -> tuple[int, ...]:
        """Ascending indices of a test part that the data bring themselves; often empty."""

    @property
    def shapes(self) -> tuple[tuple[int, int], ...]:
        """Rows and columns of each sample."""

    @property
    def statistics(self) -> AmplitudeStatistics:
        """Of the amplitudes of all samples together, or of their survey."""

    @property
    def encoding(self) -> MaskEncoding:
        """What the masks' values mean."""

    @property
    def class_pixels(self) -> NDArray[np.int64]:
        """Labelled pixels of each class, shape ``(n_samples, n_classes)``."""

    @property
    def sparse(self) -> bool:
        """Whether most of a sample may not be labelled: crops are placed where labels are."""

    def __len__(self) -> int:
        """Give the number of samples."""

    def image(self, index: int) -> NDArray[np.float32]:
        """Give amplitudes, shape ``(rows, cols)``; NaN where there is no data."""

    def labels(self, index: int) -> NDArray[np.uint8]:
        """Give class ids, shape ``(rows, cols)``; 255 is not labelled."""

    def weights(self, index: int) -> NDArray[np.float32] | None:
        """Give how much each pixel counts, shape ``(rows, cols)``; None if all the same."""

    def describe(self) -> dict[str, Any]:
        """Return what a model's card says of the data."""

    def close(self) -> None:
        """Give up what is open."""


def open_source(
    source: DataSource, n_classes: int, *, job: JobContext = NULL_JOB
) -> LabelledSource:
    """Open samples and look through their labels.

    Parameters
    ----------
    source : FolderSource, SurveySource or SnapshotSource
        Where they lie.
    n_classes : int
        Classes of the task.
    job : JobContext, optional
        Checked once for each sample.

    Returns
    -------
    LabelledSource
        Ready for training or evaluation.

    Raises
    ------
    ReadError
        If a file is missing or damaged.
    DataError
        If samples and labels do not fit together or to the classes.
    JobCancelledError
        If the job is cancelled.
    """
    if isinstance(source, SurveySource):
        return open_survey(source, n_classes, job=job)
    if isinstance(source, SnapshotSource):
        return open_snapshot(source, n_classes, job=job)
    return scan_folder(source, n_classes, job=job)
