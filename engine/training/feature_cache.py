"""Features of a frozen encoder, computed once for each input."""

from __future__ import annotations

import dataclasses
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.data.augmentation import AugmentationSettings
from engine.data.fitting import Fit
from engine.models.segmenter import Segmenter

_Key = tuple[int, ...]

_FREE_SHARE = 0.1
"""Share of the disk that is left alone."""


class FeatureStore:
    """Arrays by key: in memory up to a budget, then in a temporary file.

    Parameters
    ----------
    memory_bytes : int
        The budget.
    note : callable
        Told when the disk is used, and when it has no room left.
    folder : pathlib.Path, optional
        Where the file is made; the system's folder for such files when left out.
        The file goes with the store.
    """

    def __init__(
        self, memory_bytes: int, note: Callable[[str], None], folder: Path | None = None
    ) -> None:
        self._left = memory_bytes
        self._note = note
        self._folder = folder
        self._kept: dict[_Key, NDArray[np.uint8]] = {}
        self._placed: dict[_Key, tuple[int, int]] = {}
        self._file: BinaryIO | None = None
        self._full = False

    def get(self, key: _Key) -> NDArray[np.uint8] | None:
        """Return the bytes of a key, not to be written to; None if it is not there."""
        kept = self._kept.get(key)
        if kept is not None or key not in self._placed or self._file is None:
            return kept
        start, length = self._placed[key]
        return np.memmap(self._file, np.uint8, mode="r", offset=start, shape=(length,))

    @property
    def n_bytes_on_disk(self) -> int:
        """Bytes in the temporary file."""
        return sum(length for _, length in self._placed.values())

    def put(self, key: _Key, data: NDArray[np.uint8]) -> None:
        """Keep bytes, if there is room anywhere."""
        if data.nbytes <= self._left:
            self._kept[key] = data.copy()
            self._left -= data.nbytes
        elif not self._full and self._has_room(data.nbytes):
            self._write(key, data)

    def close(self) -> None:
        """Forget everything and remove the file."""
        if self._file is not None:
            self._file.close()
        self._kept, self._placed, self._file = {}, {}, None

    def _has_room(self, n_bytes: int) -> bool:
        """Leave a part of the disk to others."""
        usage = shutil.disk_usage(self._folder or tempfile.gettempdir())
        if usage.free - n_bytes >= _FREE_SHARE * usage.total:
            return True
        self._full = True
        self._note("no more features are kept: the disk is nearly full")
        return False

    def _write(self, key: _Key, data: NDArray[np.uint8]) -> None:
        """Append to the file; a write to a full disk fails, where a mapped page would kill."""
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(prefix="outcrop-features-", dir=self._folder)  # noqa: SIM115 - closed by close
                self._note("features beyond the memory budget go to a temporary file")
            start = self._file.seek(0, 2)
            self._file.write(data.data)
            self._file.flush()
        except OSError as error:
            self._full = True
            self._note(f"no more features are kept: {error}")
            return
        self._placed[key] = (start, data.nbytes)


class CachedSegmenter(nn.Module):
    """A segmenter whose frozen encoder sees each input only once.

    Parameters
    ----------
    model : Segmenter
        No tensor of its encoder trains. It is computed as in training otherwise,
        and all of its parameters are shared.
    store : FeatureStore
        Where the features are kept.

    Notes
    -----
    Inputs are known by a hash of their values, so that mirrored samples have
    features of their own, and so do the images of validation. Kept are only the
    maps that the decoder uses, in the type the encoder gives them: float32 on the
    CPU, where a rounded map would change the losses, and bfloat16 under autocast,
    as the decoder rounds them first of all. On the CPU each sample passes the
    encoder alone, so that its features do not depend on the batch it is in, and a
    run that goes on from a checkpoint finds the same ones.
    """

    def __init__(self, model: Segmenter, store: FeatureStore) -> None:
        super().__init__()
        self.model = model
        self._store = store
        self._shapes: list[tuple[int, ...]] = []
        self._used: list[int] = []

    def forward(self, x: Tensor) -> Tensor:
        """Compute class logits.

        Parameters
        ----------
        x : Tensor, shape (B, 3, H, W)
            Three equal channels; H and W always the same.

        Returns
        -------
        Tensor, shape (B, K, H, W)
            Logits.
        """
        return self.model.decode(self._features(x), x)

    @torch.compiler.disable  # type: ignore[untyped-decorator]
    def _features(self, x: Tensor) -> list[Tensor]:
        """Look up or compute the maps; those that the decoder ignores are zeros."""
        with torch.inference_mode(mode=False), torch.no_grad():
            x = x.clone() if x.is_inference() else x
            if not self._shapes:
                self._look_at(x[:1])
            # Scored in another precision than trained in, an image has features of its own.
            keys = [(*key, _dtype(x).itemsize) for key in _hashes(x[:, 0])]
            rows = {key: row for key in keys if (row := self._store.get(key)) is not None}
            missing = [i for i, key in enumerate(keys) if key not in rows]
            n = 1 if x.device.type == "cpu" else max(1, len(missing))
            for start in range(0, len(missing), n):
                part = missing[start : start + n]
                for i, row in zip(part, self._encode(x[part]), strict=True):
                    rows[keys[i]] = row
                    self._store.put(keys[i], row)
            kept = np.stack([rows[key] for key in keys])
            flat = torch.from_numpy(kept).view(_dtype(x)).to(x.device)
            return self._unpack(flat)

    def _encode(self, x: Tensor) -> NDArray[np.uint8]:
        """Compute the maps that are used, one row of bytes for each sample."""
        maps = self.model.encoder(x)
        flat = torch.cat([maps[i].flatten(1) for i in self._used], dim=1)
        rows: NDArray[np.uint8] = flat.to(_dtype(x)).cpu().contiguous().view(torch.uint8).numpy()
        return rows

    def _unpack(self, flat: Tensor) -> list[Tensor]:
        """Cut rows into maps again."""
        n, start = len(flat), 0
        maps = []
        for index, shape in enumerate(self._shapes):
            if index not in self._used:
                maps.append(flat.new_zeros(1).expand(n, *shape))
                continue
            stop = start + int(np.prod(shape))
            maps.append(flat[:, start:stop].reshape(n, *shape))
            start = stop
        return maps

    def _look_at(self, x: Tensor) -> None:
        """Find the maps' shapes, and which of them the decoder's output depends on."""
        decoder = self.model.decoder
        training = decoder.training
        decoder.eval()
        with torch.enable_grad():
            maps = [m.detach().clone().requires_grad_() for m in self.model.encoder(x)]
            logits = self.model.decode(maps, x)
            gradients: tuple[Tensor | None, ...] = torch.autograd.grad(
                logits.float().sum(), maps, allow_unused=True
            )
        decoder.train(training)
        self._shapes = [tuple(m.shape[1:]) for m in maps]
        self._used = [i for i, gradient in enumerate(gradients) if gradient is not None]


def reason_not_to_cache(fit: Fit, augmentation: AugmentationSettings) -> str:
    """Say why the features of a frozen encoder cannot be kept.

    Parameters
    ----------
    fit : Fit
        How images reach the network.
    augmentation : AugmentationSettings
        How they are changed at random.

    Returns
    -------
    str
        Empty if they can: each sample is then seen as it is and mirrored, two
        inputs in all.
    """
    if fit is Fit.CROP:
        return "crops are cut at random places"
    if dataclasses.replace(augmentation, flip=False) != AugmentationSettings(flip=False):
        return "samples are changed at random by more than mirroring"
    return ""


def _dtype(x: Tensor) -> torch.dtype:
    """Type in which the decoder takes the maps."""
    half = torch.is_autocast_enabled(x.device.type)
    return torch.get_autocast_dtype(x.device.type) if half else torch.float32


def _hashes(images: Tensor) -> list[_Key]:
    """Hash images ``(B, H, W)`` where they are, twice 64 bits each.

    The bits of each pixel are multiplied by odd numbers drawn once for all and
    added up modulo 2**64; integers add up the same in any order.
    """
    bits = images.float().contiguous().view(torch.int32).flatten(1).long()
    rng = np.random.default_rng(0)
    factors = rng.integers(-(2**62), 2**62, (2, bits.shape[1])) * 2 + 1
    sums = [(bits * torch.from_numpy(row).to(bits.device)).sum(dim=1) for row in factors]
    return [tuple(key) for key in torch.stack(sums, dim=1).tolist()]
