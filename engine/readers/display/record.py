"""What is written beside a display copy, to know whether it still fits its source."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.core.axes import Axis
from engine.core.fingerprint import fingerprint_head, fingerprint_json
from engine.core.volume import Volume

RECORD = "copy.json"
_FORMAT = "outcrop-display-copy"
_VERSION = 1
_LARGEST_BYTES = 100_000


@dataclass(frozen=True, slots=True)
class SourceState:
    """Tells a file from what it was before.

    Parameters
    ----------
    path : str
        Where it lies.
    size_bytes, mtime_ns : int
        Its size and the time of its last change.
    fingerprint : str
        Of its size and first bytes.
    """

    path: str
    size_bytes: int
    mtime_ns: int
    fingerprint: str

    @classmethod
    def of(cls, path: Path) -> SourceState:
        """Look at a file.

        Raises
        ------
        OSError
            If it cannot be read.
        """
        status = path.stat()
        place = str(path.resolve())
        return cls(place, status.st_size, status.st_mtime_ns, fingerprint_head(path))


@dataclass(frozen=True, slots=True)
class CopyRecord:
    """A copy's source, axes and scale.

    Parameters
    ----------
    source : SourceState
        The file when the copy was made.
    axes : tuple of Axis
        Of the volume; samples last.
    limit : float
        Amplitude of the last level.
    """

    source: SourceState
    axes: tuple[Axis, ...]
    limit: float

    @property
    def directions(self) -> tuple[str, ...]:
        """One for each axis."""
        return tuple(axis.name for axis in self.axes)

    @property
    def n_bytes(self) -> int:
        """Size of the three files."""
        size = 1
        for axis in self.axes:
            size *= axis.size
        return len(self.axes) * size

    def shape(self, direction: str) -> tuple[int, int, int]:
        """Return sections, rows and columns of the file of a direction."""
        first, second, samples = (axis.size for axis in self.axes)
        shapes = ((first, samples, second), (second, samples, first), (samples, first, second))
        return shapes[self.directions.index(direction)]

    def file_name(self, direction: str) -> str:
        """Return the name of the file of a direction."""
        return f"{self.directions.index(direction)}.u8"

    def write(self, folder: Path) -> None:
        """Write the record into the folder of the copy."""
        value = {
            "format": _FORMAT,
            "version": _VERSION,
            "source": {
                "path": self.source.path,
                "size_bytes": self.source.size_bytes,
                "mtime_ns": self.source.mtime_ns,
                "fingerprint": self.source.fingerprint,
            },
            "axes": [axis.to_json() for axis in self.axes],
            "limit": self.limit,
        }
        (folder / RECORD).write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> CopyRecord | None:
        """Read the record of a copy; None where there is none, or it is damaged."""
        try:
            path = folder / RECORD
            if path.stat().st_size > _LARGEST_BYTES:
                return None
            value: Any = json.loads(path.read_text(encoding="utf-8"))
            if (value["format"], value["version"]) != (_FORMAT, _VERSION):
                return None
            source = value["source"]
            record = cls(
                SourceState(
                    str(source["path"]),
                    int(source["size_bytes"]),
                    int(source["mtime_ns"]),
                    str(source["fingerprint"]),
                ),
                tuple(Axis.from_json(axis) for axis in value["axes"]),
                float(value["limit"]),
            )
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return None
        return record if len(record.axes) == 3 and record.limit > 0 else None


def copy_name(path: Path, axes: tuple[Axis, ...]) -> str:
    """Return the folder name of the copy of a file that is opened on some axes."""
    return fingerprint_json([str(path.resolve()), [axis.to_json() for axis in axes]])


def can_be_copied(volume: Volume) -> bool:
    """Tell whether a volume has three directions, one for each axis, samples last."""
    names = tuple(axis.name for axis in volume.axes)
    return len(names) == 3 and names == volume.directions and volume.axes[-1].is_samples
