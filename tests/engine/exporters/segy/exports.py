"""Classes and probabilities that follow the amplitudes, and their exports."""

from __future__ import annotations

import numpy as np

from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.exporters.base import PROBABILITIES, ExportLayers
from engine.exporters.segy.exporter import SegyExporter

SCHEME = ClassScheme(
    (
        SegmentationClass("background", "#000000", background=True),
        SegmentationClass("salt dome", "#ff8800"),
        SegmentationClass("fault", "#0088ff"),
    )
)
CLASSES = ExportLayers(SCHEME)
PROBABILITY_LAYERS = ExportLayers(SCHEME, PROBABILITIES)


def classes_of(section):
    """Classes that follow the amplitudes, so that every sample has a known one."""
    classes = np.where(section.data > 0, np.where(section.data > 1000, 2, 1), 0)
    return np.where(section.no_data, 255, classes).astype(np.uint8)


def probabilities_of(section):
    classes = classes_of(section)
    planes = np.stack([0.5 * (classes == k) + 0.125 for k in range(3)]).astype(np.float32)
    planes[:, section.no_data] = np.nan
    return planes


def export(source, path, direction, layers=CLASSES, **options):
    writer = SegyExporter().start(source, path, layers, **options)
    predict = classes_of if layers is CLASSES else probabilities_of
    for index in range(source.axis_along(direction).size):
        writer.write(direction, index, predict(source.section(direction, index)))
    return writer.commit()


def headers_of(path, n_samples, sample_bytes, *, head=3600):
    """Return the bytes in front of the traces and those of all trace headers."""
    raw = path.read_bytes()
    traces = np.frombuffer(raw[head:], np.uint8).reshape(-1, 240 + n_samples * sample_bytes)
    return raw[:3224] + raw[3226:head], traces[:, :240].tobytes()
