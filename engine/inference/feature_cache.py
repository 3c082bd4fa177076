"""Features of the sections that were looked at last."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

from engine.errors import DataError
from engine.inference.feature_maps import FeatureMaps

LIMIT_BYTES = 512 * 2**20
"""Memory of all features together, unless told otherwise."""


@dataclass(frozen=True, slots=True)
class FeatureKey:
    """What features were computed of; equal keys mean equal features.

    Parameters
    ----------
    volume : int
        Number of the opened volume.
    direction : str
        Direction of the section.
    index : int
        Position along that direction, from 0.
    encoder : str
        Identity of the encoder, its adapters included.
    pipeline : str
        Fingerprint of the preprocessing.
    tile : int
        Longest side evaluated at once, in samples.
    device : str
        Where they are.
    """

    volume: int
    direction: str
    index: int
    encoder: str
    pipeline: str
    tile: int
    device: str


class FeatureCache:
    """Keeps the features used last, up to a number of bytes; any thread may call it.

    They are kept as the encoder gave them: in 16 bits a head would see other values
    than the model that is made of it.

    Parameters
    ----------
    limit_bytes : int, default 512 MiB
        Memory of all features together.
    """

    def __init__(self, limit_bytes: int = LIMIT_BYTES) -> None:
        self._limit_bytes = limit_bytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[FeatureKey, FeatureMaps] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def n_bytes(self) -> int:
        """Memory of all features that are kept."""
        with self._lock:
            return sum(maps.n_bytes for maps in self._kept.values())

    def find(self, key: FeatureKey) -> FeatureMaps | None:
        """Return features if they are still kept; they are then the ones used last."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def add(self, key: FeatureKey, maps: FeatureMaps) -> None:
        """Keep features, and drop those used longest ago if there are too many.

        Raises
        ------
        DataError
            If they alone take more than the limit.
        """
        if maps.n_bytes > self._limit_bytes:
            rows, cols = maps.shape
            raise DataError(
                f"the features of {rows} x {cols} samples take {maps.n_bytes >> 20} MiB,"
                f" more than the {self._limit_bytes >> 20} MiB there are for them",
                hint="Work on a part of it: export a crop and open that.",
            )
        with self._lock:
            self._kept[key] = maps
            self._kept.move_to_end(key)
            total = sum(item.n_bytes for item in self._kept.values())
            while total > self._limit_bytes:
                _, dropped = self._kept.popitem(last=False)
                total -= dropped.n_bytes

    def clear(self) -> None:
        """Drop all features."""
        with self._lock:
            self._kept.clear()
