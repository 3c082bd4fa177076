"""Finds the events of a record and writes them: table, what made it, mask."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from engine.core.provenance import Provenance
from engine.core.volume import Volume
from engine.exporters.base import record_path, refuse_existing
from engine.exporters.events.mask import MaskWriter
from engine.exporters.events.table import (
    EVENTS,
    LEAST_SAMPLES,
    EventTable,
    output_paths,
    write_text,
)
from engine.inference.predictor import Predictor
from engine.inference.record_runner import RecordReport, find_events
from engine.jobs.context import NULL_JOB, JobContext
from engine.preprocessing.das_chain import DasChain
from engine.readers.das.processed import processed


@dataclass(frozen=True, slots=True)
class EventRequest:
    """What to search and where to write.

    Parameters
    ----------
    record : Volume
        Of kind ``record``.
    predictor : Predictor
        The model.
    out : pathlib.Path
        ``.csv``, with a ``.csv.json`` that says more beside it; or ``.json`` alone.
    mask : pathlib.Path, optional
        Takes the class of every sample, ``.npy`` or ``.h5``.
    least_samples : int, default 16
        Smaller areas are left out.
    overwrite : bool, default False
        Replace files that are there.
    chain : DasChain, optional
        What is done to the record before the model sees it; at first nothing.
    """

    record: Volume
    predictor: Predictor
    out: Path
    mask: Path | None = None
    least_samples: int = LEAST_SAMPLES
    overwrite: bool = False
    chain: DasChain = field(default_factory=DasChain)


@dataclass(frozen=True, slots=True)
class EventReport:
    """What was found and written.

    Parameters
    ----------
    paths : tuple of pathlib.Path
        The files.
    found : RecordReport
        The events.
    lines : tuple of str
        Number of events of each class, and of areas left out, for people.
    """

    paths: tuple[Path, ...]
    found: RecordReport
    lines: tuple[str, ...]


def export_events(request: EventRequest, job: JobContext = NULL_JOB) -> EventReport:
    """Segment a record, collect its events and write them.

    Parameters
    ----------
    request : EventRequest
        What to do.
    job : JobContext, optional
        Checked between tiles; told of each window.

    Returns
    -------
    EventReport
        Files and events.

    Raises
    ------
    WriteError
        If a file is there and must stay, or cannot be written.
    JobCancelledError
        If the job is cancelled; no half-written file is left then.
    """
    paths = output_paths(request.out, request.mask)
    if not request.overwrite:
        refuse_existing(paths)
    channels, time = request.record.axes
    classes = request.predictor.classes
    mask = None if request.mask is None else MaskWriter(request.mask, time, channels, classes)
    try:
        found = find_events(
            processed(request.record, request.chain),
            request.predictor,
            least_samples=request.least_samples,
            mask=mask,
            job=job,
        )
        if mask is not None:
            mask.commit()
    finally:
        if mask is not None:
            mask.abort()
    _write_tables(request, paths, EventTable(found.events, time, channels, classes))
    counts = Counter(classes.names[event.class_id] for event in found.events)
    lines = [f"{count} {name}" for name, count in counts.items()] or ["no events"]
    if found.n_small:
        lines.append(f"{found.n_small} of less than {request.least_samples} samples left out")
    return EventReport(paths, found, tuple(lines))


def _write_tables(request: EventRequest, paths: tuple[Path, ...], table: EventTable) -> None:
    identity = request.predictor.identity
    provenance = Provenance(
        request.record.path.name,
        identity.name,
        identity.encoder_sha256,
        identity.pipeline,
        processing=request.chain.steps(),
        prediction=request.predictor.options,
    )
    about = {
        "files": [path.name for path in paths],
        "content": EVENTS,
        "classes": request.predictor.classes.to_json(),
        "provenance": provenance.to_json(),
    }
    beside = record_path(request.out)
    if request.out != beside:
        write_text(request.out, table.csv_text())
    write_text(beside, table.json_text(about))
