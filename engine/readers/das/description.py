"""What a DAS record says about itself, as JSON values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.core.amplitudes import AmplitudeStatistics
from engine.core.utc import NS_PER_S, iso_utc
from engine.readers.das.source import RecordFacts
from engine.readers.das.windows import Windows

_CLIPS = (95.0, 99.0, 99.9)


def describe_record(
    path: Path, facts: RecordFacts, windows: Windows, statistics: AmplitudeStatistics
) -> dict[str, Any]:
    """Gather a record's description.

    Parameters
    ----------
    path : pathlib.Path
        The file or folder.
    facts : RecordFacts
        What it says.
    windows : Windows
        How it is cut.
    statistics : AmplitudeStatistics
        Of a sample.

    Returns
    -------
    dict
        JSON values only; no number is NaN or infinite. Times are ISO 8601 in UTC
        with nanoseconds, None where no date is known.
    """
    duration_s = facts.step_ns * (facts.n_samples - 1) / NS_PER_S
    return {
        "format": facts.format,
        "title": facts.title,
        "size_bytes": _size(path),
        "samples": {
            "name": facts.sample_type,
            "quantity": facts.quantity,
            "unit": facts.unit,
        },
        "geometry": {
            "channels": facts.channels.size,
            "channel_spacing": facts.channels.step if facts.channels.name == "distance" else None,
            "unit": facts.channels.unit,
            "gauge_length_m": facts.gauge_length_m,
        },
        "time": {
            "start": iso_utc(facts.start_ns) if facts.has_date else None,
            "end": iso_utc(_end_ns(facts)) if facts.has_date else None,
            "duration_s": duration_s,
            "sampling_rate_hz": NS_PER_S / facts.step_ns,
        },
        "windows": {
            "count": windows.axis.size,
            "samples": windows.length,
            "overlap_samples": windows.length - windows.step if windows.axis.size > 1 else 0,
        },
        "instrument": facts.instrument,
        "attributes": facts.attributes,
        "amplitudes": _amplitudes(statistics),
        "notes": list(facts.notes),
    }


def _end_ns(facts: RecordFacts) -> int:
    return facts.start_ns + round(facts.step_ns * (facts.n_samples - 1))


def _size(path: Path) -> int:
    files = path.iterdir() if path.is_dir() else (path,)
    return sum(file.stat().st_size for file in files if file.is_file())


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
