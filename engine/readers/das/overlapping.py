"""Opens a record in windows that overlap, as a model wants it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.core.volume import Volume
from engine.errors import SettingsError
from engine.readers.detect import open_volume

_OVERLAP = 0.125


def open_for_events(path: Path, options: Mapping[str, Any]) -> Volume:
    """Open a record whose events are wanted.

    Parameters
    ----------
    path : pathlib.Path
        A file or a folder.
    options : mapping
        For the reader. Windows overlap by an eighth where it says nothing of an
        overlap: seams would cut events.

    Returns
    -------
    Volume
        Of kind ``record``.

    Raises
    ------
    ReadError
        If it cannot be read.
    SettingsError
        If it is no record, or an option is wrong.
    """
    volume = open_volume(path, **options)
    if volume.kind == "record" and "overlap" not in options:
        volume.close()
        return open_volume(path, overlap=_OVERLAP, **options)
    if volume.kind != "record":
        volume.close()
        raise SettingsError(
            f"{path}: a table of events comes from a DAS record, and this is a {volume.kind}",
            hint="Name the output .sgy for seismic data.",
        )
    return volume
