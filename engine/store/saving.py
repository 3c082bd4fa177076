"""Writing a bundle: all of it or nothing."""

from __future__ import annotations

import datetime as dt
import json
import secrets
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.core.fingerprint import sha256_file
from engine.core.provenance import program_version
from engine.errors import ModelError, WriteError
from engine.models.adapter_files import adapter_config, adapter_state, check_kind
from engine.models.segmenter import Segmenter
from engine.models.weights import save_state
from engine.store.bundle import (
    ADAPTER,
    ADAPTER_CONFIG,
    CARD,
    DECODER,
    ENCODER,
    MODEL,
    PIPELINE,
    Bundle,
    is_bundle,
)
from engine.store.model_card import render_card


def save_model(
    bundle: Bundle, model: Segmenter, *, half: bool = False, card: str | None = None
) -> Bundle:
    """Write a model and what belongs to it to ``bundle.path``.

    The folder is made under a temporary name next to its place and moved there
    at the end; a bundle that is there already is replaced.

    Parameters
    ----------
    bundle : Bundle
        What to write into ``model.json`` and ``pipeline.json``; its version and
        time are set anew, and its `encoder_sha256` too if all of the encoder was
        trained.
    model : Segmenter
        The network; not changed. Adapters must not be merged.
    half : bool, default False
        Whether to store matrices and kernels as float16.
    card : str, optional
        Text of the model card; made from `bundle` when left out.

    Returns
    -------
    Bundle
        As `engine.store.bundle.read_bundle` returns it.

    Raises
    ------
    ModelError
        If the model does not fit the bundle's tuning.
    WriteError
        If the place is taken by something else, or cannot be written.
    """
    _check_tuning(bundle, model)
    target = bundle.path.absolute()
    check_target(target)
    staging = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        staging.mkdir(parents=True)
        written = _write(staging, bundle, model, half=half, card=card)
        _move(staging, target)
    except OSError as error:
        reason = error.reason if isinstance(error, WriteError) else error.strerror or str(error)
        raise WriteError(
            target,
            f"cannot be written ({reason})",
            hint="Choose another folder, or free some space.",
        ) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return replace(written, path=bundle.path)


def check_target(path: Path) -> None:
    """Refuse to put a bundle in the place of something else.

    Parameters
    ----------
    path : pathlib.Path
        Where a bundle is to be written.

    Raises
    ------
    WriteError
        If neither a bundle nor an empty folder is there, but something.
    """
    if path.exists() and not is_bundle(path) and not (path.is_dir() and not any(path.iterdir())):
        raise WriteError(
            path, "is there and is no model bundle", hint="Choose another name for the bundle."
        )


def _check_tuning(bundle: Bundle, model: Segmenter) -> None:
    try:
        check_kind(model.encoder, bundle.spec.tuning)
    except ModelError as error:
        raise ModelError(f"{bundle.name}: {error}", hint=error.hint) from error


def _write(
    folder: Path, bundle: Bundle, model: Segmenter, *, half: bool, card: str | None
) -> Bundle:
    save_state(folder / DECODER, model.decoder.state_dict(), half=half)
    encoder_sha256 = bundle.encoder_sha256
    tuning = bundle.spec.tuning
    if tuning.stores_adapters:
        save_state(folder / ADAPTER, adapter_state(model.encoder, tuning), half=half)
        _write_json(folder / ADAPTER_CONFIG, adapter_config(model.encoder, tuning))
    elif tuning.method == "full":
        save_state(folder / ENCODER, model.encoder.backbone.state_dict(), half=half)
        encoder_sha256 = sha256_file(folder / ENCODER)
    written = replace(
        bundle,
        encoder_sha256=encoder_sha256,
        version=program_version(),
        created=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
    )
    _write_json(folder / MODEL, written.to_json())
    _write_json(folder / PIPELINE, written.pipeline.to_json())
    (folder / CARD).write_text(card or render_card(written), encoding="utf-8")
    return written


def _write_json(path: Path, value: Any) -> None:
    text = json.dumps(value, indent=2, allow_nan=False, default=str)
    path.write_text(text + "\n", encoding="utf-8")


def _move(staging: Path, target: Path) -> None:
    """Put the new folder in the place of the old one, which is back if that fails."""
    if not target.exists():
        staging.rename(target)
        return
    old = staging.with_suffix(".old")
    target.rename(old)
    try:
        staging.rename(target)
    except OSError:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)
