"""Lists model bundles as the window shows them. Imported on a lane: it reads files."""

from __future__ import annotations

from pathlib import Path

from app.workers.model_facts import facts, scores, task_title
from engine.core.fingerprint import fingerprint_json
from engine.errors import EngineError, ModelError
from engine.models.designs import encoder_design
from engine.session.model_info import ModelInfo
from engine.store.bundle import CARD, Bundle, read_bundle
from engine.store.bundle_store import STARTER, BundleEntry, BundleStore
from engine.store.domain import bundle_domain
from engine.store.model_card import render_card

_CARD_LIMIT = 256 * 1024


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
        In the order of the store; of those that come with Outcrop the one that
        commands take when none is named comes first.
    """
    given = (named,) if named is not None and named.is_dir() else ()
    store = BundleStore((*given, *folders))
    shipped = store.folders[-1]
    models = [_info(entry, shipped=entry.path.parent == shipped) for entry in store.list()]
    return tuple(sorted(models, key=lambda model: model.shipped and model.name != STARTER))


def read_card(path: Path) -> str:
    """Return the model card of a bundle.

    Parameters
    ----------
    path : pathlib.Path
        Its folder.

    Returns
    -------
    str
        Markdown; written anew from what the bundle says if it has no card.

    Raises
    ------
    ModelError
        If the bundle or its card cannot be read.
    """
    card = path / CARD
    if not card.is_file():
        return render_card(read_bundle(path))
    try:
        with card.open("rb") as file:
            text = file.read(_CARD_LIMIT + 1)
    except OSError as error:
        raise ModelError(
            f"{card}: cannot be read ({error.strerror})", hint="Check its permissions."
        ) from error
    if len(text) > _CARD_LIMIT:
        text = text[:_CARD_LIMIT] + "\n\n\u2026 The rest is in the file.\n".encode()
    return text.decode("utf-8", errors="replace")


def _info(entry: BundleEntry, *, shipped: bool) -> ModelInfo:
    try:
        bundle = read_bundle(entry.path)
    except EngineError as error:
        reason = f"{error}. {error.hint}" if error.hint else entry.reason or str(error)
        return ModelInfo(
            entry.name, entry.path, str(entry.path), "", "", "", available=False, reason=reason
        )
    return ModelInfo(
        name=entry.name,
        path=entry.path,
        identity=_identity(bundle),
        task=entry.task,
        task_title=task_title(entry.task),
        encoder=encoder_design(bundle.spec.encoder).title,
        decoder=bundle.spec.decoder.upper(),
        available=entry.available,
        reason=entry.reason,
        classes=bundle.classes,
        pipeline=bundle.pipeline.fingerprint,
        facts=facts(bundle),
        scores=scores(bundle),
        shipped=shipped,
        domain=bundle_domain(bundle),
    )


def _identity(bundle: Bundle) -> str:
    """Return a text that changes when a file of the bundle is replaced."""
    files = []
    for path in sorted(bundle.path.iterdir()):
        about = path.stat()
        files.append([path.name, about.st_size, about.st_mtime_ns])
    return fingerprint_json([str(bundle.path), bundle.encoder_sha256, files])
