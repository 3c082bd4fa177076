"""Options of ``outcrop train``."""

from __future__ import annotations

import argparse

from engine.cli.source_options import pixel_size, positive
from engine.data.split_settings import WAYS
from engine.models.decoders.layers import NORMS
from engine.models.decoders.registry import decoders
from engine.models.designs import DESIGNS, UNET
from engine.models.spec import METHODS, TARGETS
from engine.tasks.preset import SCHEDULES
from engine.training.request import PREFERRED_ENCODERS
from engine.training.settings import PRECISIONS


def add_start_options(group: argparse._ArgumentGroup) -> None:
    """Add the options that choose one decoder, or a model with one."""
    group.add_argument(
        "--from",
        dest="start",
        metavar="MODEL",
        help="start from a model, by name or folder: its encoder, its decoder and its classes",
    )
    group.add_argument(
        "--decoder",
        choices=decoders().names(),
        help=f"the task's own by default; {UNET} is both halves of the U-Net",
    )


def add_model_options(group: argparse._ArgumentGroup) -> None:
    """Add the options that choose the encoder and how network and encoder are tuned."""
    group.add_argument(
        "--encoder",
        choices=tuple(DESIGNS),
        metavar="NAME",
        help=f"encoder to start from: {', '.join(DESIGNS)}; "
        f"when left out, {' or else '.join(PREFERRED_ENCODERS)}",
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
    group.add_argument(
        "--fit",
        choices=("auto", "resize", "crop"),
        help="resize images to the input, or cut crops from larger ones (auto)",
    )
    for part in ("encoder", "adapters", "decoder"):
        group.add_argument(f"--lr-{part}", type=float, metavar="RATE", help=f"peak, {part}")
    group.add_argument(
        "--schedule",
        choices=SCHEDULES,
        help="what rates do after the warm-up: fall along a cosine to zero, or stay",
    )
    group.add_argument(
        "--weight-decay", type=float, metavar="W", help="of matrices and kernels; 0: none"
    )
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


def add_data_options(group: argparse._ArgumentGroup, *, test: str = "0") -> None:
    """Add the options of split and augmentation; `test` is the share said to be the default."""
    group.add_argument(
        "--validation", type=float, metavar="SHARE", help="share of samples to validate on (0.1)"
    )
    group.add_argument(
        "--test", type=float, metavar="SHARE", help=f"share of samples kept for the end ({test})"
    )
    group.add_argument(
        "--split-by",
        choices=WAYS,
        help="deal samples or groups out, or cut blocks (auto: blocks of a volume, else file)",
    )
    group.add_argument("--buffer", type=float, metavar="D", help="gap between blocks (0)")
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
    for name, default in (
        *(("weighted-dice", 1), ("dice", 0), ("cross-entropy", 1)),
        *(("focal", 0), ("lovasz", 0)),
    ):
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
        help="what the network computes in (auto: bfloat16 on CUDA, float32 elsewhere); "
        "bfloat16 is twice as fast on processors that have units for it",
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
