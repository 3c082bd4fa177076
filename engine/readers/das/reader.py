"""Opens DAS records: files of interrogators, arrays of HDF5 files, folders of files."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from engine.errors import ReadError
from engine.jobs.context import NULL_JOB, JobContext
from engine.readers.base import Confidence, ReaderInfo
from engine.readers.das.options import DasOptions
from engine.readers.das.record import DasRecord
from engine.readers.das.signatures import EXTENSIONS, UNSIGNED, is_signed, record_files
from engine.readers.das.source import RecordSource
from engine.readers.das.windows import Windows

_OPENING = "engine.readers.das.opening"
"""Loads h5py, and DASCore for what needs it; other files do not wait for them."""


class DasReader:
    """Reads DAS records through DASCore or, for plain arrays, h5py.

    DASCore takes seconds to load, and is loaded for the formats that need it.
    """

    info = ReaderInfo(
        name="das", title="DAS record (HDF5, TDMS)", extensions=EXTENSIONS, folders=True
    )

    def sniff(self, path: Path) -> Confidence:
        """Look for the signatures of HDF5 and TDMS.

        Parameters
        ----------
        path : pathlib.Path
            The file or folder to judge.

        Returns
        -------
        Confidence
            ``SIGNATURE`` for either, and for a folder that holds such files;
            ``EXTENSION`` for formats without one.
        """
        if path.is_dir():
            return Confidence.SIGNATURE if record_files(path)[0] else Confidence.NO
        if is_signed(path):
            return Confidence.SIGNATURE
        return Confidence.EXTENSION if path.suffix.lower() in UNSIGNED else Confidence.NO

    def open(self, path: Path, **options: Any) -> DasRecord:
        """Open a record: read its axes, not its samples.

        Parameters
        ----------
        path : pathlib.Path
            The file, or a folder of consecutive files.
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
        return self.open_at_once(path, NULL_JOB, **options)

    def open_at_once(self, path: Path, job: JobContext, /, **options: Any) -> DasRecord:
        """Open a record, and tell the job if DASCore has to be loaded first; see `open`."""
        chosen = DasOptions.from_mapping(options)
        opening: Any = importlib.import_module(_OPENING)
        try:
            source: RecordSource = opening.source_of(path, chosen, job)
        except ReadError:
            raise
        except OSError as error:
            raise ReadError(
                path,
                f"cannot be read ({error.strerror or error})",
                hint="Check the disk, or copy the file.",
            ) from error
        return DasRecord(source, Windows.of(source.facts, chosen))
