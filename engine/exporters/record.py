"""The record beside an exported file: tells results from amplitudes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.errors import DataError
from engine.exporters.base import record_path

_LARGEST_BYTES = 1_000_000


def read_record(path: Path) -> dict[str, Any] | None:
    """Return the record of an export, if a file is one of its outputs.

    Parameters
    ----------
    path : pathlib.Path
        A data file; for probabilities, the class stands in its name.

    Returns
    -------
    dict or None
        What `engine.inference.volume_runner.export_volume` wrote; None if there
        is no record that names the file.
    """
    for place in _places(path):
        try:
            if place.stat().st_size > _LARGEST_BYTES:
                continue
            value = json.loads(place.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(value, dict) and path.name in (value.get("files") or ()):
            return value
    return None


def _places(path: Path) -> Iterator[Path]:
    """Name where the record may lie: a class may stand in the name, and the format may not."""
    parts = path.stem.split(".")
    for n in range(len(parts), 0, -1):
        out = path.with_name(".".join(parts[:n]) + path.suffix)
        yield record_path(out)
        yield out.with_suffix(".json")


def describe_record(record: dict[str, Any]) -> str:
    """Return in a line what the numbers of an exported file are."""
    classes = record.get("classes")
    names = [str(item.get("name")) for item in classes] if isinstance(classes, list) else []
    listed = ", ".join(f"{number} {name}" for number, name in enumerate(names))
    no_data = record.get("no_data_value")
    if isinstance(no_data, (int, float)):
        listed += f"; {no_data:g} no data"
    return f"Outcrop exported these {record.get('content', 'results')}, not amplitudes: {listed}"


def refuse_results(path: Path) -> None:
    """Stop results from being segmented by mistake.

    Parameters
    ----------
    path : pathlib.Path
        What is to be segmented.

    Raises
    ------
    DataError
        If the file is the output of an export.
    """
    record = read_record(path)
    if record is None:
        return
    provenance = record.get("provenance")
    source = provenance.get("source", "") if isinstance(provenance, dict) else ""
    raise DataError(
        f"{path}: holds {record.get('content', 'results')} that Outcrop exported, not amplitudes",
        hint=f"Segment their source, {source or 'the volume they were made of'}; if the record "
        "beside the file is not its own, move that away.",
    )
