"""What an exporter of segmented images offers.

Images are segmented row by row, so that their size does not matter; sections in
any order, as `engine.exporters.base` has it, would need all of them at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.core.image import Image
from engine.exporters.base import ExporterInfo, ExportLayers, ExportReport


class ImageWriter(Protocol):
    """Takes the rows of a result in order, and finishes all files together."""

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files that `commit` makes."""

    def write(
        self, first_row: int, classes: NDArray[np.uint8], probabilities: NDArray[np.float32]
    ) -> None:
        """Take the next rows.

        Parameters
        ----------
        first_row : int
            Where they begin: after the last ones.
        classes : ndarray of uint8, shape (n_rows, n_cols)
            Class ids, 255 where there is no data.
        probabilities : ndarray of float32, shape (K, n_rows, n_cols)
            NaN where there is no data.

        Raises
        ------
        WriteError
            If the disk is full or fails.
        ShapeError
            If the rows do not follow, or are not as wide as the image.
        """

    def commit(self, *, overwrite: bool = True) -> ExportReport:
        """Finish the files and give them their names.

        Parameters
        ----------
        overwrite : bool, default True
            Whether files of these names are replaced.

        Raises
        ------
        WriteError
            If the disk fails, or a file is there that must stay; nothing is left
            then.
        """

    def abort(self) -> None:
        """Remove what was written; does nothing after `commit` or a second time."""


class ImageExporter(Protocol):
    """Writes results of one kind; made without arguments."""

    info: ExporterInfo

    def outputs(self, path: Path) -> tuple[Path, ...]:
        """Name the files that an export makes, without looking at the disk."""

    def check(self, source: Image, path: Path, content: str) -> None:
        """Find out before the work whether the format can hold the result.

        Parameters
        ----------
        source : Image
            What is to be segmented.
        path : pathlib.Path
            The output.
        content : {"classes", "probabilities"}
            What is to be written.

        Raises
        ------
        SettingsError
            If it cannot.
        """

    def start(self, source: Image, path: Path, layers: ExportLayers) -> ImageWriter:
        """Prepare an export.

        Parameters
        ----------
        source : Image
            What is segmented.
        path : pathlib.Path
            The output; its extension tells the format.
        layers : ExportLayers
            What is written.

        Returns
        -------
        ImageWriter
            To be committed or aborted.

        Raises
        ------
        WriteError
            If the output cannot be written.
        SettingsError
            If the format does not hold what is asked for.
        """
