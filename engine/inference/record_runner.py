"""Finds events in a whole record, window by window."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.core.class_scheme import IGNORE
from engine.core.events import DetectedEvent
from engine.core.volume import Volume
from engine.exporters.events.mask import MaskWriter
from engine.inference.event_finder import EventFinder
from engine.inference.predictor import Predictor
from engine.inference.window_blending import WindowBlender
from engine.jobs.context import NULL_JOB, JobContext, PartOfJob
from engine.jobs.rate import RecentRate

_Stripe = tuple[NDArray[np.float32], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class RecordReport:
    """What was found in a record.

    Parameters
    ----------
    events : tuple of DetectedEvent
        In order of time.
    n_small : int
        Areas that were left out because they are small.
    n_windows : int
        Windows segmented.
    seconds : float
        How long it took.
    """

    events: tuple[DetectedEvent, ...]
    n_small: int
    n_windows: int
    seconds: float


def find_events(
    record: Volume,
    predictor: Predictor,
    *,
    least_samples: int = 1,
    mask: MaskWriter | None = None,
    job: JobContext = NULL_JOB,
) -> RecordReport:
    """Segment all windows of a record and collect the connected areas.

    Memory grows with the window and the number of events, not with the record.

    Parameters
    ----------
    record : Volume
        Of kind ``record``; its windows may overlap.
    predictor : Predictor
        The model.
    least_samples : int, default 1
        Smaller areas are left out.
    mask : MaskWriter, optional
        Takes the class of every sample.
    job : JobContext, optional
        Checked between tiles; told of each window.

    Returns
    -------
    RecordReport
        The events.

    Raises
    ------
    JobCancelledError
        If the job is cancelled.
    """
    began_s = time.perf_counter()
    background = (k for k, item in enumerate(predictor.classes.classes) if item.background)
    finder = EventFinder(frozenset({IGNORE, *background}))
    for data, probabilities in _stripes(record, predictor, job):
        with np.errstate(invalid="ignore"):
            confidence = probabilities.max(axis=0)
        classes = np.nan_to_num(probabilities).argmax(axis=0).astype(np.uint8)
        classes[np.isnan(confidence)] = IGNORE
        finder.add(classes, confidence, data)
        if mask is not None:
            mask.write(classes)
    events = finder.events(least_samples)
    seconds = time.perf_counter() - began_s
    n_windows = record.axis_along(record.directions[0]).size
    return RecordReport(events, finder.n_areas - len(events), n_windows, seconds)


def _stripes(record: Volume, predictor: Predictor, job: JobContext) -> Iterator[_Stripe]:
    """Yield amplitudes and blended probabilities of consecutive rows, each row once."""
    direction, utc = record.directions[0], record.axes[-1]
    n_windows = record.axis_along(direction).size
    statistics = record.statistics()
    section = record.section(direction, 0)
    start, rate = 0, RecentRate()
    rate.add(time.perf_counter(), 0, n_windows)
    blender: WindowBlender | None = None
    for index in range(n_windows):
        job.check()
        job.report(index, n_windows, "" if rate.per_s is None else f"{rate.per_s:.2f} windows/s")
        # The next one is read first: where it begins is where this one is finished.
        following = record.section(direction, index + 1) if index + 1 < n_windows else None
        stop = start + section.rows.size
        begin = stop if following is None else utc.index(following.rows.first)
        if blender is None:
            blender = WindowBlender(stop - begin)
        blender.add(start, predictor.predict(section, statistics, PartOfJob(job)).data)
        yield section.data[: begin - start], blender.take(begin)
        if following is not None:
            section, start = following, begin
        rate.add(time.perf_counter(), index + 1, n_windows)
    job.report(n_windows, n_windows)
