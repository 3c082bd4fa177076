"""The exporters that are installed."""

from __future__ import annotations

from functools import cache

from engine.exporters.base import Exporter
from engine.plugins.registry import Registry

_BUILTINS = {"segy": "engine.exporters.segy.exporter:SegyExporter"}


@cache
def exporters() -> Registry[type[Exporter]]:
    """Return the registry of exporters, built-ins and plugins."""
    return Registry("outcrop.exporters", _BUILTINS)
