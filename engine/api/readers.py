"""For authors of readers; entry-point group ``outcrop.readers``."""

from __future__ import annotations

from engine.core.amplitudes import AmplitudeStatistics
from engine.core.axes import Axis
from engine.core.section import Plane, Section
from engine.core.survey import Survey
from engine.core.volume import Volume
from engine.errors import ReadError, SettingsError, UnknownFormatError
from engine.readers.base import Confidence, QuickReader, Reader, ReaderInfo

API_VERSION = 1

__all__ = [
    "API_VERSION",
    "AmplitudeStatistics",
    "Axis",
    "Confidence",
    "Plane",
    "QuickReader",
    "ReadError",
    "Reader",
    "ReaderInfo",
    "Section",
    "SettingsError",
    "Survey",
    "UnknownFormatError",
    "Volume",
]
