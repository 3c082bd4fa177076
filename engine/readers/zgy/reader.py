"""Opens ZGY volumes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.errors import ReadError, SettingsError
from engine.readers.arrays.volume import ArrayVolume
from engine.readers.base import Confidence, ReaderInfo
from engine.readers.zgy.opening import open_zgy

_SIGNATURE = b"VBS\0"


class ZgyReader:
    """Reads ZGY through OpenZGY, which the package pyzgy brings; it is not installed with us."""

    info = ReaderInfo(name="zgy", title="ZGY", extensions=(".zgy",))

    def sniff(self, path: Path) -> Confidence:
        """Look for the signature of ZGY.

        Parameters
        ----------
        path : pathlib.Path
            The file to judge.

        Returns
        -------
        Confidence
            ``SIGNATURE`` also where the package is missing, so that opening says so.
        """
        if path.is_dir():
            return Confidence.NO
        with path.open("rb") as file:
            known = file.read(len(_SIGNATURE)) == _SIGNATURE
        return Confidence.SIGNATURE if known else Confidence.NO

    def open(self, path: Path, **options: Any) -> ArrayVolume:
        """Open a volume: read its header, not its samples.

        Parameters
        ----------
        path : pathlib.Path
            The file.
        **options
            There are none.

        Returns
        -------
        ArrayVolume
            Inline, crossline and time or depth.

        Raises
        ------
        ReadError
            If the package is missing, or the file is damaged.
        SettingsError
            If there is an option.
        """
        if options:
            name = next(iter(options)).replace("_", "-")
            raise SettingsError(f"ZGY files have no option --{name}", hint="Leave it out.")
        if self.sniff(path) is Confidence.NO:
            raise ReadError(path, "is no ZGY file", hint="Check the file.")
        return open_zgy(path)
