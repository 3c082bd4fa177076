"""Small NetCDF files, written with h5py as the NetCDF library lays them out, or with SciPy."""

from __future__ import annotations

import h5py
import numpy as np
from scipy.io import netcdf_file

from tests.synthetic import SegySpec, ground

UTC = "milliseconds since 2023-03-22 12:00:00.5"
START_NS = 1_679_486_400_500_000_000
"""Of `UTC`, by ``date -u -d '2023-03-22 12:00:00' +%s``."""


def volume_contents(**attributes):
    """Dimensions and variables of a seismic volume as segysak lays it out."""
    spec = SegySpec()
    rows, cols = spec.inlines, spec.crosslines
    x, y = np.moveaxis([[ground(i, c) for c in cols] for i in rows], -1, 0)
    dimensions = {"iline": 3, "xline": 4, "twt": 12}
    lines = ("iline", "xline")
    variables = {
        "iline": (("iline",), np.array(rows), {}),
        "xline": (("xline",), np.array(cols, dtype="i4"), {}),
        "twt": (("twt",), 4.0 * np.arange(12), {"units": "milliseconds"}),
        "cdp_x": (lines, x, {"units": "m"}),
        "cdp_y": (lines, y, {"units": "m"}),
        "data": ((*lines, "twt"), spec.values(), {"coordinates": "cdp_x cdp_y", **attributes}),
    }
    return dimensions, variables


def record_contents(*, transposed=False, units=UTC, times=None, n_rows=60, n_channels=7):
    """Dimensions and variables of a DAS record, 200 samples a second, 4 m between channels."""
    data = np.random.default_rng(2).normal(size=(n_rows, n_channels)).astype("f4")
    times = 5 * np.arange(n_rows) if times is None else times
    dimensions = {"time": n_rows, "distance": n_channels}
    names = ("distance", "time") if transposed else ("time", "distance")
    about = {"units": "1/s", "long_name": "strain rate"}
    variables = {
        "time": (("time",), np.asarray(times, dtype="f8"), {"units": units}),
        "distance": (("distance",), 100 + 4.0 * np.arange(n_channels), {"units": "m"}),
        "strain": (names, data.T if transposed else data, about),
    }
    return dimensions, variables, data


def write_netcdf4(path, dimensions, variables, attributes=None, **storage):
    """Write NetCDF-4: arrays with dimension scales; no values for a dimension without variable."""
    with h5py.File(path, "w") as file:
        file.attrs["_NCProperties"] = np.bytes_(b"version=2,netcdf=4.9.2,hdf5=1.14.3")
        for name, value in (attributes or {}).items():
            file.attrs[name] = value
        for name, size in dimensions.items():
            if name in variables:
                scale = file.create_dataset(name, data=variables[name][1])
                scale.make_scale(name)
            else:
                bare = f"This is a netCDF dimension but not a netCDF variable. {size:9d}"
                file.create_dataset(name, (size,), dtype=">f4").make_scale(bare)
        for name, (names, data, about) in variables.items():
            if name not in dimensions:
                array = file.create_dataset(name, data=data, **storage)
                for axis, dimension in zip(array.dims, names, strict=True):
                    axis.attach_scale(file[dimension])
            for key, value in about.items():
                # The library writes numbers as lists of one.
                file[name].attrs[key] = value if isinstance(value, str) else np.array([value])


def write_netcdf3(path, dimensions, variables, attributes=None):
    """Write NetCDF-3."""
    with netcdf_file(path, "w") as file:
        for name, value in (attributes or {}).items():
            setattr(file, name, value)
        for name, size in dimensions.items():
            file.createDimension(name, size)
        for name, (names, data, about) in variables.items():
            stored = data.astype("i4") if data.dtype == np.int64 else data
            variable = file.createVariable(name, stored.dtype, names)
            variable[:] = stored
            for key, value in about.items():
                setattr(variable, key, value)


def write_volume(path):
    """Write the volume as NetCDF-4."""
    write_netcdf4(path, *volume_contents())


def write_classic_volume(path):
    """Write the volume as NetCDF-3."""
    write_netcdf3(path, *volume_contents())


def write_record(path):
    """Write the record as NetCDF-4; return its samples."""
    *contents, data = record_contents()
    write_netcdf4(path, *contents)
    return data


def write_classic_record(path):
    """Write the record as NetCDF-3; return its samples."""
    *contents, data = record_contents()
    write_netcdf3(path, *contents)
    return data
