"""The time or depth axis from the headers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.core.axes import Axis
from engine.errors import ReadError
from engine.readers.segy.file_layout import FileLayout
from engine.readers.segy.header_scan import TraceHeaders
from engine.readers.segy.options import SegyOptions
from engine.readers.segy.text_header import tells_depth

DELAY, INTERVAL, TIME_SCALAR = 109, 117, 215
_FEET = 2
_TIME_SCALARS = frozenset({1, 10, 100, 1000, 10000})


@dataclass(frozen=True, slots=True)
class SampleAxis:
    """The axis and how it was found.

    Parameters
    ----------
    axis : Axis
        ``twt`` in ms, or ``depth`` in m or ft.
    source : str
        What told time from depth.
    notes : tuple of str
        Oddities, one sentence each.
    """

    axis: Axis
    source: str
    notes: tuple[str, ...]


def find_sample_axis(
    layout: FileLayout, headers: TraceHeaders, delays: NDArray[np.int32], options: SegyOptions
) -> SampleAxis:
    """Build the axis of the samples.

    Parameters
    ----------
    layout : FileLayout
        The file's layout.
    headers : TraceHeaders
        Its trace headers.
    delays : ndarray of int32, shape (n_read,)
        Delay recording times of the traces whose headers were read.
    options : SegyOptions
        What the user named.

    Returns
    -------
    SampleAxis
        From the delay of the first trace on.

    Raises
    ------
    ReadError
        If the binary header has no sample interval and the user named none.
    """
    lines = [line for text in (layout.text, *layout.extended_text) for line in text]
    depth = options.domain == "depth" or (options.domain == "auto" and tells_depth(lines))
    name, unit = ("depth", "ft" if layout.measurement == _FEET else "m") if depth else ("twt", "ms")
    told = "text header" if depth else "default"
    source = told if options.domain == "auto" else "given"
    scale = _time_scale(headers.first(TIME_SCALAR)) if layout.revision[0] >= 1 else 1.0
    first = float(delays[0]) * scale
    step = options.interval or _header_interval(layout, headers)
    notes = []
    if np.any(delays != delays[0]):
        low, high = float(delays.min()) * scale, float(delays.max()) * scale
        notes.append(
            f"Traces begin at different times ({low:g} to {high:g} {unit}); "
            f"all are shown as if they began at {first:g}."
        )
    return SampleAxis(Axis(name, unit, first, step, layout.n_samples), source, tuple(notes))


def _header_interval(layout: FileLayout, headers: TraceHeaders) -> float:
    """Return ms, or metres or feet: the header counts thousandths of either."""
    if layout.interval > 0:
        return layout.interval / 1000.0
    in_trace = headers.first(INTERVAL)
    hint = "Name the interval with --interval, in ms (or in the unit of depth)."
    if in_trace > 0:
        hint = f"The first trace header says {in_trace / 1000:g} ms; name it with --interval."
    raise ReadError(
        layout.path,
        f"sample interval {layout.interval:g} in the binary header (bytes 3217-3218) "
        "is not above zero",
        hint=hint,
    )


def _time_scale(scalar: int) -> float:
    """Return the factor of the times in a trace header; what is no power of ten is ignored."""
    if abs(scalar) not in _TIME_SCALARS:
        return 1.0
    return float(scalar) if scalar > 0 else 1.0 / -scalar
