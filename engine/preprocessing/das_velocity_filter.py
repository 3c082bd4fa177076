"""Keeps waves of some apparent velocities along the fibre: an f-k fan filter."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from engine.core.section import Section
from engine.errors import SettingsError
from engine.preprocessing.das_chain import BOTH, FORWARD, RUNS
from engine.preprocessing.das_steps import runs_of_data, sampling_rate_hz

_EDGE = 1.25
"""Factor of velocity beyond a limit over which the filter falls to nothing; a sharp edge rings."""
_PADDING = 8
"""One part in so many is added to either axis, so that what leaves at one end does not come in at
the other."""


def velocity_filter(
    section: Section, slowest: float | None, fastest: float | None, *, direction: str = BOTH
) -> Section:
    """Keep waves whose apparent velocity along the fibre lies between two limits.

    Parameters
    ----------
    section : Section
        Shape ``(n_samples, n_channels)``, time downwards. Samples without data count
        as zero; what lies on either side of a gap in time is treated apart.
    slowest, fastest : float or None
        In the unit of the columns per second, above zero; None leaves that side open.
    direction : {"both", "forward", "backward"}
        Which way the waves run that are kept: either, towards larger distances, or
        towards smaller ones.

    Returns
    -------
    Section
        Same axes; NaN where there was no data.

    Raises
    ------
    SettingsError
        If the limits are not ``0 < slowest < fastest``, nothing is limited, or the
        rows are no times.

    Notes
    -----
    The weight falls from 1 at a limit to 0 at 1.25 times the fastest, or at the slowest
    over 1.25, as a squared cosine of the logarithm of velocity.
    """
    _check(slowest, fastest, direction)
    rate_hz = sampling_rate_hz(section)
    live = ~section.no_data
    data = np.where(live, section.data, np.float32(0))
    for start, stop in runs_of_data(np.asarray(live.any(axis=1))):
        block = data[start:stop]
        shape = [fft.next_fast_len(n + n // _PADDING + 1, real=True) for n in block.shape]
        frequency = fft.rfftfreq(shape[0], 1 / rate_hz)[:, None]
        # rfft2 takes its real axis last; scipy's sign makes exp(i(2 pi f t + 2 pi k x)).
        wavenumber = -fft.fftfreq(shape[1], section.cols.step)[None, :]
        weight = _weight(frequency, wavenumber, (slowest, fastest), direction)
        spectrum = fft.rfftn(block.T, s=shape[::-1], axes=(0, 1)).T * weight
        filtered = fft.irfftn(spectrum.T, s=shape[::-1], axes=(0, 1)).T
        data[start:stop] = filtered[: block.shape[0], : block.shape[1]]
    data[~live] = np.nan
    return replace(section, data=data)


def _check(slowest: float | None, fastest: float | None, direction: str) -> None:
    given = [speed for speed in (slowest, fastest) if speed is not None]
    ordered = all(a < b for a, b in zip([0.0, *given], [*given, np.inf], strict=True))
    if not ordered or (not given and direction == BOTH):
        shown = " to ".join("open" if v is None else f"{v:g}" for v in (slowest, fastest))
        raise SettingsError(
            f"apparent velocities {shown}",
            hint="Choose velocities above zero, the slower one first.",
        )
    if direction not in RUNS:
        raise SettingsError(
            f"waves that run {direction!r}", hint=f"Choose one of {', '.join(RUNS)}."
        )


def _weight(
    frequency: NDArray[np.float64],
    wavenumber: NDArray[np.float64],
    limits: tuple[float | None, float | None],
    direction: str,
) -> NDArray[np.float32]:
    """Return the share of each frequency and wavenumber that is kept."""
    slowest, fastest = limits
    with np.errstate(divide="ignore", invalid="ignore"):
        # What all channels share at once has no slowness, whatever its frequency.
        speed = np.where(wavenumber == 0, np.inf, np.abs(frequency / wavenumber))
        weight = np.ones(speed.shape, dtype=np.float32)
        if slowest is not None:
            weight *= _edge(np.log(speed * _EDGE / slowest))
        if fastest is not None:
            weight *= _edge(np.log(fastest * _EDGE / speed))
    if direction == BOTH:
        return weight
    runs = np.sign(wavenumber) * (1 if direction == FORWARD else -1)
    return np.asarray(weight * (1 + runs) / 2, dtype=np.float32)


def _edge(log_beyond: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return 0 below zero and 1 from the logarithm of `_EDGE` on."""
    share = np.clip(log_beyond / np.log(_EDGE), 0.0, 1.0)
    weight: NDArray[np.float32] = (np.sin(share * np.pi / 2) ** 2).astype(np.float32)
    return weight
