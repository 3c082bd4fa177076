"""Cuts a record into windows that overlap, as a search for events wants it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.core.volume import Volume
from engine.readers.das.record import DasRecord

_OVERLAP = 0.125


def cut_for_events(record: Volume, options: Mapping[str, Any]) -> Volume:
    """Cut a record so that no seam goes through an event.

    Parameters
    ----------
    record : Volume
        Of kind ``record``.
    options : mapping
        How it was opened.

    Returns
    -------
    Volume
        With windows that overlap by an eighth, where `options` say nothing of an
        overlap; else the record itself.
    """
    if "overlap" in options or not isinstance(record, DasRecord):
        return record
    return record.overlapping(_OVERLAP)
