"""Pairs of image and mask files, matched by the stems of their names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from engine.errors import DataError

IMAGE_SUFFIXES = frozenset({".png", ".tif", ".tiff", ".npy", ".dat", ".jpg", ".jpeg", ".bmp"})
"""Files taken for images; anything else in a folder is left alone."""

MASK_SUFFIXES = frozenset({".png", ".tif", ".tiff", ".npy", ".dat", ".bmp"})
"""Files taken for masks: no lossy format, its class ids would be blurred."""


@dataclass(frozen=True, slots=True)
class ImagePair:
    """One image and its mask.

    Parameters
    ----------
    name : str
        The common stem.
    image, mask : pathlib.Path
        The files.
    """

    name: str
    image: Path
    mask: Path


def pair_folders(images: Path, masks: Path, *, limit: int | None = None) -> tuple[ImagePair, ...]:
    """Match the files of two folders by stem.

    Parameters
    ----------
    images, masks : pathlib.Path
        Two different folders; subfolders and hidden files are not looked at.
    limit : int, optional
        Keep only the first so many pairs.

    Returns
    -------
    tuple of ImagePair
        In natural order: ``2.dat`` before ``10.dat``.

    Raises
    ------
    DataError
        If a folder is missing or empty, a stem occurs twice, or a file has no
        partner.
    """
    if images.resolve() == masks.resolve():
        raise DataError(
            f"{images}: images and masks are the same folder",
            hint="Keep masks in a folder of their own, under the images' names.",
        )
    image_files = _by_stem(images, IMAGE_SUFFIXES, "images")
    mask_files = _by_stem(masks, MASK_SUFFIXES, "masks")
    _check_partners(image_files, mask_files, f"has no mask in {masks}")
    _check_partners(mask_files, image_files, f"has no image in {images}")
    pairs = tuple(
        ImagePair(stem, image_files[stem], mask_files[stem])
        for stem in sorted(image_files, key=_natural)
    )
    if limit is not None and limit < 1:
        raise DataError(f"a limit of {limit} pairs leaves nothing", hint="Allow at least one.")
    return pairs[:limit]


def _by_stem(folder: Path, suffixes: frozenset[str], what: str) -> dict[str, Path]:
    """Find the data files of a folder by stem."""
    if not folder.is_dir():
        raise DataError(f"{folder}: no such folder of {what}", hint="Check the path.")
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.suffix.lower() not in suffixes or not path.is_file():
            continue
        if path.stem in found:
            raise DataError(
                f"{path}: {found[path.stem].name} has the same name",
                hint="Keep one file of each name.",
            )
        found[path.stem] = path
    if not found:
        known = ", ".join(sorted(suffixes))
        raise DataError(f"{folder}: no {what} in it", hint=f"Known are {known}.")
    return found


def _check_partners(files: dict[str, Path], partners: dict[str, Path], problem: str) -> None:
    """Raise `DataError` naming the first file without a partner."""
    alone = sorted(files.keys() - partners.keys(), key=_natural)
    if alone:
        more = f" ({len(alone)} of {len(files)} files)" if len(alone) > 1 else ""
        raise DataError(
            f"{files[alone[0]]}: {problem}{more}",
            hint="Give each image one mask of the same name before the suffix.",
        )


def _natural(stem: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key that orders runs of digits by value."""
    parts = re.findall(r"[0-9]+|[^0-9]+", stem)
    return tuple((0, int(p), p) if p.isdecimal() else (1, 0, p) for p in parts)
