"""Tells files of records by their first bytes."""

from __future__ import annotations

from pathlib import Path

HDF5 = b"\x89HDF\r\n\x1a\n"
TDMS = b"TDSm"
UNSIGNED = (".das", ".raw")
"""Extensions of formats without a signature: Sentek, Sintela."""
EXTENSIONS = (".h5", ".hdf5", ".tdms", *UNSIGNED)


def read_signature(path: Path) -> bytes:
    """Return `HDF5`, `TDMS`, or nothing for other files."""
    with path.open("rb") as file:
        head = file.read(len(HDF5))
    return next((known for known in (HDF5, TDMS) if head.startswith(known)), b"")


def is_signed(path: Path) -> bool:
    """Return whether a file begins as HDF5 or TDMS."""
    return bool(read_signature(path))


def record_files(folder: Path) -> tuple[list[Path], int]:
    """Find the files of a folder that may be parts of one record.

    Parameters
    ----------
    folder : pathlib.Path
        Folders in it are not entered.

    Returns
    -------
    files : list of pathlib.Path
        Those with a signature, by name; hidden ones are left out.
    n_others : int
        How many other files there are.
    """
    files, n_others = [], 0
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or not path.is_file():
            continue
        if is_signed(path):
            files.append(path)
        else:
            n_others += 1
    return files, n_others
