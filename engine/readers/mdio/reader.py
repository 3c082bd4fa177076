"""Opens MDIO stores."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import ReadError, SettingsError
from engine.readers.arrays.volume import ArrayVolume
from engine.readers.base import Confidence, ReaderInfo, refuse_unknown
from engine.readers.mdio.metadata import is_mdio

_OPENING = "engine.readers.mdio.opening"
"""Loads Zarr; other files do not wait for it."""


@dataclass(frozen=True, slots=True)
class MdioOptions:
    """Options of `MdioReader.open`.

    Parameters
    ----------
    dataset : str, optional
        The array to show; the one that the store names first when left out.

    Raises
    ------
    SettingsError
        If it is no text.
    """

    dataset: str | None = None

    def __post_init__(self) -> None:
        if self.dataset is not None and not isinstance(self.dataset, str):
            raise SettingsError(f"dataset {self.dataset!r} is no name", hint="Name it as text.")


class MdioReader:
    """Reads post-stack volumes and lines of MDIO, versions 0 and 1, with Zarr alone."""

    info = ReaderInfo(name="mdio", title="MDIO", extensions=(".mdio",), folders=True)

    def sniff(self, path: Path) -> Confidence:
        """Look for the version of MDIO in a Zarr store.

        Parameters
        ----------
        path : pathlib.Path
            The folder to judge.

        Returns
        -------
        Confidence
            ``SIGNATURE`` where it is told.
        """
        return Confidence.SIGNATURE if path.is_dir() and is_mdio(path) else Confidence.NO

    def open(self, path: Path, **options: Any) -> ArrayVolume:
        """Open a store: read its coordinates, not its samples.

        Parameters
        ----------
        path : pathlib.Path
            The folder.
        **options
            Fields of `MdioOptions`: ``dataset``.

        Returns
        -------
        ArrayVolume
            Inline, crossline and time or depth; other axes as the store names them.

        Raises
        ------
        ReadError
            If it is damaged, or has no array of two or three dimensions.
        SettingsError
            If an option is unknown.
        """
        refuse_unknown(options, MdioOptions, "MDIO stores have")
        chosen = MdioOptions(**options)
        if not is_mdio(path):
            raise ReadError(path, "is no MDIO store", hint="Name the folder that holds .zattrs.")
        opening: Any = importlib.import_module(_OPENING)
        opened: ArrayVolume = opening.open_mdio(path, chosen.dataset)
        return opened
