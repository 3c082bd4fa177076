"""For authors of tasks; entry-point group ``outcrop.tasks``."""

from __future__ import annotations

from engine.core.class_scheme import IGNORE, ClassScheme, SegmentationClass
from engine.errors import DataError, SettingsError
from engine.tasks.base import Task
from engine.tasks.preset import LearningRateSettings, Preset

API_VERSION = 1

__all__ = [
    "API_VERSION",
    "IGNORE",
    "ClassScheme",
    "DataError",
    "LearningRateSettings",
    "Preset",
    "SegmentationClass",
    "SettingsError",
    "Task",
]
