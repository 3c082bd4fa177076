"""Lists model bundles as the window shows them. Imported on a lane: it reads files."""

from __future__ import annotations

from pathlib import Path

from engine.core.fingerprint import fingerprint_json
from engine.errors import EngineError
from engine.models.designs import encoder_design
from engine.session.session import ModelInfo
from engine.store.bundle import Bundle, read_bundle
from engine.store.bundle_store import BundleEntry, BundleStore

_TUNINGS = {"frozen": "frozen encoder", "lora": "LoRA adapters", "full": "all weights tuned"}


def list_models(named: Path | None = None, folders: tuple[Path, ...] = ()) -> tuple[ModelInfo, ...]:
    """Return all bundles that are found, with what a reader wants to know of each.

    Parameters
    ----------
    named : pathlib.Path, optional
        A further bundle, or a folder of bundles.
    folders : tuple of pathlib.Path, optional
        More of these, listed after it; one that is gone is passed over.

    Returns
    -------
    tuple of ModelInfo
        In the order of the store.
    """
    given = (named,) if named is not None and named.is_dir() else ()
    return tuple(_info(entry) for entry in BundleStore((*given, *folders)).list())


def _info(entry: BundleEntry) -> ModelInfo:
    try:
        bundle = read_bundle(entry.path)
    except EngineError as error:
        reason = entry.reason or str(error)
        return ModelInfo(
            entry.name, entry.path, str(entry.path), "", "", "", available=False, reason=reason
        )
    return ModelInfo(
        name=entry.name,
        path=entry.path,
        identity=_identity(bundle),
        task=entry.task,
        encoder=encoder_design(bundle.spec.encoder).title,
        decoder=bundle.spec.decoder.upper(),
        available=entry.available,
        reason=entry.reason,
        classes=bundle.classes,
        pipeline=bundle.pipeline.fingerprint,
        summary=_summary(bundle),
    )


def _summary(bundle: Bundle) -> str:
    own = bundle.spec.encoder.startswith("outcrop-")
    kind = "A small starter encoder of Outcrop's own, not DINOv2." if own else "A DINOv2 encoder."
    rows, cols = bundle.image_size
    tuning = _TUNINGS.get(bundle.spec.tuning.method, bundle.spec.tuning.method)
    return f"{kind} Trained on {rows} \u00d7 {cols} samples, {tuning}."


def _identity(bundle: Bundle) -> str:
    """Return a text that changes when a file of the bundle is replaced."""
    files = []
    for path in sorted(bundle.path.iterdir()):
        facts = path.stat()
        files.append([path.name, facts.st_size, facts.st_mtime_ns])
    return fingerprint_json([str(bundle.path), bundle.encoder_sha256, files])
