"""Training on drawn labels. Imported on a lane: it loads torch."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

from app.workers.training_choice import Trained, TrainingChoice, TrainingDefaults, TrainingRecipe
from app.workers.training_feed import KeptEpoch, Recalled, TrainingFeed
from app.workers.training_pictures import picture, read_pin
from engine.core.class_scheme import ClassScheme
from engine.core.volume import Volume
from engine.data.augmentation import AugmentationSettings
from engine.data.label_snapshot import freeze_labels, read_blocks, snapshot_folder
from engine.data.snapshot_source import SnapshotSource
from engine.data.split_settings import RANGE, SplitSettings
from engine.inference.device import choose_device
from engine.jobs.context import JobContext
from engine.models.decoders.registry import decoders
from engine.models.designs import UNET
from engine.models.spec import METHODS, ModelSpec, TuningSpec
from engine.readers.detect import open_volume
from engine.store.bundle import Bundle, read_bundle
from engine.tasks.preset import LearningRateSettings, Preset
from engine.tasks.registry import tasks
from engine.training.checkpoint import CheckpointFolder
from engine.training.control import RunControl
from engine.training.cost import measure_cost
from engine.training.fine_tune import train_bundle
from engine.training.kept import KeptCheckpoints
from engine.training.records import EpochRecord, Predict, StepRecord, TrainingHooks
from engine.training.report import TrainingReport
from engine.training.request import TrainingRequest, stored_request
from engine.training.settings import CheckpointSettings, TrainingSettings
from engine.training.threads import one_core_left
from engine.training.training_cost import TrainingCost

_OWN = "own"
_CHECKPOINTS = CheckpointSettings(minutes=1.0, keep_every=5, keep_gib=1.0)
"""A window is closed at any moment: at most a minute of training is lost."""
_PREVIEW_EVERY = 10
_ONES = {"image": "part", "line": "part", "window": "window"}
"""What one trains on, by direction, where it is no slice."""


def suggest(base: Path, classes: ClassScheme) -> TrainingDefaults:
    """Say how a base model would be trained for some classes.

    Parameters
    ----------
    base : pathlib.Path
        Its bundle.
    classes : ClassScheme
        The classes of the labels.

    Returns
    -------
    TrainingDefaults
        From the preset of the task.

    Raises
    ------
    ModelError
        If the bundle cannot be read.
    """
    bundle = read_bundle(base)
    preset, spec = _preset(bundle, classes), bundle.spec
    rates = TrainingSettings.from_preset(preset, encoder=spec.encoder).learning_rate
    tuned = spec.tuning.method != "frozen"
    whole = spec.encoder == UNET
    methods = (spec.tuning.method,) if tuned or whole else METHODS
    method = spec.tuning.method if tuned else preset.tuning.get(spec.decoder, "lora")
    names = tuple(name for name in decoders().names() if name != UNET)
    recipe = TrainingRecipe(
        decoder=spec.decoder,
        method=method,
        epochs=preset.epochs,
        batch=preset.batch,
        encoder_rate=rates.encoder,
        adapter_rate=rates.adapters,
        decoder_rate=rates.decoder,
        flip=preset.flip,
    )
    note = ""
    if len(classes) != len(bundle.classes):
        note = (
            f"{bundle.name} knows {len(bundle.classes)} classes, the labels have {len(classes)}: "
            "its encoder is kept, the decoder is learned anew."
        )
    return TrainingDefaults(base, recipe, (spec.decoder,) if whole else names, methods, note)


def measure(choice: TrainingChoice, job: JobContext) -> TrainingCost:
    """Measure what a training would take; nothing of it stays on the disk."""
    with tempfile.TemporaryDirectory(prefix="outcrop-labels-") as folder, one_core_left():
        source = _frozen(choice, Path(folder) / "labels")
        return measure_cost(_request(choice, source), device=choose_device(choice.device), job=job)


def train(
    choice: TrainingChoice, control: RunControl, feed: TrainingFeed, job: JobContext
) -> Trained:
    """Freeze the labels, train, and tell the feed how it goes.

    Parameters
    ----------
    choice : TrainingChoice
        What is trained.
    control : RunControl
        Pauses and ends it.
    feed : TrainingFeed
        Told of steps, epochs and pictures.
    job : JobContext
        Cancelling breaks it off; it can be gone on with then.

    Returns
    -------
    Trained
        The bundle.

    Raises
    ------
    EngineError
        Whatever ends it before it has a bundle.
    JobCancelledError
        If it is cancelled before the first step.
    """
    source = _frozen(choice, snapshot_folder(choice.out))
    request = _request(choice, source)
    try:
        return _run(request, choice.volume, choice.pins, control, feed, choice.device, job)
    except BaseException:
        # Without a checkpoint nobody goes on with these labels.
        if not _can_go_on(choice.out):
            shutil.rmtree(source.snapshot, ignore_errors=True)
        raise


def go_on(
    out: Path, device: str, control: RunControl, feed: TrainingFeed, job: JobContext
) -> Trained:
    """Go on with an unfinished run, from its last checkpoint; see `train`."""
    request = replace(stored_request(out), checkpoints=_CHECKPOINTS)
    source = request.source
    if not isinstance(source, SnapshotSource):
        return _run(request, None, (), control, feed, device, job)
    with closing(open_volume(source.volume, **source.options)) as volume:
        ranges = request.settings.split.ranges
        direction = source.direction or volume.directions[0]
        pins: tuple[tuple[str, int], ...] = ()
        if ranges is not None and direction in volume.directions:
            labelled = sorted({block.index for block in read_blocks(source.snapshot)})
            parts = ranges.training, ranges.validation
            pins = tuple((direction, i) for part in parts for i in _inside(labelled, part)[:1])
        return _run(request, volume, pins, control, feed, device, job)


def _inside(indices: list[int], part: tuple[tuple[float, float], ...]) -> list[int]:
    return [i for i in indices if any(first <= i <= last for first, last in part)]


def _run(
    request: TrainingRequest,
    volume: Volume | None,
    places: tuple[tuple[str, int], ...],
    control: RunControl,
    feed: TrainingFeed,
    device: str,
    job: JobContext,
) -> Trained:
    pins = [] if volume is None else [read_pin(volume, *place) for place in places]

    def show(when: str, predict: Predict) -> None:
        shown = tuple(picture(pin, when, predict, request.classes) for pin in pins)
        feed.tell("pictured", shown)

    def tell_epoch(record: EpochRecord) -> None:
        feed.tell("epoch_ended", record)
        feed.tell("kept", _kept_epochs(request.out))

    def recall(steps: tuple[StepRecord, ...], epochs: tuple[EpochRecord, ...]) -> None:
        feed.tell("recalled", Recalled(steps, epochs))
        feed.tell("kept", _kept_epochs(request.out))

    hooks = TrainingHooks(
        epoch=tell_epoch,
        recall=recall,
        note=partial(feed.tell, "noted"),
        step=partial(feed.tell, "stepped"),
        preview=lambda step, predict: show(f"step {step}", predict),
        outcome=lambda epoch, predict: show(f"epoch {epoch}, kept", predict),
        preview_every=_PREVIEW_EVERY if pins else 0,
    )
    with one_core_left():
        report = train_bundle(
            request, device=choose_device(device), hooks=hooks, control=control, job=job
        )
    return _trained(report, request)


def _trained(report: TrainingReport, request: TrainingRequest) -> Trained:
    """Say how it ended; labels of a run that is complete are not needed any more."""
    if not _can_go_on(request.out):
        shutil.rmtree(snapshot_folder(request.out), ignore_errors=True)
    result = report.result
    complete = not result.cancelled or not _can_go_on(request.out)
    return Trained(report.bundle.path, report.summary_of(_one(request)), complete, result.problem)


def _one(request: TrainingRequest) -> str:
    """Return what one labelled part of the data is called."""
    source = request.source
    direction = source.direction if isinstance(source, SnapshotSource) else ""
    return _ONES.get(direction, "slice")


def _can_go_on(out: Path) -> bool:
    return CheckpointFolder(out).exists()


def _kept_epochs(out: Path) -> tuple[KeptEpoch, ...]:
    """List what one can go back to: the model itself, which is the best epoch, and the others."""
    epochs = [
        KeptEpoch(
            out.name,
            f"epoch {one.epoch}"
            + ("" if one.mean_iou is None else f", mIoU {one.mean_iou:.3f}")
            + f", {one.n_bytes / 1e6:.1f} MB",
            one.path,
        )
        for one in reversed(KeptCheckpoints(out).found())
    ]
    return (KeptEpoch(out.name, "best so far", out), *epochs)


def _frozen(choice: TrainingChoice, folder: Path) -> SnapshotSource:
    """Freeze the labels; the source names the file, which training opens by itself."""
    freeze_labels(choice.sections, choice.volume, folder)
    direction = choice.sections[0].direction if choice.sections else ""
    return SnapshotSource(choice.volume.path, folder, direction, dict(choice.reader_options))


def _request(choice: TrainingChoice, source: SnapshotSource) -> TrainingRequest:
    bundle, recipe = read_bundle(choice.base), choice.recipe
    settings = TrainingSettings.from_preset(
        _preset(bundle, choice.classes),
        size=bundle.image_size,
        epochs=recipe.epochs,
        batch=recipe.batch,
        learning_rate=LearningRateSettings(
            recipe.encoder_rate, recipe.adapter_rate, recipe.decoder_rate
        ),
        augmentation=AugmentationSettings(recipe.flip, recipe.gain, recipe.noise, recipe.stretch),
        split=SplitSettings(by=RANGE, ranges=choice.ranges),
    )
    same = len(choice.classes) == len(bundle.classes) and recipe.decoder == bundle.spec.decoder
    return TrainingRequest(
        task=_task(bundle, choice.classes),
        classes=choice.classes,
        source=source,
        spec=ModelSpec(
            bundle.spec.encoder,
            recipe.decoder,
            len(choice.classes),
            bundle.spec.tuning
            if bundle.spec.tuning.method == recipe.method
            else TuningSpec(recipe.method),
            bundle.spec.decoder_options if recipe.decoder == bundle.spec.decoder else {},
        ),
        settings=settings,
        out=choice.out,
        start=choice.base if same else None,
        checkpoints=_CHECKPOINTS,
    )


def _task(bundle: Bundle, classes: ClassScheme) -> str:
    """Keep the base model's task while the labels have as many classes."""
    return bundle.task if len(classes) == len(bundle.classes) else _OWN


def _preset(bundle: Bundle, classes: ClassScheme) -> Preset:
    preset: Preset = tasks().load(_task(bundle, classes))().preset()
    return preset
