"""From stored coordinates to regular axes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.core.axes import Axis
from engine.core.utc import NS_PER_S
from engine.errors import ReadError

_TOLERANCE = 0.5
OFF_REGULAR = "Time stamps are not regular; rows are drawn at equal distances."
_METRES = {"", "m", "meter", "metre", "meters", "metres"}


def regular_times(path: Path, times: NDArray[np.int64]) -> tuple[int, float, tuple[str, ...]]:
    """Describe time stamps by their first and their spacing.

    Parameters
    ----------
    path : pathlib.Path
        The file, for messages.
    times : ndarray of int64, shape (n,)
        Nanoseconds since 1970 UTC.

    Returns
    -------
    start_ns : int
        The first.
    step_ns : float
        Mean spacing.
    notes : tuple of str
        `OFF_REGULAR` where the stamps are half a sample or more from regular.

    Raises
    ------
    ReadError
        If the stamps do not run forward.
    """
    if times.size < 2:
        return int(times[0]), float(NS_PER_S), ("One sample in time: its rate is not known.",)
    start, stop = int(times[0]), int(times[-1])
    step = (stop - start) / (times.size - 1)
    if step <= 0:
        raise ReadError(
            path, "time stamps do not run forward", hint="Copy or download the file again."
        )
    ideal = np.arange(times.size) * step
    worst = float(np.abs((times - start) - ideal).max())
    if worst < _TOLERANCE * step:
        return start, step, ()
    return start, step, (OFF_REGULAR,)


def channel_axis(name: str, places: NDArray[np.float64], unit: str) -> tuple[Axis, tuple[str, ...]]:
    """Make an axis of the places of channels.

    Parameters
    ----------
    name : str
        ``distance``, ``channel``, ...
    places : ndarray of float64, shape (n,)
        As stored.
    unit : str
        Of `places`; metres when empty.

    Returns
    -------
    axis : Axis
        ``distance`` where the places are regular, else ``channel`` from 0.
    notes : tuple of str
        What was assumed.
    """
    size = places.size
    plain = Axis("channel", "1", 0.0, 1.0, size)
    if name != "distance":
        regular = size > 1 and np.allclose(np.diff(places), 1.0)
        return (Axis("channel", "1", float(places[0]), 1.0, size) if regular else plain), ()
    step = (float(places[-1]) - float(places[0])) / (size - 1) if size > 1 else 1.0
    if not np.isfinite(step) or step == 0:
        return plain, ("Distances are not usable; channels are numbered.",)
    worst = float(np.abs(places - (places[0] + step * np.arange(size))).max())
    if not worst < _TOLERANCE * abs(step):
        return plain, (f"Distances are up to {worst:.3g} off regular; channels are numbered.",)
    notes = () if unit else ("The unit of distance is not given; metres are assumed.",)
    shown = "m" if unit.lower() in _METRES else unit
    return Axis("distance", shown, float(places[0]), step, size), notes
