"""The readers that are installed."""

from __future__ import annotations

from functools import cache

from engine.plugins.registry import Registry
from engine.readers.base import Reader

_BUILTINS = {
    "segy": "engine.readers.segy.reader:SegyReader",
    "das": "engine.readers.das.reader:DasReader",
    "raster": "engine.readers.raster.reader:RasterReader",
    "array": "engine.readers.arrays.reader:ArrayReader",
}


@cache
def readers() -> Registry[type[Reader]]:
    """Return the registry of readers, built-ins and plugins."""
    return Registry("outcrop.readers", _BUILTINS)
