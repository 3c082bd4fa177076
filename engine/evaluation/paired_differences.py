"""Whether networks differ, from their scores on the same samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.comparison import FINISHED, Run
from engine.evaluation.discipline import SELECTED, TRAINED
from engine.tasks.bootstrap import N_RESAMPLES, SEED, bootstrap_interval


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """How much a network's mIoU per sample differs from that of the best one.

    Parameters
    ----------
    network, best : str
        The two networks.
    mean : float or None
        Mean of network minus best over the pairs; None without pairs.
    interval : tuple of float, or None
        95 % interval of the mean; None for fewer than two samples.
    n_pairs : int
        Scores of both networks on the same sample of the same seed's test part.
    n_samples : int
        Samples in the pairs; a sample in the test parts of several seeds counts once.
    n_seen : int
        Pairs whose sample one of the two was trained or selected on.
    n_resamples, seed : int
        Of the bootstrap.
    """

    network: str
    best: str
    mean: float | None
    interval: tuple[float, float] | None
    n_pairs: int
    n_samples: int
    n_seen: int
    n_resamples: int = N_RESAMPLES
    seed: int = SEED

    @property
    def verdict(self) -> str:
        """Say in words what the interval says, and what speaks against it."""
        if self.interval is None:
            text = "too few samples in common"
        elif self.interval[0] <= 0 <= self.interval[1]:
            text = "no difference shown: 0 lies in the interval"
        else:
            way = "lower" if self.interval[1] < 0 else "higher"
            text = f"{way} than {self.best}: 0 lies outside the interval"
        return f"{text}; {self.n_seen} pairs on samples seen in training" if self.n_seen else text


def n_seen(run: Run) -> int:
    """Count the scored samples that the model of a run was trained or selected on."""
    return sum(_seen(sample) for sample in run.scores.get("samples", ()))


def paired_differences(runs: Sequence[Run]) -> tuple[PairedDifference, ...]:
    """Compare each network with the best one, sample by sample.

    Parameters
    ----------
    runs : sequence of Run
        Those that are not finished are left out.

    Returns
    -------
    tuple of PairedDifference
        One for each other network. The best has the highest mean mIoU per sample
        among those that have seen none of their test samples; among all where
        there is no such network.

    Notes
    -----
    Pairs are of one seed, so that both networks were kept from the same samples.
    Samples are drawn with all their pairs: the same slice in the test parts of
    several seeds is no further evidence. What another training of the same
    network would come to is not in the interval.
    """
    groups: dict[str, list[Run]] = {}
    for run in runs:
        if run.status == FINISHED:
            groups.setdefault(run.network, []).append(run)
    if not groups:
        return ()
    best = _best(groups)
    return tuple(
        _difference(name, group, best, groups[best])
        for name, group in groups.items()
        if name != best
    )


def _best(groups: Mapping[str, Sequence[Run]]) -> str:
    means = {
        name: float(np.mean([run.scores["per_sample"]["mean_iou"] for run in group]))
        for name, group in groups.items()
    }
    unseen = [name for name, group in groups.items() if not any(n_seen(run) for run in group)]
    return max(unseen or means, key=means.__getitem__)


def _difference(
    network: str, runs: Sequence[Run], best: str, best_runs: Sequence[Run]
) -> PairedDifference:
    values: dict[str, list[float]] = {}
    seen = 0
    others = {run.seed: _known(run) for run in best_runs}
    for run in runs:
        other = others.get(run.seed, {})
        for name, (value, was_seen) in _known(run).items():
            if name in other:
                values.setdefault(name, []).append(value - other[name][0])
                seen += was_seen or other[name][1]
    sums = np.asarray([sum(found) for found in values.values()], dtype=np.float64)
    counts = np.asarray([len(found) for found in values.values()], dtype=np.float64)

    def mean(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        result: NDArray[np.float64] = (weights @ sums) / (weights @ counts)
        return result

    return PairedDifference(
        network,
        best,
        float(sums.sum() / counts.sum()) if values else None,
        bootstrap_interval(len(values), mean) if len(values) > 1 else None,
        int(counts.sum()),
        len(values),
        seen,
    )


def _known(run: Run) -> dict[str, tuple[float, bool]]:
    """Return the mIoU of each labelled sample, and whether the model has seen it."""
    return {
        str(sample["name"]): (float(sample["mean_iou"]), _seen(sample))
        for sample in run.scores["samples"]
        if sample["mean_iou"] is not None
    }


def _seen(sample: Mapping[str, object]) -> bool:
    return sample.get("use") in {TRAINED, SELECTED}
