"""Checkpoints of a run, in a hidden folder beside the bundle that it will become.

A checkpoint is a file of tensors (safetensors) and a JSON file that names it. The
JSON file is replaced last and at once, so that a program killed at any moment
leaves either the old checkpoint or the new one, never half of one.
"""

from __future__ import annotations

import glob
import json
import os
import secrets
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

from torch import Tensor

from engine.errors import ModelError, WriteError
from engine.models.weights import load_state, save_state

_SCHEMA = 1
_JSON = "checkpoint.json"
_JSON_LIMIT = 64 << 20
_ANEW = "Train the model anew with --overwrite."


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """All that a run needs to go on as if it had never stopped.

    Parameters
    ----------
    tensors : mapping of str to Tensor
        Weights, optimiser, random numbers; on the CPU.
    values : mapping
        The rest, JSON types only.
    """

    tensors: Mapping[str, Tensor]
    values: Mapping[str, Any]


class CheckpointFolder:
    """Where the checkpoints of one run lie.

    Parameters
    ----------
    out : pathlib.Path
        Folder of the bundle; the checkpoints are beside it.
    header : mapping, optional
        Stored with every checkpoint: what the run is, JSON types only.
    """

    def __init__(self, out: Path, header: Mapping[str, Any] | None = None) -> None:
        place = out.absolute()
        self.out = out
        self.path = place.with_name(f".{place.name}.training")
        self._header = dict(header or {})

    def exists(self) -> bool:
        """Tell whether there is a checkpoint to go on from."""
        return (self.path / _JSON).is_file()

    def is_whole(self) -> bool:
        """Tell whether all files of a checkpoint are there, as long as they were."""
        try:
            self._tensors(self._read())
        except ModelError:
            return False
        return True

    def header(self) -> dict[str, Any]:
        """Read what the stored run is.

        Returns
        -------
        dict
            The `header` it was written with.

        Raises
        ------
        ModelError
            If there is no checkpoint, or it is damaged.
        """
        header: dict[str, Any] = self._read()["header"]
        return header

    def load(self) -> Checkpoint:
        """Read the checkpoint.

        Returns
        -------
        Checkpoint
            As it was saved, bit for bit.

        Raises
        ------
        ModelError
            If there is none, or it is damaged.
        """
        values = self._read()
        return Checkpoint(load_state(self._tensors(values)), values["values"])

    def save(self, checkpoint: Checkpoint) -> None:
        """Write a checkpoint, then remove the one before.

        Parameters
        ----------
        checkpoint : Checkpoint
            What to write.

        Raises
        ------
        WriteError
            If it cannot be written; the one before is as it was.
        """
        tensors = self.path / f"{secrets.token_hex(8)}.safetensors"
        part = self.path / f"{_JSON}.part"
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            save_state(tensors, checkpoint.tensors)
            _flush(tensors)
            values = {
                "schema": _SCHEMA,
                "tensors": tensors.name,
                "bytes": tensors.stat().st_size,
                "header": self._header,
                "values": checkpoint.values,
            }
            part.write_text(json.dumps(values, allow_nan=False), encoding="utf-8")
            _flush(part)
            part.replace(self.path / _JSON)
        except OSError as error:
            for path in (tensors, part):
                path.unlink(missing_ok=True)
            with suppress(OSError):  # it stays if the checkpoint before is in it
                self.path.rmdir()
            raise self._not_written(error) from error
        for path in self.path.iterdir():
            if path.name not in {tensors.name, _JSON}:
                with suppress(OSError):  # what cannot be removed goes with the next one
                    path.unlink(missing_ok=True)

    def remove(self) -> None:
        """Remove the folder; nothing happens without one."""
        shutil.rmtree(self.path, ignore_errors=True)

    def remove_leftovers(self) -> None:
        """Remove what a program killed while it wrote the bundle left beside it."""
        name = glob.escape(self.out.absolute().name)
        for ending in ("part", "old"):
            for path in self.path.parent.glob(f".{name}.????????.{ending}"):
                shutil.rmtree(path, ignore_errors=True)

    def _not_written(self, error: OSError) -> WriteError:
        reason = error.reason if isinstance(error, WriteError) else error.strerror or str(error)
        whole = self.is_whole()
        kept = "the one before is kept" if whole else "there is none to go on from"
        return WriteError(
            self.path,
            f"the checkpoint cannot be written ({reason}); {kept}",
            hint=f"Free some space, then go on with 'outcrop train --resume {self.out}'."
            if whole
            else "Free some space or choose another folder.",
        )

    def _tensors(self, values: Mapping[str, Any]) -> Path:
        path = self.path / Path(str(values["tensors"])).name
        if not path.is_file() or path.stat().st_size != values["bytes"]:
            raise ModelError(f"{path}: missing or not as long as it was", hint=_ANEW)
        return path

    def _read(self) -> dict[str, Any]:
        path = self.path / _JSON
        if not path.is_file():
            raise ModelError(
                f"{self.out}: there is no unfinished training to go on with",
                hint="Name the --out of a run that was stopped; a finished run leaves none.",
            )
        try:
            too_long = path.stat().st_size > _JSON_LIMIT
            values = {} if too_long else json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            raise ModelError(f"{path}: cannot be read ({error})", hint=_ANEW) from error
        if not _is_complete(values):
            raise ModelError(f"{path}: not a checkpoint of schema {_SCHEMA}", hint=_ANEW)
        return values


def _is_complete(values: Any) -> TypeGuard[dict[str, Any]]:
    if not isinstance(values, dict) or values.get("schema") != _SCHEMA:
        return False
    kinds = {"tensors": str, "bytes": int, "header": dict, "values": dict}
    return all(isinstance(values.get(key), kind) for key, kind in kinds.items())


def _flush(path: Path) -> None:
    """Wait until a file is on the disk, so that a power cut cannot empty it later."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
