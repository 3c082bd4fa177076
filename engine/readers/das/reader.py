"""Opens DAS records: files of interrogators, arrays of HDF5 files, folders."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from engine.errors import ReadError, SettingsError
from engine.readers.base import Confidence, ReaderInfo
from engine.readers.das.array_source import arrays_hint, source_of_array, source_of_simple
from engine.readers.das.dasdae import source_of_dasdae
from engine.readers.das.hdf5_safety import check_file
from engine.readers.das.options import DasOptions
from engine.readers.das.record import DasRecord
from engine.readers.das.source import RecordSource
from engine.readers.das.tdms import SIGNATURE as TDMS
from engine.readers.das.tdms import check_segments
from engine.readers.das.windows import Windows

_HDF5 = b"\x89HDF\r\n\x1a\n"
_SINTELA = ".raw"
_SENTEK = ".das"


class DasReader:
    """Reads DAS records through DASCore or, for plain arrays, h5py.

    DASCore takes seconds to load, and is loaded for the formats that need it.
    """

    info = ReaderInfo(
        name="das",
        title="DAS record",
        extensions=(".h5", ".hdf5", ".tdms", _SENTEK, _SINTELA),
    )

    def sniff(self, path: Path) -> Confidence:
        """Look for the signatures of HDF5 and TDMS.

        Parameters
        ----------
        path : pathlib.Path
            The file to judge.

        Returns
        -------
        Confidence
            ``SIGNATURE`` for either, ``EXTENSION`` for formats without one.
        """
        with path.open("rb") as file:
            head = file.read(len(_HDF5))
        if head == _HDF5 or head.startswith(TDMS):
            return Confidence.SIGNATURE
        known = path.suffix.lower() in (_SENTEK, _SINTELA)
        return Confidence.EXTENSION if known else Confidence.NO

    def open(self, path: Path, **options: Any) -> DasRecord:
        """Open a record: read its axes, not its samples.

        Parameters
        ----------
        path : pathlib.Path
            The file.
        **options
            Fields of `DasOptions`: ``window_s``, ``samples``, ``overlap``,
            ``dataset``, ``channel_spacing``, ``sampling_rate``, ``start``,
            ``transpose``.

        Returns
        -------
        DasRecord
            Cut into windows in time.

        Raises
        ------
        ReadError
            If the file is damaged, refers to other files, or holds no record.
        SettingsError
            If an option is unknown or outside its range.
        """
        chosen = DasOptions.from_mapping(options)
        try:
            source = _source(path, chosen)
        except ReadError:
            raise
        except OSError as error:
            raise ReadError(
                path,
                f"cannot be read ({error.strerror or error})",
                hint="Check the disk, or copy the file.",
            ) from error
        return DasRecord(source, Windows.of(source.facts, chosen))


def _source(path: Path, options: DasOptions) -> RecordSource:
    with path.open("rb") as file:
        head = file.read(len(_HDF5))
    if head == _HDF5:
        return _hdf5_source(path, options)
    if options.dataset is not None:
        raise SettingsError(f"{path}: not an HDF5 file, so that it has no array to name")
    if head.startswith(TDMS):
        check_segments(path)
    dascore: Any = importlib.import_module("engine.readers.das.dascore_source")
    source: RecordSource | None = dascore.open_with_dascore(path, dascore.BINARY_FORMATS)
    if source is None:
        raise ReadError(path, "is no DAS record that DASCore knows", hint="Check the file.")
    return source


def _hdf5_source(path: Path, options: DasOptions) -> RecordSource:
    entries = check_file(path)
    if options.dataset is not None:
        return source_of_array(path, entries, options)
    own = source_of_dasdae(path)
    if own is not None:
        return own
    dascore: Any = importlib.import_module("engine.readers.das.dascore_source")
    source: RecordSource | None = dascore.open_with_dascore(path, dascore.HDF5_FORMATS)
    source = source or source_of_simple(path, entries)
    if source is None:
        raise ReadError(path, "HDF5 file of no known DAS format", hint=arrays_hint(entries))
    return source
