"""Runs a model over a section of any size."""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.core.amplitudes import AmplitudeStatistics
from engine.core.class_scheme import IGNORE, ClassScheme
from engine.core.probabilities import ClassProbabilities, Mask
from engine.core.section import Section
from engine.errors import EngineError, ModelError
from engine.inference.device import autocast, choose_device
from engine.inference.feature_maps import FeatureMaps
from engine.inference.resampling import resample, resample_back
from engine.inference.stitching import Stitcher
from engine.jobs.context import NULL_JOB, JobContext
from engine.models.encoder import Encoder
from engine.models.memory import is_out_of_memory, release_memory
from engine.preprocessing.pipeline import Pipeline
from engine.preprocessing.tiling import PATCH, TileGrid, Window

_T = TypeVar("_T")

_log = logging.getLogger(__name__)

_SMALLEST_TILE = 4 * PATCH
# Batches pay for small tiles on a CPU (1.3x at 224 samples, nothing at 518) and
# for all sizes on a GPU.
_BATCH_SAMPLES = {"cpu": 4 * 224**2, "cuda": 16 * 518**2, "mps": 4 * 518**2}


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """What tells one model from another.

    Parameters
    ----------
    name : str
        Name of the bundle.
    encoder : str
        Id of the encoder.
    encoder_sha256 : str
        Hash of its weights.
    pipeline : str
        Fingerprint of the preprocessing.
    trained : str
        Fingerprint of the tensors that were trained: a bundle that is trained
        anew keeps its name.
    frozen : bool
        Whether the encoder is the one of `encoder_sha256`, unchanged.
    """

    name: str = "unnamed"
    encoder: str = ""
    encoder_sha256: str = ""
    pipeline: str = ""
    trained: str = ""
    frozen: bool = False


class Predictor:
    """A model with all that is needed to apply it to amplitudes.

    Parameters
    ----------
    model : torch.nn.Module
        ``(B, 3, H, W) -> (B, K, H, W)`` logits, H and W multiples of 14; it is
        moved to the device and set to evaluation mode.
    pipeline : Pipeline
        How amplitudes are normalised.
    classes : ClassScheme
        What the K classes mean.
    identity : ModelIdentity, optional
        Goes with every result.
    device : str, default "auto"
        See `engine.inference.device.choose_device`.
    tile : int, default 518
        Longest side evaluated at once, in samples; 518 is the size DINOv2 was
        trained at last, and larger ones cost more per sample.
    overlap : int, default 56
        Samples that neighbouring tiles share at least.

    Notes
    -----
    Any thread may call it, and several at once. When memory runs out the tile
    is halved, for this and all later sections.
    """

    def __init__(
        self,
        model: nn.Module,
        pipeline: Pipeline,
        classes: ClassScheme,
        *,
        identity: ModelIdentity | None = None,
        device: str = "auto",
        tile: int = 518,
        overlap: int = 56,
    ) -> None:
        TileGrid.cover(1, 1, tile=tile, overlap=overlap)
        self.device = choose_device(device)
        self.pipeline = pipeline
        self.classes = classes
        self.identity = identity or ModelIdentity(pipeline=pipeline.fingerprint)
        self.model = model.to(self.device).eval()
        self._overlap = overlap
        self._lock = threading.Lock()
        self._tile = tile
        self._batch_samples = _BATCH_SAMPLES[self.device.type]

    @property
    def tile(self) -> int:
        """Longest side evaluated at once now, in samples."""
        return self._tile

    def grid(self, rows: int, cols: int) -> TileGrid:
        """Return the tiles for a section.

        Parameters
        ----------
        rows, cols : int
            Its size.

        Returns
        -------
        TileGrid
            With the tile and overlap of now.
        """
        tile = self._tile
        return TileGrid.cover(rows, cols, tile=tile, overlap=min(self._overlap, tile // 4))

    def predict(
        self, section: Section, statistics: AmplitudeStatistics, job: JobContext = NULL_JOB
    ) -> ClassProbabilities:
        """Compute the class probabilities of a section.

        Parameters
        ----------
        section : Section
            Amplitudes; of any size.
        statistics : AmplitudeStatistics
            Of the whole survey.
        job : JobContext, optional
            Checked, and told, before each batch of tiles.

        Returns
        -------
        ClassProbabilities
            NaN where the section has no data.

        Raises
        ------
        JobCancelledError
            If the job is cancelled.
        EngineError
            If even the smallest tile finds no memory.
        """
        plane = self._evaluate(section, statistics, job)
        if plane is None:
            shape = (len(self.classes), *section.data.shape)
            data = np.full(shape, np.nan, dtype=np.float32)
        else:
            data = np.ascontiguousarray(plane.cpu().numpy())
            missing = section.no_data
            if missing.any():
                data[:, missing] = np.nan
        return ClassProbabilities(data, section.rows, section.cols)

    def classify(
        self, section: Section, statistics: AmplitudeStatistics, job: JobContext = NULL_JOB
    ) -> Mask:
        """Compute the most probable class everywhere, faster than by `predict`.

        Parameters
        ----------
        section : Section
            Amplitudes; of any size.
        statistics : AmplitudeStatistics
            Of the whole survey.
        job : JobContext, optional
            Checked, and told, before each batch of tiles.

        Returns
        -------
        Mask
            255 where the section has no data.

        Raises
        ------
        JobCancelledError
            If the job is cancelled.
        EngineError
            If even the smallest tile finds no memory.
        """
        plane = self._evaluate(section, statistics, job)
        if plane is None:
            data = np.full(section.data.shape, IGNORE, dtype=np.uint8)
        else:
            # max gives the indices ten times as fast as argmax does.
            data = plane.max(dim=0)[1].to(torch.uint8).cpu().numpy()
            data[section.no_data] = IGNORE
        return Mask(data, section.rows, section.cols)

    def features(
        self, section: Section, statistics: AmplitudeStatistics, job: JobContext = NULL_JOB
    ) -> FeatureMaps:
        """Compute the patch features that the decoder turns into classes.

        Parameters
        ----------
        section : Section
            Amplitudes; of any size.
        statistics : AmplitudeStatistics
            Of the whole survey.
        job : JobContext, optional
            Checked, and told, before each batch of tiles.

        Returns
        -------
        FeatureMaps
            The deepest map of each tile.

        Raises
        ------
        ModelError
            If the model has no vision transformer.
        JobCancelledError
            If the job is cancelled.
        EngineError
            If even the smallest tile finds no memory.
        """
        encoder = getattr(self.model, "encoder", None)
        if not isinstance(encoder, Encoder):
            raise ModelError(
                f"{self.identity.name}: the model has no patch features",
                hint="Choose a model whose encoder is a vision transformer.",
            )
        image, live = self._prepare(section, statistics)

        def encode(grid: TileGrid) -> FeatureMaps:
            windows = tuple(window for window in grid if live[window.slices].any())
            padded = torch.from_numpy(grid.pad(image)).to(self.device)
            side = (grid.height // PATCH, grid.width // PATCH)
            none = torch.zeros(0, encoder.channels[-1], *side, device=self.device)
            batches = self._tiles(padded, windows, job)
            maps = [encoder(tiles)[-1] for _, tiles in batches]
            return FeatureMaps.of(section, grid, windows, torch.cat(maps) if maps else none)

        return self._in_memory(image.shape, encode)

    def _prepare(
        self, section: Section, statistics: AmplitudeStatistics
    ) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Return what the model sees, and where there are data in it."""
        live = ~section.no_data
        image = self.pipeline.normaliser(statistics)(section.data)
        if self.pipeline.zoom != (1.0, 1.0):
            image, live = resample(image, live, self.pipeline.zoom)
        return image, live

    def _evaluate(
        self, section: Section, statistics: AmplitudeStatistics, job: JobContext
    ) -> Tensor | None:
        """Return the blended probabilities, or None where there are no data at all."""
        if section.no_data.all():
            return None
        image, live = self._prepare(section, statistics)

        def evaluate(grid: TileGrid) -> Tensor | None:
            plane = self._blend(image, grid, live, job)
            return None if plane is None else resample_back(plane, section.data.shape)

        return self._in_memory(image.shape, evaluate)

    def _in_memory(self, shape: tuple[int, ...], evaluate: Callable[[TileGrid], _T]) -> _T:
        """Evaluate in tiles that find memory."""
        while True:
            grid = self.grid(*shape)
            try:
                with torch.inference_mode(), autocast(self.device):
                    return evaluate(grid)
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
                self._halve(grid, error)
            # Only here is the failed attempt's own memory free.
            release_memory(self.device)

    def _blend(
        self, image: NDArray[np.float32], grid: TileGrid, live: NDArray[np.bool_], job: JobContext
    ) -> Tensor | None:
        padded = torch.from_numpy(grid.pad(image)).to(self.device)
        stitcher = Stitcher(grid, self.device)
        windows = tuple(window for window in grid if live[window.slices].any())
        for batch, tiles in self._tiles(padded, windows, job):
            logits: Tensor = self.model(tiles)
            probabilities = logits.float().softmax(dim=1)
            for window, tile in zip(batch, probabilities, strict=True):
                stitcher.add(window, tile)
        return stitcher.result()

    def _tiles(
        self, padded: Tensor, windows: tuple[Window, ...], job: JobContext
    ) -> Iterator[tuple[tuple[Window, ...], Tensor]]:
        """Yield batches of windows with their tiles ``(B, 3, height, width)``."""
        done = 0
        for batch in self._batches(windows):
            job.check()
            job.report(done, len(windows))
            tiles = torch.stack([padded[window.slices] for window in batch])
            yield batch, tiles[:, None].expand(-1, 3, -1, -1)
            done += len(batch)
        job.report(done, len(windows))

    def _batches(self, windows: tuple[Window, ...]) -> Iterator[tuple[Window, ...]]:
        samples = windows[0].height * windows[0].width if windows else 1
        size = max(1, self._batch_samples // samples)
        remaining = iter(windows)
        while batch := tuple(itertools.islice(remaining, size)):
            yield batch

    def _halve(self, grid: TileGrid, error: BaseException) -> None:
        used = max(grid.height, grid.width)
        smaller = max(used // 2 - used // 2 % PATCH, _SMALLEST_TILE)
        if used <= _SMALLEST_TILE:
            raise EngineError(
                f"not enough memory on {self.device} for a tile of {used} x {used} samples",
                hint="Close other programs, or choose another device or a smaller model.",
            ) from error
        with self._lock:
            if smaller < self._tile:
                self._tile = smaller
                self._batch_samples = min(self._batch_samples, smaller**2)
        _log.warning("out of memory on %s: tiles of %d samples from now on", self.device, smaller)
