"""Opens SEG-Y files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import ReadError
from engine.jobs.context import NULL_JOB, JobContext
from engine.readers.base import Confidence, ReaderInfo
from engine.readers.segy import presumption
from engine.readers.segy.binary_header import HEADER_BYTES, looks_like_segy
from engine.readers.segy.coordinates import (
    SCALAR,
    UNITS,
    USUAL_COORDINATES,
    rank_coordinates,
)
from engine.readers.segy.description import FileFacts, describe_gathers, describe_geometry
from engine.readers.segy.file_layout import FileLayout, read_layout, telling_read_errors
from engine.readers.segy.gather_index import GatherIndex
from engine.readers.segy.gathers import SegyGathers
from engine.readers.segy.geometry import MANY_TRACES, OFFSET, Geometry, find_geometry
from engine.readers.segy.header_sample import HeaderSample
from engine.readers.segy.header_scan import HeaderScan, TraceHeaders
from engine.readers.segy.line_bytes import USUAL_BYTES, USUAL_PAIRS
from engine.readers.segy.options import SegyOptions
from engine.readers.segy.repeats import repeats_note
from engine.readers.segy.sample_axis import DELAY, SampleAxis, find_sample_axis
from engine.readers.segy.sort_key import SortKey
from engine.readers.segy.volume import SegyVolume

_TRACE_KIND, _TRACE_SAMPLES = 29, 115
_OF_ALL_TRACES = (_TRACE_KIND, DELAY, _TRACE_SAMPLES)
_DEAD = 2
_FEW_TRACES = 1_000_000
"""Of more, the coordinates of some are read by themselves, which takes less memory."""
_SAMPLE_BYTES = 4
_LARGEST_GATHER = 1 << 30
"""Bytes of one section; gathers of a survey have some hundreds of traces."""


class SegyReader:
    """Reads SEG-Y of fixed trace length, 3-D, 2-D and pre-stack, revisions 0 to 2."""

    info = ReaderInfo(name="segy", title="SEG-Y", extensions=(".sgy", ".segy"))

    def sniff(self, path: Path) -> Confidence:
        """Look for a ``C 1`` card or a plausible binary header.

        Parameters
        ----------
        path : pathlib.Path
            The file to judge.

        Returns
        -------
        Confidence
            ``SIGNATURE`` for either, else by extension.
        """
        with path.open("rb") as file:
            if looks_like_segy(file.read(HEADER_BYTES)):
                return Confidence.SIGNATURE
        known = path.suffix.lower() in self.info.extensions
        return Confidence.EXTENSION if known else Confidence.NO

    def open(self, path: Path, **options: Any) -> SegyVolume | SegyGathers:
        """Open a file: read its headers, not its samples.

        Parameters
        ----------
        path : pathlib.Path
            The file.
        **options
            Fields of `SegyOptions`.

        Returns
        -------
        SegyVolume or SegyGathers
            3-D or a 2-D line; gathers where a sort key is named.

        Raises
        ------
        ReadError
            If the file is damaged, of an unknown sample format, or has no
            regular geometry.
        SettingsError
            If an option is unknown or outside its range.
        """
        return _open(path, SegyOptions.from_mapping(options))

    def open_at_once(
        self, path: Path, job: JobContext = NULL_JOB, **options: Any
    ) -> SegyVolume | SegyGathers:
        """Open a file to look at: of a large one, read only some trace headers if they suffice.

        Parameters
        ----------
        path : pathlib.Path
            The file.
        job : JobContext, optional
            Checked and told where all headers have to be read after all.
        **options
            Fields of `SegyOptions`.

        Returns
        -------
        SegyVolume or SegyGathers
            Possibly `SegyVolume.presumed`; see `engine.readers.segy.confirmation`.

        Raises
        ------
        ReadError
            As `open`.
        SettingsError
            As `open`.
        JobCancelledError
            If the job is cancelled.
        """
        return _open(path, SegyOptions.from_mapping(options), job, at_once=True)


def _open(
    path: Path, options: SegyOptions, job: JobContext = NULL_JOB, *, at_once: bool = False
) -> SegyVolume | SegyGathers:
    with telling_read_errors(path):
        with path.open("rb") as file:
            layout = read_layout(path, file, path.stat().st_size)
        if at_once and layout.size_bytes >= presumption.AT_ONCE_BYTES:
            sample = HeaderSample(layout)
            geometry = presumption.presume_geometry(layout, sample, options)
            if geometry is not None:
                return _open_presumed(sample, layout, geometry, options)
        scan = HeaderScan(layout, job, expected=_expected_bytes(layout))
        columns = scan.columns(_OF_ALL_TRACES)
        _check_lengths(layout, columns[_TRACE_SAMPLES])
        samples = find_sample_axis(layout, scan, columns[DELAY], options)
        dead = columns[_TRACE_KIND] == _DEAD
        if options.sort_key is not None:
            return _open_gathers(scan, layout, samples, dead, _resolved(options, samples))
        geometry = find_geometry(layout, scan, options)
        if geometry.xline is None and (note := repeats_note(scan)):
            samples = replace(samples, notes=(*samples.notes, note))
        return _open_grid(scan, layout, geometry, samples, dead, options)


def _open_presumed(
    sample: HeaderSample, layout: FileLayout, geometry: Geometry, options: SegyOptions
) -> SegyVolume:
    columns = sample.columns(_OF_ALL_TRACES)
    _check_lengths(layout, columns[_TRACE_SAMPLES])
    samples = find_sample_axis(layout, sample, columns[DELAY], options)
    note = (
        f"The grid follows from {sample.numbers.size} of {layout.n_traces} trace headers; "
        "the others have not been read yet."
    )
    samples = replace(samples, notes=(note, *samples.notes))
    dead = np.zeros(layout.n_traces, dtype=np.bool_)
    dead[sample.numbers] = columns[_TRACE_KIND] == _DEAD
    return _open_grid(sample, layout, geometry, samples, dead, options, presumed=True)


def _resolved(options: SegyOptions, samples: SampleAxis) -> SegyOptions:
    domain = "depth" if samples.axis.name == "depth" else "time"
    return replace(options, interval=samples.axis.step, domain=domain)


def _expected_bytes(layout: FileLayout) -> set[int]:
    """Return the bytes that opening asks for of all traces, or of so many that all are as quick."""
    if layout.n_traces >= MANY_TRACES:
        return set(USUAL_PAIRS[0])
    expected = {*USUAL_BYTES, OFFSET}
    if layout.n_traces <= _FEW_TRACES:
        expected |= {SCALAR, UNITS, *(byte for pair in USUAL_COORDINATES for byte in pair)}
    return expected


def _open_grid(
    headers: TraceHeaders,
    layout: FileLayout,
    geometry: Geometry,
    samples: SampleAxis,
    dead: NDArray[np.bool_],
    options: SegyOptions,
    *,
    presumed: bool = False,
) -> SegyVolume:
    grid = geometry.grid
    ranked = rank_coordinates(headers, grid, layout.measurement, options.coordinate_bytes)
    facts = FileFacts(
        describe_geometry(geometry),
        int(grid.traces.size) - layout.n_traces,
        ranked[0].survey if ranked else None,
        ranked[0].to_json() if ranked else None,
        samples.source,
        samples.notes,
        presumed_by=options if presumed else None,
    )
    resolved = replace(
        _resolved(options, samples),
        iline=geometry.iline,
        xline=geometry.xline,
        geometry="volume" if len(grid.axes) > 1 else "line",
    )
    return SegyVolume(
        layout, grid, samples.axis, facts=facts, dead=dead, options=resolved, opener=_reopen
    )


def _reopen(path: Path, options: SegyOptions, job: JobContext = NULL_JOB) -> SegyVolume:
    volume = _open(path, options, job)
    if not isinstance(volume, SegyVolume):
        raise ReadError(path, "holds gathers, not a volume", hint="Name no sort key.")
    return volume


def _open_gathers(
    scan: HeaderScan,
    layout: FileLayout,
    samples: SampleAxis,
    dead: NDArray[np.bool_],
    options: SegyOptions,
) -> SegyGathers:
    index = GatherIndex.build(SortKey.parse(str(options.sort_key)), scan)
    _check_gathers(layout, index)
    ranked = rank_coordinates(scan, None, layout.measurement, options.coordinate_bytes)
    facts = FileFacts(
        describe_gathers(index),
        index.n_gathers * int(index.folds.max()) - layout.n_traces,
        None,
        ranked[0].to_json() if ranked else None,
        samples.source,
        samples.notes,
    )
    return SegyGathers(layout, index, samples.axis, facts=facts, dead=dead, options=options)


def _check_gathers(layout: FileLayout, index: GatherIndex) -> None:
    """Refuse a key that gathers nothing, and gathers that are too large to be shown."""
    fold = int(index.folds.max())
    if index.n_gathers == 1 and layout.n_traces > 1:
        raise ReadError(
            layout.path,
            f"the sort key {index.key.name} is the same for all {layout.n_traces} traces",
            hint="Name another --sort-key; 'outcrop headers' lists those that vary.",
        )
    if fold * layout.n_samples * _SAMPLE_BYTES > _LARGEST_GATHER:
        raise ReadError(
            layout.path,
            f"a gather by {index.key.name} has {fold} traces of {layout.n_samples} samples, "
            "too many for one section",
            hint="Name another --sort-key, or narrower bins.",
        )


def _check_lengths(layout: FileLayout, counts: NDArray[np.int32]) -> None:
    """Refuse traces of different lengths, unless the header warrants that there are none."""
    told = counts[counts != 0]
    if layout.fixed_length or told.size == 0 or np.all(told == told[0]):
        return
    low, high = int(told.min()), int(told.max())
    raise ReadError(
        layout.path,
        f"traces have different lengths ({low} to {high} samples, bytes 115-116)",
        hint="Convert the file to traces of one length.",
    )
