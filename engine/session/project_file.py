"""``project.json``: what a project is of, and what its window looked like."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from engine.core.writable import write_bytes
from engine.errors import DataError, ReadError
from engine.session.change_json import pick_from_json, pick_to_json
from engine.session.edits import Pick
from engine.session.label_scheme import LabelScheme

SUFFIX: Final = ".outcrop"
"""How the names of project folders end."""
FILE_NAME: Final = "project.json"
VERSION: Final = 1

Migration = Callable[[dict[str, Any]], dict[str, Any]]
MIGRATIONS: Final[Mapping[int, Migration]] = {}
"""Version -> what turns the contents of such a file into those of the next version."""

_FORMAT = "outcrop-project"
_LARGEST_BYTES = 1 << 28


@dataclass(frozen=True, slots=True)
class DataReference:
    """The data that are labelled, and how they are opened.

    Parameters
    ----------
    path : str
        File or folder, seen from the project folder, with slashes; absolute only
        where there is no way from one to the other.
    name : str
        The name of that file.
    fingerprint : str
        To know it again elsewhere; see `fingerprint_data`.
    options : mapping of str to object
        For the reader.
    """

    path: str
    name: str
    fingerprint: str
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProjectInfo:
    """All of a project but the samples of its labels.

    Parameters
    ----------
    data : DataReference
        What is labelled.
    scheme : LabelScheme
        The classes.
    picks : tuple of Pick
        Fault sticks and polylines.
    view : mapping of str to object
        What the window showed; only the window knows what is in it.
    models : tuple of str
        Model bundles that were used, seen from the project folder.
    saved_sequence : int
        The last step of the journal that all this contains.
    created, saved : str
        UTC, ISO 8601.
    program : str
        Version of Outcrop that wrote it.
    """

    data: DataReference
    scheme: LabelScheme
    picks: tuple[Pick, ...] = ()
    view: Mapping[str, Any] = field(default_factory=dict)
    models: tuple[str, ...] = ()
    saved_sequence: int = 0
    created: str = ""
    saved: str = ""
    program: str = ""


def write_project_file(folder: Path, info: ProjectInfo) -> None:
    """Write the file, all of it or nothing.

    Raises
    ------
    WriteError
        If it cannot be written.
    """
    value = {
        "format": _FORMAT,
        "version": VERSION,
        "data": {
            "path": info.data.path,
            "name": info.data.name,
            "fingerprint": info.data.fingerprint,
            "options": dict(info.data.options),
        },
        "scheme": info.scheme.to_json(),
        "picks": [pick_to_json(pick) for pick in info.picks],
        "view": dict(info.view),
        "models": list(info.models),
        "saved_sequence": info.saved_sequence,
        "created": info.created,
        "saved": info.saved,
        "program": info.program,
    }
    text = json.dumps(value, indent=1) + "\n"
    write_bytes(folder / FILE_NAME, text.encode())


def read_project_file(
    folder: Path, migrations: Mapping[int, Migration] = MIGRATIONS
) -> ProjectInfo:
    """Read the file of a project.

    Parameters
    ----------
    folder : pathlib.Path
        The project folder.
    migrations : mapping of int to callable, optional
        For files of older programs.

    Returns
    -------
    ProjectInfo
        What is in it.

    Raises
    ------
    ReadError
        If it cannot be read, is no project, or of a newer program.
    """
    path = folder / FILE_NAME
    hint = f"Choose a folder whose name ends in {SUFFIX}."
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST_BYTES + 1)
        value = json.loads(text) if len(text) <= _LARGEST_BYTES else None
    except FileNotFoundError as error:
        why = f"is no project: there is no {FILE_NAME}" if folder.exists() else "does not exist"
        raise ReadError(folder, why, hint=hint) from error
    except OSError as error:
        raise ReadError(path, f"cannot be read ({error.strerror})", hint=hint) from error
    except (ValueError, RecursionError) as error:
        raise ReadError(path, "is not JSON", hint="Restore it from a backup.") from error
    if not isinstance(value, dict) or value.get("format") != _FORMAT:
        raise ReadError(path, "is no project file", hint=hint)
    try:
        return _info(_migrated(value, path, migrations))
    except (DataError, KeyError, TypeError, AttributeError) as error:
        raise ReadError(
            path, f"is incomplete ({error})", hint="Restore it from a backup."
        ) from error


def _migrated(
    value: dict[str, Any], path: Path, migrations: Mapping[int, Migration]
) -> dict[str, Any]:
    version = value.get("version")
    if type(version) is not int:
        raise ReadError(path, "tells no version", hint="Restore it from a backup.")
    if version > VERSION:
        raise ReadError(
            path,
            f"is of version {version}, newer than this program, which reads {VERSION}",
            hint="Update Outcrop.",
        )
    while version < VERSION:
        if version not in migrations:
            raise ReadError(
                path,
                f"is of version {version}, which this program does not read any more",
                hint="Open and save it once with an older Outcrop.",
            )
        value = migrations[version](value)
        version += 1
    return value


def _info(value: Mapping[str, Any]) -> ProjectInfo:
    data, models, sequence = value["data"], value["models"], value["saved_sequence"]
    texts = [data["path"], data["name"], data["fingerprint"], *models]
    texts += [value["created"], value["saved"], value["program"]]
    if not all(isinstance(text, str) for text in texts):
        raise DataError("a name is no text")
    if type(sequence) is not int or sequence < 0:
        raise DataError(f"the last step is {sequence!r}")
    if not isinstance(data["options"], dict) or not isinstance(value["view"], dict):
        raise DataError("options and view are no objects")
    return ProjectInfo(
        DataReference(data["path"], data["name"], data["fingerprint"], data["options"]),
        LabelScheme.from_json(value["scheme"]),
        tuple(pick_from_json(pick) for pick in value["picks"]),
        value["view"],
        tuple(models),
        sequence,
        value["created"],
        value["saved"],
        value["program"],
    )
