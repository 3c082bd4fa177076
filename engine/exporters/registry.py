"""The exporters that are installed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from engine.errors import SettingsError
from engine.exporters.base import Exporter
from engine.plugins.registry import Registry

_BUILTINS = {
    "segy": "engine.exporters.segy.exporter:SegyExporter",
    "npy": "engine.exporters.npy.exporter:NpyExporter",
}


@cache
def exporters() -> Registry[type[Exporter]]:
    """Return the registry of exporters, built-ins and plugins."""
    return Registry("outcrop.exporters", _BUILTINS)


def exporter_for(path: Path) -> Exporter:
    """Choose the exporter by the output's extension.

    Parameters
    ----------
    path : pathlib.Path
        The output.

    Returns
    -------
    Exporter
        Made anew.

    Raises
    ------
    SettingsError
        If none writes such files.
    """
    registry = exporters()
    known: list[str] = []
    for name in registry.names():
        exporter = registry.load(name)()
        if path.suffix.lower() in exporter.info.extensions:
            return exporter
        known += exporter.info.extensions
    kind = repr(path.suffix) if path.suffix else "names without extension"
    raise SettingsError(
        f"cannot write {path}: no exporter for {kind}",
        hint=f"Use one of {', '.join(known)}; .csv or .json for the events of a DAS record.",
    )
