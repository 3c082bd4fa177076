"""Options of ``outcrop train``, and the request that they make."""

from __future__ import annotations

import argparse
import dataclasses
import inspect
from collections.abc import Mapping
from typing import Any, TypeVar

from engine.cli.source_options import changed_source, new_source, pixel_size, positive
from engine.data.splits import WAYS
from engine.errors import SettingsError
from engine.models.decoders.layers import NORMS
from engine.models.decoders.registry import decoders
from engine.models.designs import DESIGNS, UNET
from engine.models.spec import METHODS, TARGETS, ModelSpec, TuningSpec
from engine.models.weight_store import WeightStore
from engine.tasks.own_classes import parse_classes
from engine.tasks.registry import tasks
from engine.training.request import (
    PREFERRED_ENCODERS,
    TrainingRequest,
    default_encoder,
    stored_request,
)
from engine.training.settings import PRECISIONS, CheckpointSettings, TrainingSettings

T = TypeVar("T")

_RUN = (
    *("size", "batch", "epochs", "warmup_epochs", "seed", "fit", "clip_gradient", "accumulate"),
    *("ema", "patience", "precision", "compile", "checkpoint_activations", "cache_features"),
)
_RATES = {"lr_encoder": "encoder", "lr_adapters": "adapters", "lr_decoder": "decoder"}
_SPLIT = {
    "validation": "validation",
    "test": "test",
    "buffer": "buffer",
    "split_by": "by",
    "group_pattern": "group_pattern",
    "split_unit": "unit",
}
_LOSS = {
    "loss_weighted_dice": "weighted_dice",
    "loss_dice": "dice",
    "loss_cross_entropy": "cross_entropy",
    "loss_focal": "focal",
    "focal_gamma": "focal_gamma",
    "class_weights": "class_weights",
}
_AUGMENTATION = {name: name for name in ("flip", "gain", "noise", "stretch", "rotate")}
_TUNING = {
    "tuning": "method",
    "rank": "rank",
    "alpha": "alpha",
    "targets": "targets",
    "dora": "dora",
    "rslora": "rslora",
}


def add_model_options(group: argparse._ArgumentGroup) -> None:
    """Add the options that choose the network."""
    group.add_argument(
        "--encoder",
        choices=tuple(DESIGNS),
        metavar="NAME",
        help=f"encoder to start from: {', '.join(DESIGNS)}; "
        f"when left out, {' or else '.join(PREFERRED_ENCODERS)}",
    )
    group.add_argument(
        "--decoder",
        choices=decoders().names(),
        help=f"the task's own by default; {UNET} is both halves of the U-Net",
    )
    group.add_argument(
        "--norm",
        choices=NORMS,
        help="normalisation of the decoder: by batch as published, or by group where only one "
        "or two samples are computed at once (batch)",
    )
    group.add_argument("--tuning", choices=METHODS, help="how the encoder is tuned")
    group.add_argument(
        "--rank", type=positive, help="rank of the low-rank adapters or width of bottlenecks (8)"
    )
    group.add_argument("--alpha", type=float, help="scale of the low-rank adapters (1)")
    group.add_argument("--targets", choices=TARGETS, help="layers of low-rank adapters (attention)")
    _add_switch(group, "dora", "low-rank adapters learn length and direction apart")
    _add_switch(group, "rslora", "low-rank adapters are scaled by alpha / sqrt(rank)")


def add_run_options(group: argparse._ArgumentGroup) -> None:
    """Add the options of the optimisation."""
    group.add_argument("--epochs", type=positive, metavar="N", help="passes over the samples")
    group.add_argument("--warmup-epochs", type=float, metavar="N", help="length of the warm-up")
    group.add_argument(
        "--size", type=pixel_size, metavar="PX", help="input size, such as 224 or 1008x784"
    )
    group.add_argument("--batch", type=positive, metavar="N", help="samples computed at once")
    group.add_argument(
        "--accumulate", type=positive, metavar="N", help="batches added up for a step (1)"
    )
    group.add_argument("--seed", type=int, metavar="S", help="of split, start values and order (0)")
    group.add_argument(
        "--fit",
        choices=("auto", "resize", "crop"),
        help="resize images to the input, or cut crops from larger ones (auto)",
    )
    for part in ("encoder", "adapters", "decoder"):
        group.add_argument(f"--lr-{part}", type=float, metavar="RATE", help=f"peak, {part}")
    group.add_argument(
        "--clip-gradient", type=float, metavar="NORM", help="scale larger gradients down to it (1)"
    )
    group.add_argument(
        "--ema", type=float, metavar="DECAY", help="average the weights, such as 0.999 (0: do not)"
    )
    group.add_argument(
        "--patience",
        type=int,
        metavar="N",
        help="stop after N epochs without a better validation (0: never)",
    )


def add_data_options(group: argparse._ArgumentGroup) -> None:
    """Add the options of split and augmentation."""
    group.add_argument(
        "--validation", type=float, metavar="SHARE", help="share of samples to validate on (0.1)"
    )
    group.add_argument(
        "--test", type=float, metavar="SHARE", help="share of samples kept for the end (0)"
    )
    group.add_argument(
        "--split-by", choices=WAYS, help="deal samples or groups out, or cut blocks (file)"
    )
    group.add_argument(
        "--buffer", type=float, metavar="D", help="gap between blocks, with --split-by position (0)"
    )
    group.add_argument(
        "--split-unit", choices=("slices", "m", "s"), help="unit of the buffer (slices)"
    )
    group.add_argument(
        "--group-pattern", metavar="REGEX", help="names the group of a file, for --split-by group"
    )
    _add_switch(group, "flip", "mirror half of the samples left to right")
    for name, what in (
        ("gain", "change amplitudes by up to this share"),
        ("noise", "add noise of up to so many standard deviations"),
        ("stretch", "stretch by up to this share"),
    ):
        group.add_argument(f"--{name}", type=float, metavar="X", help=f"{what} (0)")
    _add_switch(group, "rotate", "turn samples by quarters; for craters only")


def add_loss_options(group: argparse._ArgumentGroup) -> None:
    """Add the factors of the losses."""
    for name, default in (("weighted-dice", 1), ("dice", 0), ("cross-entropy", 1), ("focal", 0)):
        group.add_argument(
            f"--loss-{name}", type=float, metavar="F", help=f"factor of this loss ({default})"
        )
    group.add_argument("--focal-gamma", type=float, metavar="G", help="of the focal loss (2)")
    group.add_argument(
        "--class-weights",
        type=_class_weights,
        metavar="W,W,... | balanced",
        help="weights in cross-entropy and focal loss; balanced: by how rare each class is",
    )


def add_machine_options(group: argparse._ArgumentGroup) -> None:
    """Add what concerns the machine and not the model."""
    group.add_argument("--device", default="auto", help="auto, cuda, mps or cpu")
    group.add_argument(
        "--precision",
        choices=PRECISIONS,
        help="what the network computes in (auto: bfloat16 on CUDA, float32 elsewhere)",
    )
    _add_switch(group, "compile", "let torch compile the network: a slow start, faster steps")
    _add_switch(
        group, "checkpoint-activations", "compute activations twice: slower, much less memory"
    )
    _add_switch(group, "cache-features", "compute a frozen encoder's features only once")
    group.add_argument(
        "--feature-memory",
        type=float,
        default=4.0,
        metavar="GIB",
        help="memory for those features; more of them go to disk (4)",
    )
    group.add_argument(
        "--checkpoint-minutes",
        type=float,
        default=10.0,
        metavar="N",
        help="write the state every N minutes, besides each epoch (10)",
    )
    group.add_argument(
        "--checkpoint-steps",
        type=int,
        default=0,
        metavar="N",
        help="write the state every N steps too (0: do not)",
    )


def request_from(args: argparse.Namespace, weights: WeightStore) -> TrainingRequest:
    """Put the preset, or the run to go on with, and the options together.

    Parameters
    ----------
    args : argparse.Namespace
        With the options of this module.
    weights : WeightStore
        Decides about the encoder where none is named.

    Returns
    -------
    TrainingRequest
        Options that were not given are the preset's, or those of the run to go
        on with.

    Raises
    ------
    ModelError
        If there is no run to go on with, or no encoder is here.
    SettingsError
        If an option is missing or outside its range.
    """
    base = stored_request(args.resume) if args.resume else _new_request(args, weights)
    spec, settings = base.spec, _settings(args, base.settings)
    settings.augmentation.check_domain(tasks().load(base.task)().preset().domain)
    classes = parse_classes(args.classes) if args.classes else base.classes
    return dataclasses.replace(
        base,
        task=args.task or base.task,
        classes=classes,
        source=changed_source(args, base.source) if args.resume else base.source,
        spec=dataclasses.replace(
            spec,
            encoder=args.encoder or spec.encoder,
            decoder=args.decoder or spec.decoder,
            n_classes=len(classes),
            tuning=_replaced(spec.tuning, args, _TUNING),
            decoder_options=_decoder_options(args, args.decoder or spec.decoder, spec),
        ),
        settings=settings,
        checkpoints=CheckpointSettings(args.checkpoint_minutes, args.checkpoint_steps),
        feature_memory_gib=args.feature_memory,
    )


def _new_request(args: argparse.Namespace, weights: WeightStore) -> TrainingRequest:
    """Start from the task's preset."""
    if args.task is None:
        raise SettingsError(
            "the task is missing", hint=f"Give --task, one of {', '.join(tasks().names())}."
        )
    preset = tasks().load(args.task)().preset()
    encoder, decoder = _networks(args, preset.decoder)
    method = "full" if encoder == UNET else preset.tuning.get(decoder, "lora")
    return TrainingRequest(
        task=args.task,
        classes=preset.classes,
        source=new_source(args, preset),
        spec=ModelSpec(
            encoder=encoder or default_encoder(weights),
            decoder=decoder,
            n_classes=len(preset.classes),
            tuning=TuningSpec(args.tuning or method),
        ),
        settings=TrainingSettings.from_preset(
            preset, epochs=args.epochs, warmup_epochs=args.warmup_epochs
        ),
        out=args.out,
        overwrite=args.overwrite,
    )


def _networks(args: argparse.Namespace, decoder: str) -> tuple[str | None, str]:
    """Choose encoder and decoder; one half of the U-Net brings the other."""
    if UNET in {args.encoder, args.decoder}:
        return args.encoder or UNET, args.decoder or UNET
    return args.encoder, args.decoder or decoder


def _decoder_options(args: argparse.Namespace, decoder: str, spec: ModelSpec) -> Mapping[str, Any]:
    """Put the normalisation that was asked for in; what is the default is not stored."""
    if args.norm is None:
        return spec.decoder_options
    option = inspect.signature(decoders().load(decoder)).parameters.get("norm")
    if option is None:
        raise SettingsError(f"the decoder {decoder} has no normalisation", hint="Leave --norm out.")
    options = {name: value for name, value in spec.decoder_options.items() if name != "norm"}
    return options if args.norm == option.default else {**options, "norm": args.norm}


def _settings(args: argparse.Namespace, settings: TrainingSettings) -> TrainingSettings:
    nested: dict[str, Any] = {
        "learning_rate": _replaced(settings.learning_rate, args, _RATES),
        "split": _replaced(settings.split, args, _SPLIT),
        "loss": _replaced(settings.loss, args, _LOSS),
        "augmentation": _replaced(settings.augmentation, args, _AUGMENTATION),
    }
    given = {name: getattr(args, name) for name in _RUN if getattr(args, name) is not None}
    return dataclasses.replace(settings, **nested, **given)


def _replaced(value: T, args: argparse.Namespace, fields: dict[str, str]) -> T:
    """Replace the fields whose options were given."""
    given = {
        field: getattr(args, option)
        for option, field in fields.items()
        if getattr(args, option) is not None
    }
    replaced: T = dataclasses.replace(value, **given)  # type: ignore[type-var]
    return replaced


def _add_switch(group: argparse._ArgumentGroup, name: str, text: str) -> None:
    """Add ``--name`` and ``--no-name``."""
    group.add_argument(f"--{name}", action=argparse.BooleanOptionalAction, default=None, help=text)


def _class_weights(text: str) -> str | tuple[float, ...]:
    if text == "balanced":
        return text
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is neither numbers with commas nor balanced"
        ) from None
