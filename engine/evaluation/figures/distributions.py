"""How scores spread over the samples, with distance, and with confidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from engine.evaluation.figures.style import new_figure, series_color, styled
from engine.tasks.calibration import calibration_error, reliability

_ROW_MM = 11.0


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Scores of one network, sample by sample.

    Parameters
    ----------
    name : str
        Of the network.
    values : ndarray of float64, shape (n_samples,)
        mIoU; NaN where nothing is labelled.
    distances : ndarray of float64, shape (n_samples,)
        To the nearest sample that was trained on; NaN where not known.
    """

    name: str
    values: NDArray[np.float64]
    distances: NDArray[np.float64]


def score_distribution(series: Sequence[Series]) -> Figure:
    """Draw every sample's mIoU, their quartiles and their mean.

    Parameters
    ----------
    series : sequence of Series
        One for each network.

    Returns
    -------
    matplotlib.figure.Figure
        One row for each network.
    """
    with styled():
        figure = new_figure(18.0 + _ROW_MM * len(series))
        place = figure.subplots()
        rng = np.random.default_rng(0)
        for row, one in enumerate(series):
            known = one.values[~np.isnan(one.values)]
            color = series_color(row)
            place.scatter(
                known,
                row + rng.uniform(-0.27, 0.27, known.size),
                s=7,
                color=color,
                alpha=0.35 if known.size > 40 else 0.7,
                linewidths=0,
            )
            place.boxplot(
                known,
                positions=[row],
                widths=0.62,
                orientation="horizontal",
                showfliers=False,
                manage_ticks=False,
                medianprops={"color": "black", "linewidth": 1.4},
                boxprops={"color": "#333333", "linewidth": 0.8},
                whiskerprops={"color": "#333333", "linewidth": 0.8},
                capprops={"color": "#333333", "linewidth": 0.8},
            )
            place.scatter(
                known.mean(), row, marker="D", s=26, color=color, edgecolors="black", zorder=4
            )
        place.set_yticks(range(len(series)), [one.name for one in series])
        place.set_ylim(len(series) - 0.45, -0.55)
        place.set_xlabel("mIoU of a sample   (box: quartiles, line: median, diamond: mean)")
        place.set_xlim(min(0.0, place.get_xlim()[0]), 1.005)
        place.grid(visible=False, axis="y")
    return figure


def score_by_distance(series: Sequence[Series], unit: str) -> Figure:
    """Draw mIoU against the distance from the training block.

    Parameters
    ----------
    series : sequence of Series
        One for each network; distances are known for at least one sample.
    unit : str
        Of the distances.

    Returns
    -------
    matplotlib.figure.Figure
        A point for each sample, a line through the mean at each distance.
    """
    with styled():
        figure = new_figure(70.0)
        place = figure.subplots()
        for number, one in enumerate(series):
            known = ~np.isnan(one.values) & ~np.isnan(one.distances)
            x, y = one.distances[known], one.values[known]
            color = series_color(number)
            place.scatter(x, y, s=9, color=color, alpha=0.45, linewidths=0)
            steps = np.unique(x)
            means = [y[x == step].mean() for step in steps]
            place.plot(steps, means, color=color, marker="o", markersize=2.6, label=one.name)
        place.set_xlabel(f"Distance from the nearest training sample ({unit})")
        place.set_ylabel("mIoU of a sample")
        place.set_xlim(left=0)
        place.set_ylim(top=1.005)
        place.xaxis.set_major_locator(MaxNLocator(integer=unit == "slices"))
        figure.legend(loc="outside right upper")
    return figure


def reliability_diagram(names: Sequence[str], counts: Sequence[NDArray[np.float64]]) -> Figure:
    """Draw accuracy against confidence.

    Parameters
    ----------
    names : sequence of str
        Of the networks.
    counts : sequence of ndarray of float64, shape (3, n_bins)
        From `engine.tasks.calibration`, one for each.

    Returns
    -------
    matplotlib.figure.Figure
        A point for each bin, its area by its share of the pixels.
    """
    with styled():
        figure = new_figure(92.0, 90.0)
        place = figure.subplots()
        place.plot([0, 1], [0, 1], color="#888888", linestyle=(0, (4, 3)), linewidth=0.9)
        for number, (name, table) in enumerate(zip(names, counts, strict=True)):
            confidence, accuracy = reliability(table)
            share = table[0] / max(table[0].sum(), 1)
            known = table[0] > 0
            color = series_color(number)
            label = f"{name} (ECE {float(calibration_error(table)):.3f})"
            place.plot(confidence[known], accuracy[known], color=color, label=label)
            place.scatter(
                confidence[known], accuracy[known], s=6 + 90 * share[known], color=color, alpha=0.7
            )
        place.set(xlim=(0, 1.02), ylim=(0, 1.02), aspect="equal")
        place.set_xlabel("Mean confidence of a bin")
        place.set_ylabel("Share of its pixels that is right")
        place.legend(loc="upper left")
    return figure
