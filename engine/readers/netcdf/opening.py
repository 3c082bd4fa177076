"""Makes a volume or a record of a NetCDF file."""

from __future__ import annotations

from pathlib import Path

from engine.core.volume import Volume
from engine.readers.arrays.about import ArrayAbout
from engine.readers.arrays.coordinates import axes_of
from engine.readers.arrays.stored_array import check_array
from engine.readers.arrays.volume import ArrayVolume
from engine.readers.das.joined import open_gaps
from engine.readers.das.options import DasOptions
from engine.readers.das.record import DasRecord
from engine.readers.das.windows import Windows
from engine.readers.netcdf.classic_file import ClassicNetcdfFile
from engine.readers.netcdf.contents import (
    choose_variable,
    coordinates_of,
    others_note,
    survey_of,
)
from engine.readers.netcdf.hdf5_file import Hdf5NetcdfFile
from engine.readers.netcdf.record import record_of
from engine.readers.netcdf.samples import NetcdfArray
from engine.readers.netcdf.structure import NetcdfFile, told_attributes

_TEXT = "text"


def open_netcdf(path: Path, name: str | None, windows: DasOptions, *, classic: bool) -> Volume:
    """Open a variable of a file.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    name : str or None
        The variable; the largest one when None.
    windows : DasOptions
        How a record is cut.
    classic : bool
        Whether it is NetCDF-3.

    Returns
    -------
    Volume
        Closes the file when it is closed.

    Raises
    ------
    ReadError
        If it is damaged, or holds nothing that can be shown.
    """
    file: NetcdfFile = ClassicNetcdfFile(path) if classic else Hdf5NetcdfFile(path)
    try:
        return _open(file, name, windows)
    except BaseException:
        file.close()
        raise


def _open(file: NetcdfFile, name: str | None, windows: DasOptions) -> Volume:
    variable, others = choose_variable(file, name)
    notes = others_note(others)
    coordinates = coordinates_of(file, variable)
    record = record_of(file, variable, coordinates, notes)
    if record is not None:
        source = open_gaps(record)
        return DasRecord(source, Windows.of(source.facts, windows))
    check_array(file.path, variable.shape, variable.dtype, variable.chunks)
    axes, counted = axes_of([coordinate.coordinate() for coordinate in coordinates])
    text = file.attributes.get(_TEXT)
    about = ArrayAbout(
        title=file.title,
        survey=survey_of(file, variable, axes),
        quantity=variable.text("long_name") or variable.text("standard_name"),
        unit=variable.text("units"),
        attributes=told_attributes(file.attributes, without=(_TEXT,)),
        notes=(*counted, *notes),
        text=tuple(text.splitlines()) if isinstance(text, str) else (),
    )
    return ArrayVolume(file.path, NetcdfArray(file, variable), axes, named=True, about=about)
