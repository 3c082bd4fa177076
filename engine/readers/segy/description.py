"""What a SEG-Y file says about itself, as JSON values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.core.amplitudes import AmplitudeStatistics
from engine.core.survey import Survey
from engine.readers.segy.file_layout import FileLayout
from engine.readers.segy.gather_index import GatherIndex
from engine.readers.segy.geometry import Geometry
from engine.readers.segy.options import SegyOptions

_BYTE_ORDERS = {">": "big", "<": "little"}
_CLIPS = (95.0, 99.0, 99.9)


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What was learned when a file was opened, beyond layout and grid.

    Parameters
    ----------
    geometry : dict
        Where the numbers of lines or gathers were found, as `describe_geometry` or
        `describe_gathers` gives it.
    n_missing : int
        Places without a trace.
    survey : Survey or None
        Map to CDP coordinates.
    coordinates : dict or None
        As `CoordinateCandidate.to_json`; None without any.
    domain_source : str
        What told time from depth.
    notes : tuple of str
        Oddities that the user should know, one sentence each.
    presumed_by : SegyOptions, optional
        What the user named, where only some trace headers were read; None where all were.
    """

    geometry: dict[str, Any]
    n_missing: int
    survey: Survey | None
    coordinates: dict[str, Any] | None
    domain_source: str
    notes: tuple[str, ...]
    presumed_by: SegyOptions | None = None


def describe_file(
    layout: FileLayout,
    facts: FileFacts,
    dead: NDArray[np.bool_],
    statistics: AmplitudeStatistics,
) -> dict[str, Any]:
    """Gather a file's description.

    Parameters
    ----------
    layout : FileLayout
        Layout of the file.
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
        "geometry": facts.geometry,
        "traces": {
            "count": layout.n_traces,
            "missing": facts.n_missing,
            "dead": int(np.count_nonzero(dead)),
            "header_bytes": layout.trace_header_bytes,
        },
        "coordinates": facts.coordinates,
        "survey": None if facts.survey is None else facts.survey.to_json(),
        "amplitudes": _amplitudes(statistics),
        "notes": list(facts.notes),
        "text": list(layout.text),
        "extended_text": [list(lines) for lines in layout.extended_text],
    }


def describe_geometry(geometry: Geometry) -> dict[str, Any]:
    """Return where line numbers were found and how full their grid is.

    Parameters
    ----------
    geometry : Geometry
        Of a volume or a line.

    Returns
    -------
    dict
        JSON values.
    """
    grid = geometry.grid
    return {
        "iline": geometry.iline,
        "xline": geometry.xline,
        "source": geometry.source,
        "fill": round(grid.fill, 6),
        "sorting": grid.sorting if grid.traces.ndim == 2 else None,
        "alternatives": list(geometry.alternatives),
        "gathers": None,
    }


def describe_gathers(index: GatherIndex) -> dict[str, Any]:
    """Return what traces were gathered by, under the same names as `describe_geometry`.

    Parameters
    ----------
    index : GatherIndex
        Of a file.

    Returns
    -------
    dict
        JSON values; the gathers stand under ``gathers``.
    """
    places = index.n_gathers * int(index.folds.max())
    return {
        "iline": None,
        "xline": None,
        "source": "given",
        "fill": round(index.traces.size / places, 6),
        "sorting": None,
        "alternatives": [],
        "gathers": index.to_json(),
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
