"""What a SEG-Y file says about itself, as JSON values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.core.amplitudes import AmplitudeStatistics
from engine.core.survey import Survey
from engine.readers.segy.file_layout import FileLayout
from engine.readers.segy.geometry import Geometry
from engine.readers.segy.trace_grid import TraceGrid

_BYTE_ORDERS = {">": "big", "<": "little"}
_CLIPS = (95.0, 99.0, 99.9)


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What was learned when a file was opened, beyond layout and grid.

    Parameters
    ----------
    geometry : Geometry
        Where the line numbers were found.
    survey : Survey or None
        Map to CDP coordinates.
    coordinates : dict or None
        As `CoordinateCandidate.to_json`; None without any.
    domain_source : str
        What told time from depth.
    notes : tuple of str
        Oddities that the user should know, one sentence each.
    """

    geometry: Geometry
    survey: Survey | None
    coordinates: dict[str, Any] | None
    domain_source: str
    notes: tuple[str, ...]


def describe_file(
    layout: FileLayout,
    grid: TraceGrid,
    facts: FileFacts,
    dead: NDArray[np.bool_],
    statistics: AmplitudeStatistics,
) -> dict[str, Any]:
    """Gather a file's description.

    Parameters
    ----------
    layout : FileLayout
        Layout of the file.
    grid : TraceGrid
        Where its traces lie.
    facts : FileFacts
        What else was learned.
    dead : ndarray of bool, shape (n_traces,)
        Traces marked dead.
    statistics : AmplitudeStatistics
        Of a sample.

    Returns
    -------
    dict
        JSON values only; no number is NaN or infinite.
    """
    return {
        "format": "segy",
        "title": f"SEG-Y revision {layout.revision[0]}.{layout.revision[1]}",
        "size_bytes": layout.size_bytes,
        "revision": f"{layout.revision[0]}.{layout.revision[1]}",
        "samples": {
            "code": layout.sample_format.code,
            "name": layout.sample_format.name,
            "bytes": layout.sample_format.n_bytes,
            "byte_order": _BYTE_ORDERS[layout.byte_order],
            "domain_from": facts.domain_source,
        },
        "geometry": _geometry(grid, facts.geometry),
        "traces": {
            "count": layout.n_traces,
            "missing": int(grid.traces.size) - layout.n_traces,
            "dead": int(np.count_nonzero(dead)),
            "header_bytes": layout.trace_header_bytes,
        },
        "coordinates": facts.coordinates,
        "survey": _survey(facts.survey),
        "amplitudes": _amplitudes(statistics),
        "notes": list(facts.notes),
        "text": list(layout.text),
        "extended_text": [list(lines) for lines in layout.extended_text],
    }


def _geometry(grid: TraceGrid, geometry: Geometry) -> dict[str, Any]:
    return {
        "iline": geometry.iline,
        "xline": geometry.xline,
        "source": geometry.source,
        "fill": round(grid.fill, 6),
        "sorting": grid.sorting if grid.traces.ndim == 2 else None,
        "alternatives": list(geometry.alternatives),
    }


def _survey(survey: Survey | None) -> dict[str, Any] | None:
    if survey is None:
        return None
    return {
        "origin": list(survey.origin),
        "per_inline": list(survey.per_inline),
        "per_crossline": list(survey.per_crossline),
        "unit": survey.unit,
    }


def _amplitudes(statistics: AmplitudeStatistics) -> dict[str, Any]:
    return {
        "n": statistics.n,
        "n_bad": statistics.n_bad,
        "minimum": statistics.minimum,
        "maximum": statistics.maximum,
        "mean": statistics.mean,
        "std": statistics.std,
        "clip": {f"{level:g}": statistics.clip(level) for level in _CLIPS},
    }
