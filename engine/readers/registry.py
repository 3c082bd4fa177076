"""The readers that are installed."""

from __future__ import annotations

from functools import cache

from engine.plugins.registry import Registry
from engine.readers.base import Reader

_BUILTINS = {
    "netcdf": "engine.readers.netcdf.reader:NetcdfReader",
    "das": "engine.readers.das.reader:DasReader",
    "zgy": "engine.readers.zgy.reader:ZgyReader",
    "raster": "engine.readers.raster.reader:RasterReader",
    "mdio": "engine.readers.mdio.reader:MdioReader",
    "array": "engine.readers.arrays.reader:ArrayReader",
    "segy": "engine.readers.segy.reader:SegyReader",
}
"""The first of equally sure ones is taken. SEG-Y comes last: it has no signature, and what makes a
plausible binary header may stand at bytes 3201 to 3600 of any file."""


@cache
def readers() -> Registry[type[Reader]]:
    """Return the registry of readers, built-ins and plugins."""
    return Registry("outcrop.readers", _BUILTINS)
