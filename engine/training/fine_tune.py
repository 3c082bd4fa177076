"""One training run from folders of images and masks to a model bundle."""

from __future__ import annotations

import dataclasses
import datetime as dt
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch

from engine.core.provenance import program_version
from engine.data.batches import BatchSettings, TrainingBatches
from engine.data.fitting import Fit, choose_fit, training_zoom
from engine.data.folder import LabelledFolder, scan_folder
from engine.data.splits import Split, split_files
from engine.errors import JobCancelledError
from engine.jobs.context import NULL_JOB, JobContext
from engine.models.adapters import apply_tuning
from engine.models.designs import PATCH
from engine.models.parameters import ParameterRow, parameter_table
from engine.models.pretrained import start_model
from engine.models.segmenter import Segmenter
from engine.models.weight_store import WeightsFile, WeightStore
from engine.preprocessing.pipeline import Pipeline
from engine.store.bundle import Bundle
from engine.store.model_card import render_card
from engine.store.saving import save_model
from engine.tasks.metrics import SegmentationMetrics
from engine.tasks.segmentation import InputSettings, ScoringRequest, score_model
from engine.training.request import TrainingRequest, check_place
from engine.training.trainer import EpochRecord, Trainer, TrainingResult


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """What a run left behind.

    Parameters
    ----------
    bundle : Bundle
        On disk, complete and loadable.
    result : TrainingResult
        How the run went.
    parameters : tuple of ParameterRow
        Parameters by part.
    n_training, n_validation : int
        Files in either part.
    """

    bundle: Bundle
    result: TrainingResult
    parameters: tuple[ParameterRow, ...]
    n_training: int
    n_validation: int


def train_bundle(
    request: TrainingRequest,
    *,
    device: torch.device,
    weights: WeightStore | None = None,
    on_epoch: Callable[[EpochRecord], None] = lambda _record: None,
    job: JobContext = NULL_JOB,
) -> TrainingReport:
    """Train a model and write it as a bundle.

    The bundle is written anew after every epoch that is the best so far, so
    that even a killed program leaves one that loads.

    Parameters
    ----------
    request : TrainingRequest
        What to train.
    device : torch.device
        Where to compute.
    weights : WeightStore, optional
        Where the encoder's weights lie; the user's store when left out.
    on_epoch : callable, optional
        Called after every epoch.
    job : JobContext, optional
        Checked at every step. Once a step was taken, cancelling ends the run
        with a usable bundle.

    Returns
    -------
    TrainingReport
        The bundle holds the weights of the best epoch by validation; those
        at the moment of cancelling if no epoch was finished.

    Raises
    ------
    DataError
        If the data do not fit together, or the loss is not finite in the first
        epoch.
    ModelError
        If the encoder's weights are not here.
    WriteError
        If the bundle cannot be written.
    JobCancelledError
        If cancelled before the first step.
    """
    check_place(request)
    folder = scan_folder(request.source, len(request.classes), job=job)
    settings = request.settings
    split = split_files(len(folder), validation=settings.validation, seed=settings.seed)
    fit = choose_fit(settings.fit, folder.shapes, settings.size, patch=PATCH)
    model, file = _start(request, weights or WeightStore())
    run = _Run(request, folder, split, fit, model.to(device), file, device)
    return run.train(on_epoch, job)


class _Run:
    """The pieces of one run, put together."""

    def __init__(
        self,
        request: TrainingRequest,
        folder: LabelledFolder,
        split: Split,
        fit: Fit,
        model: Segmenter,
        file: WeightsFile,
        device: torch.device,
    ) -> None:
        self._request = request
        self._folder = folder
        self._split = split
        self._fit = fit
        self._model = model
        self._file = file
        self._device = device
        zoom = training_zoom(fit, folder.shapes, request.settings.size)
        self._pipeline = Pipeline(fitted=folder.statistics, zoom=zoom)
        self._normaliser = self._pipeline.normaliser(folder.statistics)
        self._metrics: SegmentationMetrics | None = None
        self._bundle: Bundle | None = None

    def train(self, on_epoch: Callable[[EpochRecord], None], job: JobContext) -> TrainingReport:
        """Train, save, report."""
        settings = self._request.settings
        batches = TrainingBatches(
            self._folder,
            self._split.training,
            self._normaliser,
            BatchSettings(settings.size, self._fit, settings.batch, settings.flip, settings.seed),
        )
        trainer = Trainer(self._model, batches, self._validate, settings, self._device)
        best: list[SegmentationMetrics] = []

        def on_best(record: EpochRecord) -> None:
            if self._metrics is not None:
                best[:] = [self._metrics]
            self._save(_progress_of(record), best)

        result = trainer.run(on_best=on_best, on_epoch=on_epoch, job=job)
        if not result.losses:
            raise JobCancelledError
        bundle = self._save(_outcome_of(result), best)
        return TrainingReport(
            bundle,
            result,
            parameter_table(self._model),
            len(self._split.training),
            len(self._split.validation),
        )

    def _validate(self, job: JobContext) -> SegmentationMetrics:
        settings = self._request.settings
        self._metrics = score_model(
            self._model,
            ScoringRequest(
                self._folder,
                self._split.validation,
                self._normaliser,
                len(self._request.classes),
                InputSettings(settings.size, self._fit, settings.batch),
            ),
            self._device,
            job=job,
        )
        return self._metrics

    def _save(self, outcome: Mapping[str, Any], best: list[SegmentationMetrics]) -> Bundle:
        request = self._request
        training = {
            "data": self._data(),
            "settings": request.settings.to_json(),
            "fit": self._fit.value,
            **outcome,
            "scores": _scores(best[0], request.classes.names) if best else None,
            "made_with": _versions(self._device),
        }
        bundle = Bundle(
            path=request.out,
            name=request.out.name,
            task=request.task,
            spec=request.spec,
            classes=request.classes,
            pipeline=self._pipeline,
            encoder_sha256=self._file.sha256,
            image_size=request.settings.size,
            training=training,
        )
        return save_model(bundle, self._model, card=_card(bundle))

    def _data(self) -> dict[str, Any]:
        folder, source = self._folder, self._request.source
        return {
            "images": "/".join(source.images.parts[-2:]),
            "masks": "/".join(source.masks.parts[-2:]),
            "pairs": len(folder),
            "masks_hold": folder.encoding.value,
            "split": "at random, by file",
            "training_pairs": len(self._split.training),
            "validation_pairs": len(self._split.validation),
            "validation_names": [folder.pairs[i].name for i in self._split.validation],
        }


def _start(request: TrainingRequest, weights: WeightStore) -> tuple[Segmenter, WeightsFile]:
    """Build the model; the seed decides the start values and nothing outside is disturbed."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(request.settings.seed)
        model, file = start_model(request.spec, weights)
        apply_tuning(model, request.spec.tuning)
    return model, file


def _progress_of(record: EpochRecord) -> dict[str, Any]:
    return {"ended": f"not yet; epoch {record.epoch} is the best so far"}


def _outcome_of(result: TrainingResult) -> dict[str, Any]:
    ended = "all epochs done"
    if result.cancelled:
        ended = f"cancelled after {len(result.losses)} steps"
    elif result.problem:
        ended = f"stopped: {result.problem}"
    return {
        "ended": ended,
        "steps": len(result.losses),
        "best_epoch": result.best.epoch if result.best else None,
        "best_by": "mean of per-sample and global validation mIoU",
        "history": [record.to_json() for record in result.history],
    }


def _scores(metrics: SegmentationMetrics, names: tuple[str, ...]) -> dict[str, Any]:
    """Name the scores by what they were computed on and how."""
    tables = {}
    for way, scores in (("per_sample", metrics.per_sample()), ("global", metrics.overall())):
        values = scores.to_json()
        values["class_iou"] = dict(zip(names, values["class_iou"], strict=True))
        tables[way] = values
    return {"validation": tables}


def _versions(device: torch.device) -> dict[str, str]:
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else platform.machine()
    return {
        "outcrop": program_version(),
        "torch": torch.__version__,
        "python": platform.python_version(),
        "device": f"{device.type} ({name})",
    }


def _card(bundle: Bundle) -> str:
    """Write the card without the long lists, which are in ``model.json``."""
    data = {key: value for key, value in bundle.training["data"].items() if "names" not in key}
    training = {
        **{key: value for key, value in bundle.training.items() if key != "history"},
        "data": data,
    }
    shown = dataclasses.replace(
        bundle,
        training=training,
        version=program_version(),
        created=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
    )
    return render_card(shown)
