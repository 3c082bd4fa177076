"""Tables S2, S3 and S5: measured beside published; and the differences behind S2."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.evaluation.comparison import FAILED, FINISHED, Run
from engine.evaluation.paired_differences import n_seen, paired_differences
from engine.evaluation.published import PublishedResults
from engine.evaluation.score_tables import format_score
from engine.evaluation.written import write_csv

_HOUR_S = 3600.0


@dataclass(frozen=True, slots=True)
class ComparisonTable:
    """One table.

    Parameters
    ----------
    name, title : str
        Name of its file, and what it shows.
    header : tuple of str
        Titles of the columns.
    rows : tuple of tuple
        Numbers, text, or None.
    published : frozenset of int
        Columns that hold published values.
    """

    name: str
    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[float | int | str | None, ...], ...]
    published: frozenset[int]

    def text_rows(self) -> list[list[str]]:
        """Return the cells as text, scores with four digits."""
        return [[_text(cell) for cell in row] for row in self.rows]

    def write(self, folder: Path) -> None:
        """Write the table as CSV.

        Raises
        ------
        WriteError
            If it cannot be written.
        """
        write_csv(folder / f"{self.name}.csv", self.header, self.rows)


def comparison_tables(
    runs: Sequence[Run], task: str, published: PublishedResults
) -> tuple[ComparisonTable, ...]:
    """Put measured and published values side by side.

    Parameters
    ----------
    runs : sequence of Run
        Finished or failed.
    task : str
        Whose published values count.
    published : PublishedResults
        The published values, in columns of their own.

    Returns
    -------
    tuple of ComparisonTable
        S2 (scores), S2-paired (differences from the best network, over the same
        samples), S3 (time) and S5 (parameters); a row for each network, its seeds
        averaged.
    """
    networks = tuple(dict.fromkeys(run.network for run in runs))
    groups = {name: [run for run in runs if run.network == name] for name in networks}
    return (
        _scores(groups, task, published),
        _differences(runs),
        _times(groups, task, published),
        _parameters(groups, published),
    )


def _scores(
    groups: dict[str, list[Run]], task: str, published: PublishedResults
) -> ComparisonTable:
    rows = []
    for name, runs in groups.items():
        ious, accuracies = ([_score(r, "per_sample", k) for r in runs] for k in _KEYS)
        rows.append(
            (
                name,
                _mean(ious),
                _spread(ious),
                _mean([_score(r, "global", "mean_iou") for r in runs]),
                _mean(accuracies),
                _mean([_score(r, "global", "mean_accuracy") for r in runs]),
                _state(runs),
                published.value("mean_iou", name, task),
                published.value("mean_accuracy", name, task),
            )
        )
    header = (
        "network",
        "mIoU per sample",
        "std over seeds",
        "mIoU global",
        "mPA per sample",
        "mPA global",
        "runs",
        "published mIoU",
        "published mPA",
    )
    return ComparisonTable("S2", "Scores on the test part", header, tuple(rows), frozenset({7, 8}))


def _differences(runs: Sequence[Run]) -> ComparisonTable:
    rows = tuple(
        (
            found.network,
            found.best,
            found.mean,
            *(found.interval or (None, None)),
            found.n_pairs,
            found.n_samples,
            found.n_resamples,
            found.seed,
            found.verdict,
        )
        for found in paired_differences(runs)
    )
    header = (
        "network",
        "best network",
        "mIoU difference",
        "95 % from",
        "to",
        "pairs",
        "samples",
        "resamples",
        "seed of these",
        "in words",
    )
    title = "Differences of mIoU per sample, paired: network minus best, over the same samples"
    return ComparisonTable("S2-paired", title, header, rows, frozenset())


def _times(groups: dict[str, list[Run]], task: str, published: PublishedResults) -> ComparisonTable:
    rows = []
    for name, runs in groups.items():
        seconds = _mean([run.seconds for run in runs])
        devices = {run.device for run in runs if run.device}
        rows.append(
            (
                name,
                None if seconds is None else seconds / _HOUR_S,
                ", ".join(sorted(devices)),
                published.value("hours", name, task),
            )
        )
    header = ("network", "training, hours", "trained on", "published, hours on an A100")
    return ComparisonTable("S3", "Time of training", header, tuple(rows), frozenset({3}))


def _parameters(groups: dict[str, list[Run]], published: PublishedResults) -> ComparisonTable:
    rows = []
    for name, runs in groups.items():
        counts = next((run.parameters for run in runs if run.parameters), {})
        totals = {part: numbers[0] for part, numbers in counts.items()}
        trained = sum(numbers[1] for numbers in counts.values()) if counts else None
        rows.append(
            (
                name,
                totals.get("encoder"),
                totals.get("adapters"),
                totals.get("decoder"),
                trained,
                published.parameters(name),
            )
        )
    header = ("network", "encoder", "adapters", "decoder", "trained", "published (see note)")
    title = "Parameters; published are those of the decoder, of the whole network for U-Net"
    return ComparisonTable("S5", title, header, tuple(rows), frozenset({5}))


_KEYS = ("mean_iou", "mean_accuracy")


def _score(run: Run, way: str, key: str) -> float | None:
    return run.scores[way][key] if run.status == FINISHED else None


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def _spread(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.std(known, ddof=1)) if len(known) > 1 else None


def _state(runs: Sequence[Run]) -> str:
    failed = sum(run.status == FAILED for run in runs)
    if failed == len(runs):
        return "failed"
    text = f"{len(runs) - failed} of {len(runs)}" if failed else str(len(runs))
    seen = sum(n_seen(run) > 0 for run in runs)
    return f"{text}, {seen} with samples seen in training" if seen else text


def _text(cell: object) -> str:
    if isinstance(cell, float):
        return format_score(cell)
    return f"{cell:,}" if isinstance(cell, int) else str(cell or "–")
