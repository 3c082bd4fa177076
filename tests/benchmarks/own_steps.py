"""Training steps of Outcrop's trainer."""

from __future__ import annotations

import torch

from engine.data.batches import Batch
from engine.models.adapters import apply_tuning
from engine.models.segmenter import build
from engine.models.spec import ModelSpec, TuningSpec
from engine.tasks.metrics import SegmentationMetrics
from engine.tasks.preset import LearningRateSettings
from engine.training.settings import TrainingSettings
from engine.training.trainer import Trainer, TrainerOptions
from tests.benchmarks.workload import CLIP, N_CLASSES, RANK, RATE, WEIGHT_DECAY, Workload


class OneBatch:
    """The same batch at each step."""

    def __init__(self, workload):
        self._batch = Batch(*workload.tensors(), tuple(map(str, range(workload.batch))))
        self._steps = workload.steps

    def __len__(self):
        return self._steps

    def epoch(self, number):
        for _ in range(self._steps):
            yield self._batch


def tuned_model(workload: Workload, *, decoder="linear", method="lora"):
    """Build a model whose encoder is tuned in a way."""
    torch.manual_seed(0)
    tuning = TuningSpec(method, rank=RANK, alpha=RANK)
    model = build(ModelSpec(workload.encoder, decoder, N_CLASSES, tuning))
    apply_tuning(model, tuning)
    return model


def own_steps(workload: Workload, *, model=None, network=None, precision="auto"):
    """Return a function that runs the trainer for an epoch, without validation."""
    model = model or tuned_model(workload)
    batches = OneBatch(workload)
    settings = TrainingSettings(
        size=(workload.side, workload.side),
        batch=workload.batch,
        epochs=1,
        warmup_epochs=0,
        learning_rate=LearningRateSettings(RATE, RATE, RATE),
        weight_decay=WEIGHT_DECAY,
        clip_gradient=CLIP,
        precision=precision,
    )

    def run():
        Trainer(
            model,
            batches,
            lambda _job: SegmentationMetrics(N_CLASSES),
            settings,
            torch.device("cpu"),
            TrainerOptions(network=network),
        ).run()

    return run
