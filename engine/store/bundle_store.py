"""The bundles that are on this machine."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import platformdirs

from engine.errors import EngineError, ModelError
from engine.models.decoders.registry import decoders
from engine.models.weight_store import WeightStore
from engine.store.bundle import Bundle, is_bundle, read_bundle

STARTER = "faults-starter"
"""The bundle for seismic data that comes with Outcrop."""
STARTERS = {"seismic": STARTER, "das": "das-starter", "lunar": "craters-starter"}
"""The model that is used where none is named, by the domain of the data."""


@dataclass(frozen=True, slots=True)
class BundleEntry:
    """One bundle in a list.

    Parameters
    ----------
    name, task, encoder, decoder : str
        What it says of itself; all but the name are empty if it cannot be read.
    available : bool
        Whether it can be used here and now.
    path : pathlib.Path
        Its folder.
    reason : str, default ""
        Why it is not available, and what to do.
    """

    name: str
    task: str
    encoder: str
    decoder: str
    available: bool
    path: Path
    reason: str = ""


class BundleStore:
    """Given, installed and bundled models, in this order.

    Parameters
    ----------
    folders : sequence of pathlib.Path, optional
        Further folders: of bundles, or bundles themselves. Those of the
        environment variable ``OUTCROP_MODELS`` come after them.
    weights : WeightStore, optional
        Tells which encoders are here; the user's store when left out.
    """

    def __init__(self, folders: Sequence[Path] = (), *, weights: WeightStore | None = None) -> None:
        named = os.environ.get("OUTCROP_MODELS", "").split(os.pathsep)
        self.folders = (
            *folders,
            *(Path(folder) for folder in named if folder),
            installed_folder(),
            Path(str(resources.files("resources"))) / "models",
        )
        self._weights = weights or WeightStore()

    def list(self) -> tuple[BundleEntry, ...]:
        """Return all bundles; damaged ones and ones without their encoder as such."""
        return tuple(self._entry(path) for path in self._paths())

    def find(self, name: str | Path) -> Bundle:
        """Return a bundle by name or path.

        Parameters
        ----------
        name : str or pathlib.Path
            A name from `list`, or a bundle's folder. A name that is in several
            folders means the first.

        Returns
        -------
        Bundle
            Read and checked, all but its tensors.

        Raises
        ------
        ModelError
            If there is none, or it is damaged.
        """
        path = Path(name)
        if is_bundle(path):
            return read_bundle(path)
        entries = self.list()
        for entry in entries:
            if entry.name == str(name):
                return read_bundle(entry.path)
        if path.is_dir():
            return read_bundle(path)
        known = ", ".join(dict.fromkeys(entry.name for entry in entries)) or "none"
        raise ModelError(
            f"there is no model {str(name)!r}",
            hint=f"Known are: {known}. Give one of these names, or the path of a bundle.",
        )

    def _paths(self) -> Iterable[Path]:
        seen: set[Path] = set()
        for folder in self.folders:
            for path in _bundles_in(folder):
                real = path.resolve()
                if real not in seen:
                    seen.add(real)
                    yield path

    def _entry(self, path: Path) -> BundleEntry:
        try:
            bundle = read_bundle(path)
        except EngineError as error:
            return BundleEntry(path.name, "", "", "", available=False, path=path, reason=str(error))
        reason = self._obstacle(bundle)
        return BundleEntry(
            name=bundle.name,
            task=bundle.task,
            encoder=bundle.spec.encoder,
            decoder=bundle.spec.decoder,
            available=not reason,
            path=path,
            reason=reason,
        )

    def _obstacle(self, bundle: Bundle) -> str:
        if bundle.spec.decoder not in decoders().names():
            return f"the decoder {bundle.spec.decoder} is not installed"
        if bundle.spec.tuning.method == "full":
            return ""
        try:
            self._weights.find(bundle.spec.encoder, sha256=bundle.encoder_sha256)
        except ModelError as error:
            return f"{error}. {error.hint}"
        return ""


def installed_folder() -> Path:
    """Return the folder of this user's models, there or not; see ``OUTCROP_DATA``."""
    given = os.environ.get("OUTCROP_DATA")
    root = Path(given) if given else Path(platformdirs.user_data_dir("outcrop", appauthor=False))
    return root / "models"


def _bundles_in(folder: Path) -> list[Path]:
    if is_bundle(folder):
        return [folder]
    try:
        # Hidden folders are bundles that are being written.
        paths = (path for path in folder.iterdir() if not path.name.startswith("."))
        return sorted(path for path in paths if is_bundle(path))
    except OSError:
        return []
