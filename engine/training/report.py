"""What a bundle says of the run that made it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.core.provenance import program_version
from engine.data.sources import LabelledSource
from engine.data.splits import Split
from engine.models.parameters import ParameterRow
from engine.store.bundle import Bundle
from engine.store.model_card import render_card
from engine.training.records import TrainingResult

_LONG = ("history", "names", "distances")
"""Lists that are in ``model.json`` and not on the card."""


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
    split : Split
        Which samples were trained on, validated on and kept for the end.
    notes : tuple of str
        What happened on the way that the user should know.
    """

    bundle: Bundle
    result: TrainingResult
    parameters: tuple[ParameterRow, ...]
    split: Split
    notes: tuple[str, ...]

    @property
    def n_training(self) -> int:
        """Samples that were trained on."""
        return len(self.split.training)

    @property
    def n_validation(self) -> int:
        """Samples that selected the best epoch."""
        return len(self.split.validation)

    @property
    def summary(self) -> str:
        """The epoch that is kept and its scores, in a line; empty before the first."""
        return self.summary_of("sample")

    def summary_of(self, one: str) -> str:
        """Return `summary` with another word for one sample, such as ``slice``."""
        result = self.result
        if result.best is None:
            return ""
        which = "last" if result.unseen else "best"
        epoch = f"epoch {result.best.epoch} of {len(result.history)}"
        n_samples = self.n_training + self.n_validation
        text = (
            f"{which} {epoch}: validation mIoU {result.best.mean_iou:.4f} per {one}, "
            f"{result.best.overall_mean_iou:.4f} global, "
            f"on {self.n_validation} of {n_samples} {one}s"
        )
        names = [self.bundle.classes.names[k] for k in result.unseen]
        return f"{text}, which say nothing about {', '.join(names)}" if names else text


def data_report(source: LabelledSource, split: Split) -> dict[str, Any]:
    """Say what was trained on, and what was held back.

    Parameters
    ----------
    source : LabelledSource
        The samples.
    split : Split
        Its parts.

    Returns
    -------
    dict
        JSON types only.
    """
    parts = {
        "training": split.training,
        "validation": split.validation,
        "test": split.test,
        "dropped": split.dropped,
    }
    report: dict[str, Any] = {
        **source.describe(),
        **{f"{part}_samples": len(indices) for part, indices in parts.items()},
        **{f"{part}_names": _names(source, indices) for part, indices in parts.items()},
    }
    if split.distances is not None:
        for part in ("validation", "test"):
            distances = [split.distances[index] for index in parts[part]]
            report[f"{part}_distances_{split.unit}"] = distances
            if distances:
                report[f"{part}_nearest_{split.unit}"] = min(distances)
    return report


def progress_report(result: TrainingResult) -> dict[str, Any]:
    """Say how far a run is that has not ended."""
    epoch = result.best.epoch if result.best else 0
    return {"ended": f"not yet; epoch {epoch} is the best so far"}


def outcome_report(result: TrainingResult) -> dict[str, Any]:
    """Say how a run ended and what it went through."""
    ended = "all epochs done"
    if result.cancelled:
        ended = f"cancelled after {len(result.losses)} steps"
    elif result.problem:
        ended = f"stopped: {result.problem}"
    elif result.stopped_early:
        ended = f"stopped early after {len(result.history)} epochs: no better validation"
    best_by = "mean of per-sample and global validation mIoU"
    if result.unseen:
        best_by = "last epoch: validation lacks a class of the training part"
    return {
        "ended": ended,
        "steps": len(result.losses),
        "seconds": round(sum(record.seconds for record in result.history), 1),
        "best_epoch": result.best.epoch if result.best else None,
        "best_by": best_by,
        "history": [record.to_json() for record in result.history],
    }


def score_report(result: TrainingResult, names: Sequence[str]) -> dict[str, Any] | None:
    """Name the scores by what they were computed on, how, and for which class.

    Parameters
    ----------
    result : TrainingResult
        Its best scores are told.
    names : sequence of str
        The classes.

    Returns
    -------
    dict or None
        None before an epoch was finished.
    """
    if result.best_scores is None:
        return None
    lacking = [names[k] for k in result.unseen]
    return {
        **({"validation_lacks": lacking} if lacking else {}),
        "validation": {
            way: {
                key: dict(zip(names, value, strict=True))
                if key.startswith("class_") and isinstance(value, list)
                else value
                for key, value in scores.items()
            }
            for way, scores in result.best_scores.items()
        },
    }


def training_card(bundle: Bundle) -> str:
    """Write the model card without the long lists, which are in ``model.json``.

    Parameters
    ----------
    bundle : Bundle
        As it will be written.

    Returns
    -------
    str
        Markdown.
    """
    shown = dataclasses.replace(
        bundle,
        training=_without_lists(bundle.training),
        version=program_version(),
        created=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
    )
    return render_card(shown)


def _without_lists(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: _without_lists(value) if isinstance(value, Mapping) else value
        for key, value in values.items()
        if not any(word in key for word in _LONG)
    }


def _names(source: LabelledSource, indices: Sequence[int]) -> list[str]:
    return [source.names[index] for index in indices]
