"""The table of formats in which labels are written and read."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.core.volume import Volume
from engine.core.writable import write_bytes
from engine.errors import DataError, ReadError, SettingsError
from engine.jobs.context import NULL_JOB, JobContext
from engine.session.exchange.base import ImportedLabels, LabelSource, WrittenLabels
from engine.session.exchange.class_image import read_class_image, write_class_image
from engine.session.exchange.class_volume import (
    read_class_volume,
    write_class_array,
    write_class_segy,
)
from engine.session.exchange.coco import read_coco, write_coco
from engine.session.exchange.crater_table import read_craters, write_craters
from engine.session.exchange.pick_files import (
    read_fault_sticks,
    read_polylines,
    write_fault_sticks,
    write_polylines,
)
from engine.session.exchange.slice_images import read_slice_images, write_slice_images
from engine.session.exchange.titles import TITLES
from engine.session.label_scheme import LabelScheme

_LARGEST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class LabelFormat:
    """One format.

    Parameters
    ----------
    key : str
        Its name on the command line.
    extensions : tuple of str
        Lower case, with the dot; none for a folder.
    write : callable
        ``write(source, path) -> WrittenLabels``.
    reader : callable
        ``reader(path, volume, scheme, job) -> ImportedLabels``.
    """

    key: str
    extensions: tuple[str, ...]
    write: Callable[[LabelSource, Path], WrittenLabels]
    reader: Callable[[Path, Volume, LabelScheme, JobContext], ImportedLabels]

    def read(
        self, path: Path, volume: Volume, scheme: LabelScheme, job: JobContext = NULL_JOB
    ) -> ImportedLabels:
        """Read a file.

        Parameters
        ----------
        path : pathlib.Path
            The file, or folder.
        volume : Volume
            The data that are labelled.
        scheme : LabelScheme
            The present classes.
        job : JobContext, default NULL_JOB
            Checked and told after each section.

        Returns
        -------
        ImportedLabels
            What is in it.

        Raises
        ------
        EngineError
            If it cannot be read or does not fit the data.
        """
        return self.reader(path, volume, scheme, job)

    @property
    def title(self) -> str:
        """What it is called."""
        return TITLES[self.key].partition(" (")[0]


def write_classes(source: LabelSource, path: Path) -> WrittenLabels:
    """Write names, colours and locks of the classes as JSON."""
    write_bytes(path, (json.dumps(source.scheme.to_json(), indent=1) + "\n").encode())
    return WrittenLabels((path,))


def read_classes(path: Path, _volume: Volume, _scheme: LabelScheme) -> ImportedLabels:
    """Read a class scheme that `write_classes` wrote, or the classes of a model.

    Raises
    ------
    ReadError
        If it cannot be read or holds no classes.
    """
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST_BYTES + 1)
        value = json.loads(text) if len(text) <= _LARGEST_BYTES else None
        return ImportedLabels(scheme=LabelScheme.from_json(value))
    except OSError as error:
        raise ReadError(path, f"cannot be read ({error.strerror})", hint="Check it.") from error
    except (DataError, ValueError, RecursionError) as error:
        hint = "Export the classes of a project to see what they look like."
        raise ReadError(path, f"holds no class scheme ({error})", hint=hint) from error


def _quick(
    read: Callable[[Path, Volume, LabelScheme], ImportedLabels],
) -> Callable[[Path, Volume, LabelScheme, JobContext], ImportedLabels]:
    """Read what is small whatever becomes of the job."""
    return lambda path, volume, scheme, _job: read(path, volume, scheme)


FORMATS = (
    LabelFormat(
        "png",
        (),
        write_slice_images,
        lambda path, volume, _, job: read_slice_images(path, volume, job),
    ),
    LabelFormat(
        "npy",
        (".npy",),
        write_class_array,
        lambda path, volume, _, job: read_class_volume(path, volume, job),
    ),
    LabelFormat(
        "segy",
        (".sgy", ".segy"),
        write_class_segy,
        lambda path, volume, _, job: read_class_volume(path, volume, job),
    ),
    LabelFormat(
        "geotiff",
        (".tif", ".tiff"),
        write_class_image,
        lambda path, volume, *_: read_class_image(path, volume),
    ),
    LabelFormat("charisma", (".dat",), write_fault_sticks, _quick(read_fault_sticks)),
    LabelFormat("irap", (".pol", ".xyz"), write_polylines, _quick(read_polylines)),
    LabelFormat("craters", (".csv", ".diam", ".scc", ".txt"), write_craters, read_craters),
    LabelFormat("coco", (".json",), write_coco, _quick(read_coco)),
    LabelFormat("classes", (".classes.json",), write_classes, _quick(read_classes)),
)
"""In the order in which they are offered."""


def label_format(path: Path, key: str = "") -> LabelFormat:
    """Choose a format.

    Parameters
    ----------
    path : pathlib.Path
        Where to write, or what to read.
    key : str, default ""
        The format's key; by the name of the path when empty.

    Returns
    -------
    LabelFormat
        The one with that key, or the longest extension that the name ends in.

    Raises
    ------
    SettingsError
        If there is none.
    """
    known = {item.key: item for item in FORMATS}
    if key in known:
        return known[key]
    end = _known_end(path)
    if end and not key:
        return _ENDS[end]
    if not key and (path.is_dir() or not path.suffix):
        return known["png"]
    raise SettingsError(
        f"{path.name}: the format {key or path.suffix!r} is unknown",
        hint=f"Choose one of {', '.join(known)}.",
    )


def typed_format(path: Path, offered: str) -> LabelFormat:
    """Choose a format for a name typed into a dialog that offers one.

    Parameters
    ----------
    path : pathlib.Path
        Where to write.
    offered : str
        Key of the format that the dialog stands at.

    Returns
    -------
    LabelFormat
        By a known extension of the name; the offered one where the name has none, or
        only the last part of an extension of its own (``.json`` of ``.classes.json``).

    Raises
    ------
    SettingsError
        If there is none.
    """
    end = _known_end(path)
    chosen = label_format(path, offered)
    if not end or any(own.endswith(end) for own in chosen.extensions):
        return chosen
    return _ENDS[end]


_ENDS = {end: item for item in FORMATS for end in item.extensions or (".png",)}


def _known_end(path: Path) -> str:
    """Return the longest known extension that a name ends in, lower case; empty without one."""
    name = path.name.lower()
    return max((end for end in _ENDS if name.endswith(end)), key=len, default="")
