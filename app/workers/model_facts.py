"""What a model bundle says of itself, in words. Imported on a lane: it reads files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.errors import EngineError
from engine.models.designs import encoder_design
from engine.models.spec import TuningSpec
from engine.session.scores import ScoreTable
from engine.store.bundle import Bundle
from engine.store.parameter_counts import count_parameters
from engine.tasks.registry import tasks

_METHODS = {
    "frozen": "encoder frozen",
    "full": "all weights trained",
    "lora": "LoRA",
    "adapter": "bottleneck adapters",
    "norms": "biases and norms",
}
_FITS = {"resize": "images resized to it", "crop": "crops of larger images"}
_DECODERS = {"unet": "U-Net"}
_NONE = "\u2013"
_WAYS = {"per_sample": "per sample", "global": "global"}
_TITLES = {
    "mean_iou": "mIoU per sample",
    "overall_mean_iou": "mIoU global",
    "overall_mean_accuracy": "mPA global",
    "iou": "IoU",
    "precision": "Precision",
    "recall": "Recall",
    "f1": "F1",
    "f1_3px": "F1 within 3 px",
    "average_precision": "Average precision",
    "fault_share": "Share of the class",
}


def task_title(task: str) -> str:
    """Return a task's name for people, or its key if no task of that name is known."""
    if task not in tasks().names():
        return task
    try:
        return tasks().load(task)().title
    except EngineError:
        return task


def facts(bundle: Bundle) -> tuple[tuple[str, str], ...]:
    """Describe a bundle in pairs of name and value.

    Parameters
    ----------
    bundle : Bundle
        Its tensors are not read, only counted.

    Returns
    -------
    tuple of (str, str)
        In the order to show them; what is not known is left out.
    """
    pairs = (
        ("Task", task_title(bundle.task)),
        ("Encoder", _encoder(bundle)),
        ("Decoder", _DECODERS.get(bundle.spec.decoder, bundle.spec.decoder.upper())),
        ("Tuning", tuning_text(bundle.spec.tuning)),
        ("Parameters", _parameters(bundle)),
        ("Input", _input(bundle)),
        ("Trained on", _data(bundle.training)),
        ("Trained", _when(bundle)),
    )
    return tuple((name, value) for name, value in pairs if value)


def tuning_text(tuning: TuningSpec) -> str:
    """Say in a line how an encoder was tuned, with the numbers that matter to it."""
    parts = [_METHODS[tuning.method]]
    if tuning.method == "lora":
        where = tuning.targets.replace("+", " + ").replace("mlp", "MLP")
        parts += [f"rank {tuning.rank}", f"alpha {tuning.alpha:g}", where]
        parts += ["DoRA"] * tuning.dora + ["rsLoRA"] * tuning.rslora
    elif tuning.method == "adapter":
        parts.append(f"width {tuning.rank}")
    return ", ".join(parts)


def scores(bundle: Bundle) -> ScoreTable:
    """Return the scores that were stored with a bundle.

    Parameters
    ----------
    bundle : Bundle
        Of any origin; what is no table of numbers is passed over.

    Returns
    -------
    ScoreTable
        Empty if there are none. Of scores by class and their intervals only
        the means are taken.
    """
    stored = bundle.training.get("scores")
    columns = {
        str(part): dict(_numbers(values))
        for part, values in (stored.items() if isinstance(stored, Mapping) else ())
        if isinstance(values, Mapping)
    }
    columns = {part: values for part, values in columns.items() if values}
    names = dict.fromkeys(name for values in columns.values() for name in values)
    rows = ((n, tuple(values.get(n, _NONE) for values in columns.values())) for n in names)
    return ScoreTable(tuple(columns), tuple(rows))


def _numbers(values: Mapping[Any, Any]) -> Iterable[tuple[str, str]]:
    if any(isinstance(values.get(way), Mapping) for way in _WAYS):
        for way, title in _WAYS.items():
            value = (values.get(way) or {}).get("mean_iou")
            if _is_number(value):
                yield f"mIoU {title}", f"{value:.3f}"
        return
    for key, value in values.items():
        if _is_number(value):
            yield _TITLES.get(str(key), str(key)), f"{value:.3f}"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _encoder(bundle: Bundle) -> str:
    title = encoder_design(bundle.spec.encoder).title
    return f"{title}, not DINOv2" if bundle.spec.encoder.startswith("outcrop-") else title


def _parameters(bundle: Bundle) -> str:
    try:
        counts = count_parameters(bundle)
    except EngineError:
        return ""
    trained = f"{_count(counts.trained)} trained"
    return trained if counts.total is None else f"{_count(counts.total)}, {trained}"


def _count(number: int) -> str:
    if number >= 1_000_000:
        return f"{number / 1e6:.{2 if number < 10_000_000 else 1}f} M"
    return f"{number / 1e3:.{0 if number >= 100_000 else 1}f} k" if number >= 1000 else str(number)


def _input(bundle: Bundle) -> str:
    rows, cols = bundle.image_size
    fit = _FITS.get(str(bundle.training.get("fit")), "")
    return f"{rows} \u00d7 {cols} samples" + (f", {fit}" if fit else "")


def _data(training: Mapping[str, Any]) -> str:
    data = training.get("data")
    if isinstance(data, Mapping):
        what = data.get("images") or data.get("volume") or data.get("folder")
        number = data.get("training_samples", data.get("samples"))
        parts = [f"{number:,} samples" if _is_number(number) else "", f"of {what}" if what else ""]
        return " ".join(part for part in parts if part)
    for key, kind in (("n_sections", "sections"), ("n_images", "images")):
        if _is_number(training.get(key)):
            return f"{training[key]:,} synthetic {kind}"
    return ""


def _when(bundle: Bundle) -> str:
    day = bundle.created[:10]
    version = f"Outcrop {bundle.version}" if bundle.version else ""
    return ", ".join(part for part in (day, version) if part)
