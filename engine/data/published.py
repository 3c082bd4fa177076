"""The folder tree of the published data sets of Guo et al. 2024 (Zenodo record 12798750)."""

from __future__ import annotations

from pathlib import Path

from engine.data.folder_source import FolderSource, SliceNumbering
from engine.data.image_file import RawLayout
from engine.errors import DataError

_IMAGES = ("input", "image", "images")
_MASKS = ("target", "label", "labels", "masks")
_TRAINING, _TEST = ("train",), ("valid", "test")


def published_source(
    root: Path,
    folder: str,
    *,
    raw: RawLayout | None = None,
    limit: int | None = None,
    numbering: SliceNumbering | None = None,
) -> FolderSource:
    """Find images and masks in a folder that is laid out as the published data are.

    Parameters
    ----------
    root : pathlib.Path
        The folder of all tasks, of one task, or of its ``train`` or ``valid`` part.
    folder : str
        Name of the task's folder, such as ``seismicFace``; empty where the task
        has none.
    raw : RawLayout, optional
        Shape of ``.dat`` files.
    limit : int, optional
        Use only the first so many pairs, of each part.
    numbering : SliceNumbering, optional
        Which slices of one volume the files are.

    Returns
    -------
    FolderSource
        ``train`` is for training and validation, and ``valid`` the test part. One
        part by itself is just a folder of images and masks.

    Raises
    ------
    DataError
        If the folder is not there or laid out in another way.

    Notes
    -----
    ``<task>/{train,valid}/{input|image}`` holds the images and ``{target|label}``
    beside them the masks; capitals do not matter.
    """
    if not root.is_dir():
        raise DataError(f"{root}: no such folder of data", hint="Check the path.")
    alone = _part(root)
    if alone is not None:
        return FolderSource(*alone, raw, limit)
    for place in (root, _child(root, (folder,))):
        training = _part(_child(place, _TRAINING))
        test = _part(_child(place, _TEST))
        if training is not None:
            return FolderSource(*training, raw, limit, test, numbering if test else None)
    named = f"{folder}/" if folder else ""
    raise DataError(
        f"{root}: no images and masks laid out as published",
        hint=f"Give a folder with {named}train/input and {named}train/target in it, "
        "or name --images and --masks.",
    )


def _part(place: Path | None) -> tuple[Path, Path] | None:
    """Images and masks of one part."""
    images, masks = _child(place, _IMAGES), _child(place, _MASKS)
    return (images, masks) if images is not None and masks is not None else None


def _child(place: Path | None, names: tuple[str, ...]) -> Path | None:
    """Find the first folder of these names, whatever its capitals."""
    if place is None:
        return None
    folders = {path.name.lower(): path for path in sorted(place.iterdir()) if path.is_dir()}
    return next((folders[name.lower()] for name in names if name.lower() in folders), None)
