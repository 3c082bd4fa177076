"""What makes a run the run it is: a checkpoint of another one is refused."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.core.differences import differences
from engine.errors import SettingsError
from engine.training.request import TrainingRequest
from engine.training.settings import TrainingSettings


def run_identity(
    request: TrainingRequest,
    *,
    encoder_sha256: str,
    origin: Mapping[str, Any] | None,
    n_samples: int,
    data: str,
    processes: int,
) -> dict[str, Any]:
    """Gather all that the weights of a run depend on.

    Parameters
    ----------
    request : TrainingRequest
        What is trained; where the data and the bundle lie does not matter.
    encoder_sha256 : str
        Hash of the encoder's weights to start from.
    origin : mapping or None
        The bundle to start from, see `engine.training.start.Start`.
    n_samples : int
        How many there are.
    data : str
        From `engine.data.sample_fingerprint.fingerprint_samples`.
    processes : int
        Who trains together: a step takes a batch from each.

    Returns
    -------
    dict
        JSON types only.
    """
    return {
        "task": request.task,
        "classes": list(request.classes.names),
        "model": request.spec.to_json(),
        "encoder_sha256": encoder_sha256,
        "start": origin,
        "settings": request.settings.to_json(),
        "samples": n_samples,
        "data": data,
        "processes": processes,
    }


def check_same_run(out: Path, stored: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Refuse to go on with a run by another one's checkpoint.

    Parameters
    ----------
    out : pathlib.Path
        The run's bundle, for the message.
    stored, now : mapping
        What either run is, JSON types only. Settings that the stored one does not
        name had their defaults.

    Raises
    ------
    SettingsError
        If they differ; the message says in what.
    """
    settings = TrainingSettings.from_json(stored["settings"]).to_json()
    found = differences({**stored, "settings": settings}, now)
    if found:
        raise SettingsError(
            f"{out}: the unfinished training is another one: {found}",
            hint="Resume with the same model, data and settings, or choose another --out.",
        )
