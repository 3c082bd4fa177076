"""Bringing weight files into the store."""

from __future__ import annotations

from pathlib import Path

from engine.errors import ModelError, WriteError
from engine.jobs.context import NULL_JOB, JobContext
from engine.models.weight_store import WeightsFile, WeightStore
from engine.models.weights import convert, guess_encoder, load_state, save_state


def import_weights(
    store: WeightStore,
    path: Path,
    *,
    encoder: str | None = None,
    source: str = "",
    job: JobContext = NULL_JOB,
) -> WeightsFile:
    """Convert a weights file and keep it in the cache.

    Parameters
    ----------
    store : WeightStore
        Where to.
    path : pathlib.Path
        A file in the official, timm or Hugging Face layout; it is left as it is.
    encoder : str, optional
        Which encoder it is; told by its shapes when left out.
    source : str, default ""
        Where it came from, for the record; the file's name when left out.
    job : JobContext, optional
        Checked between reading, converting and writing.

    Returns
    -------
    WeightsFile
        The same weights give the same hash, whatever the layout of `path`.

    Raises
    ------
    ModelError
        If the file does not fit the encoder, naming the first tensor that does not.
    WriteError
        If the cache cannot be written.
    """
    job.report(0, 3, f"reading {path.name}")
    state = load_state(path)
    job.check()
    try:
        name = encoder or guess_encoder(state)
        job.report(1, 3, f"converting to {name}")
        converted = convert(state, name)
    except ModelError as error:
        raise ModelError(f"{path}: {error}", hint=error.hint) from error
    job.check()
    job.report(2, 3, "writing")
    target = store.path(name)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        store.forget(name)
    except OSError as error:
        raise WriteError(
            target,
            f"cannot be written ({error.strerror})",
            hint="Name another folder in OUTCROP_CACHE, or free some space.",
        ) from error
    save_state(target, converted)
    kept = store.record(name, source=source or f"imported from {path.name}")
    job.report(3, 3, "done")
    return kept
