"""What a run will take, measured by one real step before it starts."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor, nn

from engine.data.batches import Batch
from engine.data.coverage import check_split, class_pixels
from engine.data.sources import LabelledSource, open_source
from engine.data.splits import Split, make_split
from engine.jobs.context import NULL_JOB, JobContext
from engine.models.designs import PATCH
from engine.models.memory_use import measured_memory
from engine.models.weight_store import WeightStore
from engine.tasks.losses import SegmentationLoss
from engine.training.distributed import ALONE
from engine.training.ema import MovingAverage
from engine.training.feature_cache import CachedSegmenter, FeatureStore
from engine.training.micro_batches import MicroBatches
from engine.training.network import prepare_network
from engine.training.parameters import parameter_groups
from engine.training.random_state import own_random_numbers
from engine.training.request import TrainingRequest
from engine.training.run_parts import RunParts
from engine.training.snapshot import RunState, changed_state
from engine.training.start import start_network
from engine.training.training_cost import TrainingCost

T = TypeVar("T")


def measure_cost(
    request: TrainingRequest,
    *,
    device: torch.device,
    weights: WeightStore | None = None,
    job: JobContext = NULL_JOB,
) -> TrainingCost:
    """Take two real steps and validate one sample, and write nothing.

    Parameters
    ----------
    request : TrainingRequest
        What is to be trained.
    device : torch.device
        Where.
    weights : WeightStore, optional
        Where the encoder's weights lie; the user's store when left out.
    job : JobContext, optional
        Checked before each part.

    Returns
    -------
    TrainingCost
        What a run would take.

    Raises
    ------
    EngineError
        Whatever would end the run before its first step.
    JobCancelledError
        If the job is cancelled.
    """
    job.report(0, 0, "reading the labels")
    with closing(open_source(request.source, len(request.classes), job=job)) as source:
        split = make_split(source, request.settings.split, request.settings.seed)
        check_split(source, split, request.classes.names, patch=PATCH)
        job.check()
        job.report(0, 0, "loading the network")
        start = start_network(request, weights or WeightStore())
        parts = RunParts(request, source, split, start, device)
        with own_random_numbers(request.settings.seed):
            return _Measurement(request, source, split, parts, device).run(job)


class _Measurement:
    """The steps that are measured."""

    def __init__(
        self,
        request: TrainingRequest,
        source: LabelledSource,
        split: Split,
        parts: RunParts,
        device: torch.device,
    ) -> None:
        self._request = request
        self._split = split
        self._parts = parts
        self._device = device
        settings = request.settings
        self._optimizer = torch.optim.AdamW(
            parameter_groups(
                parts.model, settings.learning_rate, weight_decay=settings.weight_decay
            )
        )
        self._store = FeatureStore(int(request.feature_memory_gib * 2**30), lambda _text: None)
        self._network = parts.network(self._store, lambda _text: None)
        self._gradients = MicroBatches(
            prepare_network(self._network, settings, device),
            SegmentationLoss(settings.loss, class_pixels(source, split.training)),
            size=settings.batch,
            device=device,
            processes=ALONE,
            note=lambda _text: None,
        )

    def run(self, job: JobContext) -> TrainingCost:
        """Measure."""
        request, batches = self._request, self._parts.batches()
        job.check()
        job.report(0, 0, "taking two steps")
        with closing(self._store), measured_memory(self._device) as memory:
            epoch = batches.epoch(0)
            read_s, batch = _timed(lambda: next(epoch))
            first_s, again_s = (self._step(batch, job) for _ in range(2))
            # Another batch has its own features to compute, until every one was seen.
            if not isinstance(self._network, CachedSegmenter):
                first_s = again_s
            validated_s, _ = _timed(
                lambda: self._parts.validate(self._network, job, self._split.validation[:1])
            )
        state_bytes, bundle_bytes = self._sizes()
        checkpoints = request.checkpoints
        every = checkpoints.keep_every
        n_kept = 1 + request.settings.epochs // every if every else 0
        kept_bytes = min(n_kept * bundle_bytes, checkpoints.keep_bytes + bundle_bytes)
        return TrainingCost(
            first_step_s=first_s + read_s,
            step_s=max(again_s, read_s),
            n_steps=len(batches),
            validation_s=validated_s * len(self._split.validation),
            n_epochs=request.settings.epochs,
            batch=self._gradients.size,
            wanted_batch=request.settings.batch,
            memory=memory,
            # While one is written, the one before is still there.
            disk_bytes=2 * (state_bytes + bundle_bytes) + kept_bytes * bool(n_kept),
            free_disk_bytes=shutil.disk_usage(_existing(request.out)).free,
            device=self._device.type,
        )

    def _step(self, batch: Batch, job: JobContext) -> float:
        """Take one step and return its seconds."""
        job.check()
        parameters = [p for p in self._parts.model.parameters() if p.requires_grad]

        def step() -> None:
            self._optimizer.zero_grad(set_to_none=True)
            self._parts.model.train()
            self._gradients.backward(batch)
            nn.utils.clip_grad_norm_(parameters, self._request.settings.clip_gradient)
            self._optimizer.step()
            if self._device.type == "cuda":
                torch.cuda.synchronize(self._device)

        return _timed(step)[0]

    def _sizes(self) -> tuple[int, int]:
        """Bytes of a checkpoint and of a bundle, as they will be."""
        model = self._parts.model
        average = MovingAverage(model, self._request.settings.ema)
        state = RunState(model, self._optimizer, average).checkpoint()
        changed = changed_state(model)
        decoder = sum(t.nbytes for t in model.decoder.state_dict().values())
        # The best weights are in the checkpoint too, once there are some.
        return _n_bytes(state.tensors) + _n_bytes(changed), max(decoder, _n_bytes(changed))


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    """Call something; return its seconds and its result."""
    started_s = time.perf_counter()
    result = work()
    return time.perf_counter() - started_s, result


def _n_bytes(tensors: Mapping[str, Tensor]) -> int:
    return sum(tensor.nbytes for tensor in tensors.values())


def _existing(path: Path) -> Path:
    """Find the nearest folder above a path that is there."""
    return next(folder for folder in path.absolute().parents if folder.is_dir())
