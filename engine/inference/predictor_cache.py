"""Predictors that are kept for going back to."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path

from engine.inference.prediction import load_predictor
from engine.inference.predictor import Predictor

LIMIT_BYTES = 512 * 2**20
"""Memory of all tensors together, unless told otherwise."""


class PredictorCache:
    """Keeps the predictors used last, up to a number of bytes.

    Predictors on one encoder share its tensors, which count once.

    Parameters
    ----------
    limit_bytes : int, default 512 MiB
        Memory of all tensors together; the newest predictor is always kept.

    Notes
    -----
    Any thread may call it; who asks while another loads waits.
    """

    def __init__(self, limit_bytes: int = LIMIT_BYTES) -> None:
        self._limit_bytes = limit_bytes
        self._kept: OrderedDict[tuple[str, str], Predictor] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def n_bytes(self) -> int:
        """Memory of the tensors of all predictors that are kept."""
        with self._lock:
            return _n_bytes(self._kept.values())

    def find(self, fingerprint: str, device: str) -> Predictor | None:
        """Return a predictor if it is still kept.

        Parameters
        ----------
        fingerprint : str
            Under which it was loaded.
        device : str
            For which it was loaded.

        Returns
        -------
        Predictor or None
            The one used last from now on.
        """
        with self._lock:
            return self._find((fingerprint, device))

    def load(self, path: Path, device: str, *, fingerprint: str) -> Predictor:
        """Return the predictor of a bundle, loaded if it is not kept.

        Parameters
        ----------
        path : pathlib.Path
            Folder of the bundle.
        device : str
            See `engine.inference.device.choose_device`.
        fingerprint : str
            Changes when a file of the bundle is replaced.

        Returns
        -------
        Predictor
            Kept; those used longest ago are let go if there are too many.

        Raises
        ------
        EngineError
            As `engine.inference.prediction.load_predictor`.
        """
        key = (fingerprint, device)
        with self._lock:
            found = self._find(key)
            if found is None:
                # Others are let go only after that: one on the same encoder shares it.
                found = self._kept[key] = load_predictor(path, device)
                self._shrink()
            return found

    def _find(self, key: tuple[str, str]) -> Predictor | None:
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def _shrink(self) -> None:
        while len(self._kept) > 1 and _n_bytes(self._kept.values()) > self._limit_bytes:
            self._kept.popitem(last=False)


def _n_bytes(predictors: Iterable[Predictor]) -> int:
    storages = {}
    for predictor in predictors:
        for tensor in predictor.model.state_dict().values():
            storage = tensor.untyped_storage()
            storages[storage.device, storage.data_ptr()] = storage.nbytes()
    return sum(storages.values())
