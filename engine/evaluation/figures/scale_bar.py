"""The bar that tells how long things are in a figure."""

from __future__ import annotations

from matplotlib.axes import Axes

from engine.core.round_numbers import round_length


def add_scale_bar(axes: Axes, metres_per_unit: float) -> None:
    """Draw a bar of a round length in the lower right corner.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        The section's, with its limits set.
    metres_per_unit : float
        Of the axis to the right.
    """
    left, right = axes.get_xlim()
    metres = round_length((right - left) * metres_per_unit / 5)
    length = metres / metres_per_unit / (right - left)
    axes.plot(
        [0.97 - length, 0.97], [0.05, 0.05], transform=axes.transAxes, color="black", linewidth=2.5
    )
    text = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
    axes.text(
        0.97 - length / 2,
        0.062,
        text,
        transform=axes.transAxes,
        ha="center",
        va="bottom",
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 1.2},
    )
