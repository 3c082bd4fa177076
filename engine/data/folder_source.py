"""Where images and masks lie, and which files pair up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from engine.data.image_file import RawLayout
from engine.data.pairs import ImagePair, pair_folders
from engine.data.positions import Positions, positions_from_names
from engine.errors import DataError


@dataclass(frozen=True, slots=True)
class SliceNumbering:
    """Which slices of one volume numbered files are.

    Parameters
    ----------
    step : int
        Slices from one file to the next.
    test_first : int
        Slice of the first file of the test part; the first file of the other
        part is slice 0.
    """

    step: int
    test_first: int


@dataclass(frozen=True, slots=True)
class FolderSource:
    """Where images and masks lie and how to read them.

    Parameters
    ----------
    images, masks : pathlib.Path
        Two folders with files of the same names.
    raw : RawLayout, optional
        Shape of headerless ``.dat`` files.
    limit : int, optional
        Use only the first so many pairs, of each part.
    test : tuple of pathlib.Path, optional
        Images and masks of a test part that the data bring themselves.
    numbering : SliceNumbering, optional
        Which slices of one volume the files are, where that is known.
    """

    images: Path
    masks: Path
    raw: RawLayout | None = None
    limit: int | None = None
    test: tuple[Path, Path] | None = None
    numbering: SliceNumbering | None = None


@dataclass(frozen=True, slots=True)
class FolderPairs:
    """The files of a source.

    Parameters
    ----------
    pairs : tuple of ImagePair
        All of them, those of the data's own test part last.
    held_out : tuple of int
        Indices of that part.
    positions : Positions or None
        Where the files lie in a volume, as far as numbers tell.
    """

    pairs: tuple[ImagePair, ...]
    held_out: tuple[int, ...]
    positions: Positions | None


def list_pairs(source: FolderSource) -> FolderPairs:
    """Find the files of a source.

    Parameters
    ----------
    source : FolderSource
        The folders.

    Returns
    -------
    FolderPairs
        Names of the test part begin with ``test/``.

    Raises
    ------
    DataError
        If files do not pair up.
    """
    own = pair_folders(source.images, source.masks, limit=source.limit)
    if source.test is None:
        return FolderPairs(own, (), _positions(source, own, ()))
    if source.test[0].resolve() == source.images.resolve():
        raise DataError(
            f"{source.images}: training and test images are the same folder",
            hint="Keep test images apart, or split a test part off.",
        )
    test = pair_folders(*source.test, limit=source.limit)
    positions = _positions(source, own, test)
    named = tuple(replace(pair, name=f"test/{pair.name}") for pair in test)
    return FolderPairs((*own, *named), tuple(range(len(own), len(own) + len(test))), positions)


def _positions(
    source: FolderSource, own: tuple[ImagePair, ...], test: tuple[ImagePair, ...]
) -> Positions | None:
    """Slices by known numbering; else by the names, where there is one folder only."""
    numbering = source.numbering
    numbers = [positions_from_names([pair.name for pair in part]) for part in (own, test) if part]
    if numbering is None:
        return numbers[0] if not test else None
    if None in numbers:
        return None
    firsts = (0, numbering.test_first)
    slices = tuple(
        first + numbering.step * number
        for first, part in zip(firsts, numbers, strict=False)
        if part is not None
        for number in part.slices
    )
    return Positions(slices)
