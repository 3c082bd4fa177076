"""``outcrop train``: train a model on images and masks."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.cli.console import ConsoleJob, err, out
from engine.cli.folder_options import add_folder_options, folder_source, pixel_size, positive
from engine.cli.interrupt import cancel_on_interrupt
from engine.errors import JobCancelledError
from engine.inference.device import choose_device
from engine.models.decoders.registry import decoders
from engine.models.designs import DESIGNS
from engine.models.spec import METHODS, ModelSpec, TuningSpec
from engine.models.weight_store import WeightStore
from engine.tasks.preset import LearningRateSettings, Preset
from engine.tasks.registry import tasks
from engine.training.fine_tune import TrainingReport, train_bundle
from engine.training.request import PREFERRED_ENCODERS, TrainingRequest, default_encoder
from engine.training.settings import TrainingSettings
from engine.training.trainer import EpochRecord

_DONE, _FAILED, _INTERRUPTED = 0, 1, 130
_SETTINGS = ("size", "batch", "epochs", "warmup_epochs", "validation", "seed", "fit")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--task", required=True, choices=tasks().names(), help="what to learn")
    add_folder_options(parser)
    parser.add_argument(
        "--out", type=Path, required=True, metavar="BUNDLE", help="folder of the new model"
    )
    parser.add_argument("--overwrite", action="store_true", help="replace a model that is there")
    model = parser.add_argument_group("model")
    model.add_argument(
        "--encoder",
        choices=tuple(DESIGNS),
        metavar="NAME",
        help=f"encoder to start from: {', '.join(DESIGNS)}; "
        f"when left out, {' or else '.join(PREFERRED_ENCODERS)}",
    )
    model.add_argument("--decoder", choices=decoders().names(), help="the task's own by default")
    model.add_argument("--tuning", choices=METHODS, help="how the encoder is tuned")
    model.add_argument("--rank", type=positive, default=8, help="rank of the adapters (lora)")
    model.add_argument("--alpha", type=float, default=1.0, help="scale of the adapters (lora)")
    _add_run_options(parser.add_argument_group("run; defaults are the task's"))


def run(args: argparse.Namespace) -> int:
    """Train, and say how it went.

    Parameters
    ----------
    args : argparse.Namespace
        As `configure` defines them.

    Returns
    -------
    int
        0 done; 1 stopped because the loss was not finite; 130 interrupted. In
        the last two cases the bundle is there if an epoch was finished.
    """
    device = choose_device(args.device)
    weights = WeightStore()
    request = _request(args, weights)
    console = err()
    console.print(
        f"training {request.spec.decoder} on {request.spec.encoder} "
        f"({request.spec.tuning.method}) for {request.task}, {device.type}",
        markup=False,
    )
    best = PREFERRED_ENCODERS[0]
    if args.encoder is None and request.spec.encoder != best:
        console.print(
            f"the weights of {best} are not on this machine, so training starts from "
            f"{request.spec.encoder}; 'outcrop weights fetch {best}' gets them",
            markup=False,
        )
    job = ConsoleJob("train")
    try:
        with cancel_on_interrupt(job), job:
            report = train_bundle(
                request, device=device, weights=weights, on_epoch=_show_epoch, job=job
            )
    except JobCancelledError:
        console.print("interrupted before the first step; nothing was written")
        return _INTERRUPTED
    return _conclude(report)


def _add_run_options(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--epochs", type=positive, metavar="N", help="passes over the files")
    group.add_argument("--warmup-epochs", type=float, metavar="N", help="length of the warm-up")
    group.add_argument(
        "--size", type=pixel_size, metavar="PX", help="input size, such as 224 or 1008x784"
    )
    group.add_argument("--batch", type=positive, metavar="N", help="samples in a batch")
    group.add_argument("--seed", type=int, metavar="S", help="of split, start values and order")
    group.add_argument(
        "--validation", type=float, metavar="SHARE", help="share of files to validate on (0.1)"
    )
    group.add_argument(
        "--fit",
        choices=("auto", "resize", "crop"),
        help="resize images to the input, or cut crops from larger ones (auto)",
    )
    for part in ("encoder", "adapters", "decoder"):
        group.add_argument(f"--lr-{part}", type=float, metavar="RATE", help=f"peak, {part}")
    group.add_argument("--device", default="auto", help="auto, cuda, mps or cpu")


def _show_epoch(record: EpochRecord) -> None:
    """Write one line for each epoch where no progress bar is drawn."""
    console = err()
    if not console.is_terminal:
        console.print(
            f"epoch {record.epoch}: loss {record.loss:.4f}, validation mIoU "
            f"{record.mean_iou:.4f} per sample, {record.overall_mean_iou:.4f} global, "
            f"{record.seconds:.0f} s"
        )


def _request(args: argparse.Namespace, weights: WeightStore) -> TrainingRequest:
    """Put the preset and the options together."""
    preset = tasks().load(args.task)().preset()
    decoder = args.decoder or preset.decoder
    method = args.tuning or preset.tuning.get(decoder, "lora")
    chosen = {name: getattr(args, name) for name in _SETTINGS}
    spec = ModelSpec(
        encoder=args.encoder or default_encoder(weights),
        decoder=decoder,
        n_classes=len(preset.classes),
        tuning=TuningSpec(method, args.rank, args.alpha),
    )
    return TrainingRequest(
        task=args.task,
        classes=preset.classes,
        source=folder_source(args, preset.stored_size),
        spec=spec,
        settings=TrainingSettings.from_preset(preset, learning_rate=_rates(args, preset), **chosen),
        out=args.out,
        overwrite=args.overwrite,
    )


def _rates(args: argparse.Namespace, preset: Preset) -> LearningRateSettings:
    own = preset.learning_rate
    given = (args.lr_encoder, args.lr_adapters, args.lr_decoder)
    defaults = (own.encoder, own.adapters, own.decoder)
    return LearningRateSettings(
        *(d if g is None else g for g, d in zip(given, defaults, strict=True))
    )


def _conclude(report: TrainingReport) -> int:
    """Print how the run went; the exit code."""
    result, console = report.result, out()
    for row in report.parameters:
        console.print(f"{row.part}: {row.trainable} of {row.total} parameters trained")
    if result.best is not None:
        console.print(
            f"best epoch {result.best.epoch} of {len(result.history)}: validation mIoU "
            f"{result.best.mean_iou:.4f} per sample, {result.best.overall_mean_iou:.4f} global, "
            f"on {report.n_validation} of {report.n_training + report.n_validation} pairs"
        )
    console.print(f"model: {report.bundle.path}", markup=False)
    if result.problem:
        err().print(f"outcrop: {result.problem}", markup=False)
        err().print("The model holds the best epoch before. Lower the learning rate.")
        return _FAILED
    if result.cancelled:
        kept = "the best epoch so far" if result.best else "the weights at that moment, not scored"
        err().print(f"interrupted; the model holds {kept}")
        return _INTERRUPTED
    return _DONE
