"""Where encoder weights lie on this machine.

Nothing here needs torch: whether a model can be used is known before it is
loaded.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path

import platformdirs

from engine.core.fingerprint import sha256_file, sha256_known
from engine.errors import ModelError
from engine.models.designs import EncoderDesign, encoder_design, pretrained_designs

WEIGHTS_FILE = "model.safetensors"
"""Name of the tensors in the folder of an encoder."""
_RECORD = "weights.json"
_RECORD_LIMIT = 65536


@dataclass(frozen=True, slots=True)
class WeightsFile:
    """Weights of one encoder, in Outcrop's layout.

    Parameters
    ----------
    path : pathlib.Path
        A safetensors file.
    sha256 : str
        Its hash, as recorded when it was written.
    encoder : str
        Id of the encoder.
    source : str, default ""
        Where the weights came from.
    """

    path: Path
    sha256: str
    encoder: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class WeightsEntry:
    """One known encoder and whether its weights are here.

    Parameters
    ----------
    encoder, title : str
        Id and name in words.
    file : WeightsFile or None
        The weights, if they are here.
    reason : str, default ""
        Why they are not.
    """

    encoder: str
    title: str
    file: WeightsFile | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Record:
    """What is written next to a weights file."""

    encoder: str
    sha256: str
    bytes: int
    source: str
    added: str


class WeightStore:
    """The weights in the user's cache and those that come with Outcrop.

    Parameters
    ----------
    cache_dir : pathlib.Path, optional
        Folder of the cache; by default the environment variable
        ``OUTCROP_CACHE``, else the platform's cache folder.
    """

    def __init__(self, cache_dir: Path | None = None) -> None:
        given = cache_dir or os.environ.get("OUTCROP_CACHE")
        root = (
            Path(given) if given else Path(platformdirs.user_cache_dir("outcrop", appauthor=False))
        )
        self.cache_dir = root
        self._bundled = Path(str(resources.files("resources"))) / "models"

    def path(self, encoder: str) -> Path:
        """Return where the cache keeps the weights of an encoder, there or not."""
        return self.cache_dir / "weights" / encoder_design(encoder).name / WEIGHTS_FILE

    def find(self, encoder: str, *, sha256: str = "") -> WeightsFile:
        """Return the weights of an encoder, from the cache or bundled.

        Parameters
        ----------
        encoder : str
            Its id.
        sha256 : str, optional
            Only the file with this hash; the cache's comes first when left out.

        Returns
        -------
        WeightsFile
            The file is there and has the recorded size; its hash is checked when
            it is loaded.

        Raises
        ------
        ModelError
            If the weights are not on this machine, or only others; the hint
            tells the ways to get them.
        """
        design = encoder_design(encoder)
        if not design.pretrained:
            raise ModelError(
                f"the encoder {encoder} has no weights to start from",
                hint="Train it as a whole: it starts from random ones.",
            )
        folders = (self.path(encoder).parent, self._bundled / design.name)
        files = [_described(folder, design.name) for folder in folders if _has_weights(folder)]
        for file in files:
            if sha256 in {"", file.sha256}:
                return file
        bring = f"import a file that you have: 'outcrop weights import FILE --encoder {encoder}'"
        if files:
            raise ModelError(
                f"the weights of {encoder} with SHA-256 {sha256[:12]} are not on this machine, "
                f"only those with {files[0].sha256[:12]}",
                hint=f"Get the weights that the model was trained on, and {bring}.",
            )
        if design.hub_repository:
            hint = f"Fetch them: 'outcrop weights fetch {encoder}', or {bring}."
        else:
            hint = f"They come with Outcrop; install it again, or {bring}."
        raise ModelError(f"the weights of {encoder} are not on this machine", hint=hint)

    def list(self) -> tuple[WeightsEntry, ...]:
        """Return all encoders with weights to start from, and the weights that are here."""
        return tuple(self._entry(design) for design in pretrained_designs().values())

    def record(self, encoder: str, *, source: str) -> WeightsFile:
        """Hash the file at `path` and write its record.

        Parameters
        ----------
        encoder : str
            Its id.
        source : str
            Where the weights came from, in words.

        Returns
        -------
        WeightsFile
            The recorded file.
        """
        path = self.path(encoder)
        record = _Record(
            encoder=encoder,
            sha256=sha256_file(path),
            bytes=path.stat().st_size,
            source=source,
            added=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        )
        temporary = path.with_name(f".{_RECORD}.part")
        temporary.write_text(json.dumps(asdict(record), indent=2) + "\n", encoding="utf-8")
        temporary.replace(path.with_name(_RECORD))
        return WeightsFile(path, record.sha256, encoder, source)

    def forget(self, encoder: str) -> None:
        """Remove the record of an encoder's weights, before the file changes."""
        self.path(encoder).with_name(_RECORD).unlink(missing_ok=True)

    def _entry(self, design: EncoderDesign) -> WeightsEntry:
        try:
            return WeightsEntry(design.name, design.title, self.find(design.name))
        except ModelError as error:
            return WeightsEntry(design.name, design.title, None, str(error))


def _has_weights(folder: Path) -> bool:
    return (folder / WEIGHTS_FILE).is_file()


def _described(folder: Path, encoder: str) -> WeightsFile:
    path = folder / WEIGHTS_FILE
    record = _read_record(folder / _RECORD)
    if record is None:
        return WeightsFile(path, sha256_known(path), encoder, "comes with Outcrop")
    if record.encoder != encoder or record.bytes != path.stat().st_size:
        raise ModelError(
            f"{path}: is not the file that was recorded ({record.bytes} bytes of {record.encoder})",
            hint=f"Remove the folder {folder} and fetch or import the weights again.",
        )
    return WeightsFile(path, record.sha256, encoder, record.source)


def _read_record(path: Path) -> _Record | None:
    try:
        with path.open(encoding="utf-8") as file:
            values = json.loads(file.read(_RECORD_LIMIT))
        return _Record(
            encoder=str(values["encoder"]),
            sha256=str(values["sha256"]),
            bytes=int(values["bytes"]),
            source=str(values["source"]),
            added=str(values["added"]),
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"{path}: damaged record ({error})",
            hint=f"Remove the folder {path.parent} and fetch or import the weights again.",
        ) from error
