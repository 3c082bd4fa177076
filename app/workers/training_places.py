"""Where models are trained to, and where trainings were broken off."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from app.workers.training_choice import ModelPlace
from engine.store.bundle import is_bundle
from engine.store.bundle_store import installed_folder

_HIDDEN = re.compile(r"^\.|\.(training|kept|labels|lock)$")


def model_places(folders: Iterable[Path]) -> tuple[ModelPlace, ...]:
    """Look at folders for new models.

    Parameters
    ----------
    folders : iterable of pathlib.Path
        Bundles among them are left out, and what cannot be read.

    Returns
    -------
    tuple of ModelPlace
        The folder of the user's models, then those, each once.
    """
    places = []
    for folder in dict.fromkeys((installed_folder(), *folders)):
        try:
            if not is_bundle(folder):
                places.append(ModelPlace(folder, _taken(folder)))
        except OSError:
            continue
    return tuple(places)


def folders_with_checkpoints(folders: Iterable[Path]) -> tuple[Path, ...]:
    """Find where trainings were broken off.

    Parameters
    ----------
    folders : iterable of pathlib.Path
        Folders of models, or models, beside which it may be; the folder of the user's
        models is looked through besides.

    Returns
    -------
    tuple of pathlib.Path
        Those that hold a checkpoint, each once.
    """
    above = (folder.parent if is_bundle(folder) else folder for folder in folders)
    return tuple(
        folder
        for folder in dict.fromkeys((installed_folder(), *above))
        if any(folder.glob(".*.training/checkpoint.json"))
    )


def _taken(folder: Path) -> frozenset[str]:
    """Collect names of models, and of trainings and epochs that lie hidden beside them."""
    if not folder.is_dir():
        return frozenset()
    names = [path.name for path in folder.iterdir()]
    return frozenset((*names, *(_HIDDEN.sub("", name) for name in names)))
