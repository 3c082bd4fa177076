"""A folder beside the output in which files are made before they get their names."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path

from engine.errors import WriteError


class StagingFolder:
    """Made at once, so that a place that cannot be written to is found before the work.

    Parameters
    ----------
    target : pathlib.Path
        An output; the folder lies beside it.

    Raises
    ------
    WriteError
        If the folder cannot be made.
    """

    def __init__(self, target: Path) -> None:
        self.path = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
        if target.is_dir():
            raise WriteError(target, "is a folder", hint="Name a file.")
        try:
            self.path.mkdir()
        except OSError as error:
            raise WriteError(
                target,
                f"cannot be written ({error.strerror or error})",
                hint="Choose another folder.",
            ) from error

    def publish(self, targets: Sequence[Path], *, overwrite: bool) -> None:
        """Move the files to their places and remove the folder.

        Parameters
        ----------
        targets : sequence of pathlib.Path
            Each is in the folder under its own name.
        overwrite : bool
            Whether files of these names are replaced.

        Raises
        ------
        WriteError
            If a file is there that must stay, or the disk fails; then none of the
            new files stays, unless it has replaced another.
        """
        for target in targets:
            if target.exists() and not overwrite:
                raise WriteError(
                    target, "exists", hint="Choose another name, or allow overwriting."
                )
        moved: list[Path] = []
        for target in targets:
            try:
                (self.path / target.name).replace(target)
                moved.append(target)
            except OSError as error:
                if not overwrite:
                    for path in moved:
                        path.unlink(missing_ok=True)
                raise WriteError(
                    target,
                    f"cannot be written ({error.strerror or error})",
                    hint="Check the disk, then export again.",
                ) from error
        self.discard()

    def discard(self) -> None:
        """Remove the folder and all in it; does nothing a second time."""
        shutil.rmtree(self.path, ignore_errors=True)
