"""For authors of exporters; entry-point group ``outcrop.exporters``."""

from __future__ import annotations

from engine.core.class_scheme import IGNORE, ClassScheme
from engine.core.volume import Volume
from engine.errors import SettingsError, ShapeError, WriteError
from engine.exporters.base import (
    CLASSES,
    PROBABILITIES,
    Exporter,
    ExporterInfo,
    ExportLayers,
    ExportReport,
    ExportWriter,
)

API_VERSION = 1

__all__ = [
    "API_VERSION",
    "CLASSES",
    "IGNORE",
    "PROBABILITIES",
    "ClassScheme",
    "ExportLayers",
    "ExportReport",
    "ExportWriter",
    "Exporter",
    "ExporterInfo",
    "SettingsError",
    "ShapeError",
    "Volume",
    "WriteError",
]
