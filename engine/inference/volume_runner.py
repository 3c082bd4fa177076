"""Segments the sections of a volume and has it written."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.core.amplitudes import AmplitudeStatistics
from engine.core.axes import Axis
from engine.core.section import Section
from engine.core.volume import Volume
from engine.errors import DataError, JobCancelledError
from engine.exporters.base import (
    CLASSES,
    PROBABILITIES,
    Exporter,
    ExportLayers,
    ExportReport,
    ExportWriter,
    record_path,
    refuse_existing,
)
from engine.exporters.record import refuse_results
from engine.inference.export_record import write_record
from engine.inference.predictor import Predictor
from engine.inference.streams import Streams
from engine.jobs.context import NULL_JOB, JobContext
from engine.jobs.rate import RecentRate


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What to segment and where to write it.

    Parameters
    ----------
    volume : Volume
        The source.
    predictor : Predictor
        The model; small regions are filled section by section.
    out : pathlib.Path
        The output.
    exporter : Exporter
        Writes it.
    direction : str, default ""
        Sections along which axis; the volume's first direction when empty.
    probabilities : bool, default False
        Write the probability of each class instead of the likeliest class.
    nan_as_no_data : bool, default False
        Take samples that are not finite as missing, instead of refusing them.
    overwrite : bool, default False
        Replace files that are there.
    options : mapping, optional
        The exporter's own.
    indices : tuple of int, optional
        Sections to segment, from 0; all when left out. The others hold no data.
    """

    volume: Volume
    predictor: Predictor
    out: Path
    exporter: Exporter
    direction: str = ""
    probabilities: bool = False
    nan_as_no_data: bool = False
    overwrite: bool = False
    options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    indices: tuple[int, ...] | None = None

    @property
    def axis(self) -> Axis:
        """The axis along which sections are taken."""
        return self.volume.axis_along(self.direction or self.volume.directions[0])

    @property
    def chosen(self) -> Sequence[int]:
        """The sections to segment."""
        return range(self.axis.size) if self.indices is None else self.indices


@dataclass(frozen=True, slots=True)
class VolumeReport:
    """What an export did.

    Parameters
    ----------
    written : ExportReport
        The files, compared with the source.
    n_sections : int
        Sections segmented.
    seconds : float
        From the first to the last, without the check of the amplitudes before
        and the comparison after.
    shares : mapping of str to float
        Part of all samples segmented, with data, that fell to each class.
    record : pathlib.Path
        A JSON file beside the output: what made it, and what its numbers mean.
    """

    written: ExportReport
    n_sections: int
    seconds: float
    shares: Mapping[str, float]
    record: Path

    @property
    def sections_per_s(self) -> float:
        """Sections a second."""
        return self.n_sections / self.seconds


def export_volume(request: ExportRequest, job: JobContext = NULL_JOB) -> VolumeReport:
    """Segment sections of a volume in one direction, all or some, and write the volume.

    Memory does not grow with the number of sections. Whatever goes wrong,
    no half-written file is left behind.

    Parameters
    ----------
    request : ExportRequest
        What to do.
    job : JobContext, optional
        Checked between tiles; told of each section, with the rate.

    Returns
    -------
    VolumeReport
        Files, rate and shares of the classes.

    Raises
    ------
    DataError
        If an amplitude is not finite and `nan_as_no_data` is not set, or the
        volume is itself the result of an export.
    SettingsError
        If small regions are to be filled in probabilities.
    WriteError
        If an output exists, is the source, or cannot be written.
    JobCancelledError
        If the job is cancelled.
    """
    refuse_results(request.volume.path)
    request.predictor.options.check_content(probabilities=request.probabilities)
    axis = request.axis
    content = PROBABILITIES if request.probabilities else CLASSES
    layers = ExportLayers(request.predictor.classes, content)
    writer = request.exporter.start(request.volume, request.out, layers, job=job, **request.options)
    try:
        if not request.overwrite:
            refuse_existing((*writer.paths, record_path(request.out)))
        if not request.nan_as_no_data:
            _check_finite(request, job)
        run = _Run(request, writer, job)
        seconds = run.run()
        written = writer.commit(overwrite=request.overwrite)
    except BaseException:
        writer.abort()
        raise
    record = write_record(
        request.out,
        written,
        request.predictor,
        source=request.volume.path.name,
        content=content,
        direction=axis.name,
        lines=None if request.indices is None else [axis.value(k) for k in request.indices],
    )
    return VolumeReport(written, len(request.chosen), seconds, run.shares(), record)


def _check_finite(request: ExportRequest, job: JobContext) -> None:
    """Read every section once: far cheaper than to fail in the last hour of a long run."""
    volume, axis, indices = request.volume, request.axis, request.chosen
    if request.indices is None:
        # All samples lie in the sections of any direction; the first is the quickest to read.
        axis = volume.axis_along(volume.directions[0])
        indices = range(axis.size)
    for done, index in enumerate(indices):
        job.check()
        job.report(done, len(indices), "checking amplitudes")
        bad = volume.section(axis.name, index).bad_samples
        if bad:
            raise DataError(
                f"{volume.path}: {bad} amplitudes at {axis.name} {axis.value(index):g} "
                "are not finite numbers",
                hint="Repair the file, or take such samples as missing (--nan-as-no-data).",
            )


class _Run:
    """The state that the streams of one export share."""

    def __init__(self, request: ExportRequest, writer: ExportWriter, job: JobContext) -> None:
        self._request = request
        self._writer = writer
        self._job = job
        self._axis = request.axis
        self._statistics: AmplitudeStatistics = request.volume.statistics()
        self._total = len(request.chosen)
        self._indices: Iterator[int] = iter(request.chosen)
        self._counts = np.zeros(len(request.predictor.classes))
        self._done = 0
        self._rate = RecentRate()
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    def run(self) -> float:
        """Segment the sections; return how many seconds it took."""
        began_s = time.perf_counter()
        self._rate.add(began_s, 0, self._total)
        self._job.report(0, self._total, "segmenting")
        streams = Streams.on(self._request.predictor.device, self._total)
        streams.run(self._work, self._stopped.set)
        return time.perf_counter() - began_s

    def shares(self) -> dict[str, float]:
        """Return the part of the samples that fell to each class."""
        total = self._counts.sum() or 1.0
        names = self._request.predictor.classes.names
        return {name: float(n / total) for name, n in zip(names, self._counts, strict=True)}

    def check(self) -> None:
        """Raise if the job was cancelled, or another stream failed."""
        if self._stopped.is_set():
            raise JobCancelledError
        self._job.check()

    def report(self, done: int, total: int, message: str = "") -> None:
        """Take the tiles' progress, which is too fine for a volume's."""

    def _work(self) -> None:
        volume = self._request.volume
        while True:
            self.check()
            with self._lock:
                index = next(self._indices, None)
            if index is None:
                return
            data, counts = self._segment(volume.section(self._axis.name, index))
            self.check()
            self._writer.write(self._axis.name, index, data)
            self._finish(counts)

    def _segment(
        self, section: Section
    ) -> tuple[NDArray[np.uint8 | np.float32], NDArray[np.float64]]:
        """Return what is to be written, and how much falls to each class."""
        predictor = self._request.predictor
        if self._request.probabilities:
            probabilities = predictor.predict(section, self._statistics, self).data
            return probabilities, np.nansum(probabilities, axis=(1, 2), dtype=np.float64)
        mask = predictor.classify(section, self._statistics, self).data
        counts = np.bincount(mask.ravel(), minlength=256)[: len(predictor.classes)]
        return mask, counts.astype(np.float64)

    def _finish(self, counts: NDArray[np.float64]) -> None:
        with self._lock:
            self._counts += counts
            self._done += 1
            self._rate.add(time.perf_counter(), self._done, self._total)
            rate = self._rate.per_s or 0.0
            self._job.report(self._done, self._total, f"{rate:.2f} sections/s")
