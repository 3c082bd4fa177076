"""Exports of whole volumes, records and images; loads torch."""

from __future__ import annotations

from dataclasses import replace

from app.workers.exporting import CRATERS, ExportChoice, Exported
from engine.core.image import Image
from engine.errors import SettingsError
from engine.exporters.base import CLASSES, PROBABILITIES
from engine.exporters.events.table import EVENTS, LEAST_SAMPLES
from engine.exporters.image_registry import image_exporter
from engine.exporters.registry import exporter_for
from engine.inference.event_export import EventRequest, export_events
from engine.inference.image_runner import ImageRequest, export_image
from engine.inference.predictor import Predictor
from engine.inference.volume_runner import ExportRequest, export_volume
from engine.jobs.context import JobContext
from engine.readers.das.overlapping import cut_for_events
from engine.readers.detect import open_volume


def export(choice: ExportChoice, predictor: Predictor, job: JobContext) -> Exported:
    """Segment all of a file and write what was chosen.

    Parameters
    ----------
    choice : ExportChoice
        What, and where to.
    predictor : Predictor
        The model.
    job : JobContext
        Checked and told on the way.

    Returns
    -------
    Exported
        The files, and what is to be said of them.

    Raises
    ------
    EngineError
        If the data cannot be segmented or a file cannot be written.
    """
    if choice.content == EVENTS:
        return _export_events(choice, predictor, job)
    if choice.content == CRATERS:
        return _export_craters(choice, predictor, job)
    return _export_volume(choice, predictor, job)


def _export_volume(choice: ExportChoice, predictor: Predictor, job: JobContext) -> Exported:
    volume = open_volume(choice.source, **choice.reader_options)
    try:
        request = ExportRequest(
            volume,
            predictor,
            choice.path,
            exporter_for(choice.path),
            direction=choice.direction,
            probabilities=choice.content == PROBABILITIES,
            nan_as_no_data=choice.nan_as_no_data,
            overwrite=choice.overwrite,
        )
        report = export_volume(request, job)
    finally:
        volume.close()
    return Exported(report.written.paths, report.written.lines)


def _export_craters(choice: ExportChoice, predictor: Predictor, job: JobContext) -> Exported:
    image = open_volume(choice.source, **choice.reader_options)
    try:
        if not isinstance(image, Image):
            raise SettingsError(f"{choice.source}: is no image", hint="Open it again.")
        exporter = image_exporter(choice.path)
        exporter.check(image, choice.path, CLASSES)
        request = ImageRequest(image, predictor, choice.path, exporter, overwrite=choice.overwrite)
        report = export_image(request, job)
    finally:
        image.close()
    return Exported(report.written.paths, report.written.lines, is_compared=False)


def _export_events(choice: ExportChoice, predictor: Predictor, job: JobContext) -> Exported:
    record = open_volume(choice.source, **choice.reader_options)
    try:
        cut = cut_for_events(record, choice.reader_options)
        # Of a record's events the small ones are left out; none takes another class.
        smallest = choice.options.smallest_region
        request = EventRequest(
            cut,
            predictor.with_options(replace(choice.options, smallest_region=0)),
            choice.path,
            least_samples=max(LEAST_SAMPLES, smallest),
            overwrite=choice.overwrite,
            chain=choice.chain,
        )
        report = export_events(request, job)
    finally:
        record.close()
    return Exported(report.paths, report.lines, is_compared=False)
