"""Whether something is a file that can be read at all."""

from __future__ import annotations

from pathlib import Path

from engine.errors import ReadError


def check_readable(path: Path) -> None:
    """Refuse what is no file with something in it, before anything waits for it.

    Parameters
    ----------
    path : pathlib.Path
        What is to be read.

    Raises
    ------
    ReadError
        If it is missing, a folder, a device, empty, or may not be read.
    """
    if path.is_dir():
        raise ReadError(path, "is a folder, not a file", hint="Name a file in it.")
    if path.exists() and not path.is_file():
        # Opening a pipe would wait for somebody to write into it.
        raise ReadError(path, "is a device or a pipe", hint="Name a file on a disk.")
    try:
        with path.open("rb") as file:
            empty = not file.read(1)
    except FileNotFoundError as error:
        raise ReadError(path, "there is no such file", hint="Check the path.") from error
    except PermissionError as error:
        raise ReadError(
            path, "no permission to read it", hint="Ask its owner, or copy the file."
        ) from error
    except OSError as error:
        raise ReadError(
            path, f"cannot be read ({error.strerror})", hint="Check the disk, or copy the file."
        ) from error
    if empty:
        raise ReadError(path, "is empty", hint="Copy or download the file again.")
