"""Fetching published weights by name.

The hub's client tells where a file is, how long, and its hash; the bytes go to
a partial file that a later call goes on with.
"""

from __future__ import annotations

import os
import re
from io import BufferedRandom
from pathlib import Path

from huggingface_hub import get_hf_file_metadata, hf_hub_url
from huggingface_hub.file_download import http_get
from huggingface_hub.utils.tqdm import disable_progress_bars

from engine.core.fingerprint import sha256_file
from engine.errors import EngineError, ModelError
from engine.jobs.context import NULL_JOB, JobContext
from engine.models.designs import encoder_design
from engine.models.weight_import import import_weights
from engine.models.weight_store import WeightsFile, WeightStore

_FILE = "model.safetensors"
_SHA256 = re.compile(r"[0-9a-f]{64}")


def fetch_weights(
    store: WeightStore, encoder: str, *, endpoint: str | None = None, job: JobContext = NULL_JOB
) -> WeightsFile:
    """Fetch the weights of an encoder from timm's repository on the hub.

    Parameters
    ----------
    store : WeightStore
        Where to keep them.
    encoder : str
        Its id.
    endpoint : str, optional
        Address of the hub; the client's own default (and ``HF_ENDPOINT``) when
        left out.
    job : JobContext, optional
        Told the bytes fetched, and checked with each block.

    Returns
    -------
    WeightsFile
        What the store has then; weights that are here already are not fetched
        again.

    Raises
    ------
    ModelError
        If the encoder has no published weights, the hub cannot be reached, or
        what came is not what was promised.
    JobCancelledError
        If the job is cancelled; what came so far is kept.
    """
    design = encoder_design(encoder)
    if store.path(encoder).is_file() or not design.hub_repository:
        return store.find(encoder)
    url = hf_hub_url(design.hub_repository, _FILE, endpoint=endpoint)
    try:
        partial = _download(url, store.cache_dir / "downloads", endpoint, job)
    except EngineError:
        raise
    except Exception as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelError(
            f"the weights of {encoder} cannot be fetched from {design.hub_repository} ({reason})",
            hint=f"Try again when online (it goes on where it stopped), or import a file that "
            f"you have: 'outcrop weights import FILE --encoder {encoder}'.",
        ) from error
    kept = import_weights(store, partial, encoder=encoder, source=f"hub: {design.hub_repository}")
    partial.unlink()
    return kept


def _download(url: str, folder: Path, endpoint: str | None, job: JobContext) -> Path:
    """Bring the file to the folder, going on with a partial one; return its path."""
    metadata = get_hf_file_metadata(url, endpoint=endpoint)
    if not metadata.etag or not metadata.size:
        raise ModelError(
            f"{url}: the hub tells neither length nor version",
            hint="Fetch the file by other means, then 'outcrop weights import FILE'.",
        )
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f"{re.sub(r'[^0-9A-Za-z]', '', metadata.etag)}.part"
    disable_progress_bars("huggingface_hub.http_get")
    with partial.open("r+b" if partial.exists() else "w+b") as file:
        done = file.seek(0, os.SEEK_END)
        if done > metadata.size:
            done = file.truncate(0)
            file.seek(0)
        http_get(
            metadata.location,
            _Reporting(file, metadata.size, job),  # type: ignore[arg-type] # has what http_get uses of a file
            resume_size=done,
            headers={"Accept-Encoding": "identity"},
            expected_size=metadata.size,
        )
    if _SHA256.fullmatch(metadata.etag) and sha256_file(partial, check=job.check) != metadata.etag:
        partial.unlink()
        raise ModelError(f"{url}: what came has another hash", hint="Fetch it again.")
    return partial


class _Reporting:
    """A file to write to that reports its length to a job."""

    def __init__(self, file: BufferedRandom, size: int, job: JobContext) -> None:
        self._file = file
        self._size = size
        self._job = job

    def write(self, block: bytes) -> int:
        self._job.check()
        written = self._file.write(block)
        self._job.report(self._file.tell(), self._size, "fetching")
        return written

    def tell(self) -> int:
        return self._file.tell()

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def truncate(self, size: int | None = None) -> int:
        return self._file.truncate(size)
