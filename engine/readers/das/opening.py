"""Chooses who reads a record."""

from __future__ import annotations

import importlib
import logging
import sys
from pathlib import Path
from typing import Any

from engine.errors import SettingsError, UnknownFormatError
from engine.jobs.context import NULL_JOB, JobContext
from engine.readers.das.array_source import arrays_hint, source_of_array
from engine.readers.das.dasdae import source_of_dasdae
from engine.readers.das.folder import join
from engine.readers.das.h5simple import source_of_simple
from engine.readers.das.joined import open_gaps
from engine.readers.das.options import DasOptions
from engine.readers.das.prodml import source_of_prodml
from engine.readers.das.signatures import HDF5, TDMS, read_signature, record_files
from engine.readers.das.source import RecordSource
from engine.readers.das.tdms import check_segments
from engine.readers.hdf5_safety import check_file

_DASCORE = "engine.readers.das.dascore_source"


def source_of(path: Path, options: DasOptions, job: JobContext = NULL_JOB) -> RecordSource:
    """Open a record.

    Parameters
    ----------
    path : pathlib.Path
        A file, or a folder of consecutive files.
    options : DasOptions
        The array of a plain HDF5 file.
    job : JobContext, optional
        Told when DASCore has to be loaded first, which takes seconds.

    Returns
    -------
    RecordSource
        Its samples.

    Raises
    ------
    ReadError
        If a file is damaged or holds no record, or the files do not fit together.
    SettingsError
        If an array is named and there is no HDF5 file.
    """
    if not path.is_dir():
        return open_gaps(_source_of_file(path, options, job))
    if options.start is not None:
        raise SettingsError(
            f"{path}: one start for a folder of files", hint="Open its files one by one."
        )
    files, n_others = record_files(path)
    sources = [open_gaps(_source_of_file(file, options, job)) for file in files]
    return join(path, sources, n_others)


def _source_of_file(path: Path, options: DasOptions, job: JobContext) -> RecordSource:
    signature = read_signature(path)
    if signature == HDF5:
        return _hdf5_source(path, options, job)
    if options.dataset is not None:
        raise SettingsError(f"{path}: not an HDF5 file, so that it has no array to name")
    if signature == TDMS:
        check_segments(path)
    dascore = _load_dascore(job)
    source: RecordSource | None = dascore.open_with_dascore(path, dascore.BINARY_FORMATS)
    if source is None:
        raise UnknownFormatError(
            path, "is no DAS record that DASCore knows", hint="Check the file."
        )
    return source


def _hdf5_source(path: Path, options: DasOptions, job: JobContext) -> RecordSource:
    entries = check_file(path)
    if options.dataset is not None:
        return source_of_array(path, entries, options)
    own = source_of_dasdae(path) or source_of_prodml(path)
    if own is not None:
        return own
    dascore = _load_dascore(job)
    source: RecordSource | None = dascore.open_with_dascore(path, dascore.HDF5_FORMATS)
    source = source or source_of_simple(path, entries)
    if source is None:
        raise UnknownFormatError(
            path, "HDF5 file of no known DAS format", hint=arrays_hint(entries)
        )
    return source


def _load_dascore(job: JobContext) -> Any:
    if _DASCORE not in sys.modules:
        job.report(0, 0, "loading the DAS library…")
    # Its table of units replaces two of pint's, who says so each time.
    logging.getLogger("pint.util").setLevel(logging.ERROR)
    return importlib.import_module(_DASCORE)
