"""Runs a model over a section of any size."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.core.amplitudes import AmplitudeStatistics
from engine.core.class_scheme import IGNORE, ClassScheme
from engine.core.prediction_options import PLAIN, PredictionOptions
from engine.core.probabilities import ClassProbabilities, Mask
from engine.core.section import Section
from engine.core.small_regions import fill_small_regions
from engine.errors import ModelError, SettingsError
from engine.inference.device import autocast, choose_device
from engine.inference.feature_maps import FeatureMaps
from engine.inference.model_identity import ModelIdentity
from engine.inference.resampling import resample, resample_back
from engine.inference.stitching import Stitcher
from engine.inference.tile_size import TileSize
from engine.jobs.context import NULL_JOB, JobContext
from engine.models.encoder import Encoder
from engine.models.memory import is_out_of_memory, release_memory
from engine.preprocessing.pipeline import Pipeline
from engine.preprocessing.tiling import PATCH, TileGrid, Window
from engine.tasks.mirroring import average_mirrored, mirror_image

_T = TypeVar("_T")

_Tile = tuple[int, Window]
"""Number of the plane that it is of, and where it lies there."""


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

    Attributes
    ----------
    options : PredictionOptions
        What is done beyond the model's plain answer; at first nothing.

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
        self.device = choose_device(device)
        self.pipeline = pipeline
        self.classes = classes
        self.identity = identity or ModelIdentity(pipeline=pipeline.fingerprint)
        self.options = PLAIN
        self._size = TileSize(self.device, tile, overlap)
        self.model = model.to(self.device).eval()

    @property
    def tile(self) -> int:
        """Longest side evaluated at once now, in samples."""
        return self._size.tile

    def with_options(self, options: PredictionOptions) -> Predictor:
        """Return a predictor of the same model that answers in another way.

        Parameters
        ----------
        options : PredictionOptions
            Mirror averaging and the smallest region.

        Returns
        -------
        Predictor
            It shares model and memory limits with this one.
        """
        other = copy.copy(self)
        other.options = options
        return other

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
        return self._size.grid(rows, cols)

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
            NaN where the section has no data. Small regions are a matter of classes
            and have no part in them.

        Raises
        ------
        SettingsError
            If its columns run in time or depth and are to be mirrored.
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
        SettingsError
            If its columns run in time or depth and are to be mirrored.
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
            data = fill_small_regions(data, self.options.smallest_region)
        return Mask(data, section.rows, section.cols)

    @property
    def encoder(self) -> Encoder:
        """The vision transformer of the model.

        Raises
        ------
        ModelError
            If the model has none.
        """
        encoder = getattr(self.model, "encoder", None)
        if not isinstance(encoder, Encoder):
            raise ModelError(
                f"{self.identity.name}: the model has no patch features",
                hint="Choose a model whose encoder is a vision transformer.",
            )
        return encoder

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
        encoder = self.encoder
        image, live = self._prepare(section.data, statistics)

        def encode(grid: TileGrid) -> FeatureMaps:
            windows = tuple(window for window in grid if live[window.slices].any())
            padded = torch.from_numpy(grid.pad(image)[None]).to(self.device)
            side = (grid.height // PATCH, grid.width // PATCH)
            none = torch.zeros(0, encoder.channels[-1], *side, device=self.device)
            batches = self._tiles(padded, grid, [(0, window) for window in windows], job)
            maps = [encoder(tiles)[-1] for _, tiles in batches]
            return FeatureMaps.of(section, grid, windows, torch.cat(maps) if maps else none)

        return self._in_memory(image.shape, encode)

    def _prepare(
        self, data: NDArray[np.float32], statistics: AmplitudeStatistics
    ) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Return what the model sees, and where there are data in it."""
        live = ~np.isnan(data)
        image = self.pipeline.normaliser(statistics)(data)
        if self.pipeline.zoom != (1.0, 1.0):
            image, live = resample(image, live, self.pipeline.zoom)
        return image, live

    def _evaluate(
        self, section: Section, statistics: AmplitudeStatistics, job: JobContext
    ) -> Tensor | None:
        """Return the blended probabilities, or None where there are no data at all."""
        if section.no_data.all():
            return None
        planes = [section.data]
        if self.options.mirror:
            _refuse_reversal(section)
            planes.append(mirror_image(section.data))
        prepared = [self._prepare(plane, statistics) for plane in planes]

        def evaluate(grid: TileGrid) -> Tensor:
            first, *mirrored = (
                resample_back(plane, section.data.shape)
                for plane in self._blend(prepared, grid, job)
            )
            return average_mirrored(first, mirrored[0]) if mirrored else first

        return self._in_memory(prepared[0][0].shape, evaluate)

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
                self._size.halve(grid, error)
            # Only here is the failed attempt's own memory free.
            release_memory(self.device)

    def _blend(
        self,
        prepared: list[tuple[NDArray[np.float32], NDArray[np.bool_]]],
        grid: TileGrid,
        job: JobContext,
    ) -> list[Tensor]:
        """Return the blended probabilities of planes of one size, evaluated together."""
        padded = torch.from_numpy(np.stack([grid.pad(image) for image, _ in prepared]))
        stitchers = [Stitcher(grid, self.device) for _ in prepared]
        wanted = [
            (number, window)
            for number, (_, live) in enumerate(prepared)
            for window in grid
            if live[window.slices].any()
        ]
        for batch, tiles in self._tiles(padded.to(self.device), grid, wanted, job):
            logits: Tensor = self.model(tiles)
            probabilities = logits.float().softmax(dim=1)
            for (number, window), tile in zip(batch, probabilities, strict=True):
                stitchers[number].add(window, tile)
        return [plane for s in stitchers if (plane := s.result()) is not None]

    def _tiles(
        self, padded: Tensor, grid: TileGrid, wanted: list[_Tile], job: JobContext
    ) -> Iterator[tuple[tuple[_Tile, ...], Tensor]]:
        """Yield batches of tiles of planes ``(N, rows, cols)`` as ``(B, 3, height, width)``."""
        done = 0
        for batch in self._size.batches(grid, wanted):
            job.check()
            job.report(done, len(wanted))
            tiles = torch.stack([padded[number][window.slices] for number, window in batch])
            yield batch, tiles[:, None].expand(-1, 3, -1, -1)
            done += len(batch)
        job.report(done, len(wanted))


def _refuse_reversal(section: Section) -> None:
    if section.cols.is_samples:
        raise SettingsError(
            f"a mirror image would reverse the {section.cols.name} axis",
            hint="Predict without mirror averaging.",
        )
