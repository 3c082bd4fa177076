"""Keeps waves of some apparent velocities along the fibre: an f-k fan filter."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from engine.core.section import Section
from engine.preprocessing.das_chain import BOTH, FORWARD
from engine.preprocessing.das_limits import check_velocities, sampling_rate_hz
from engine.preprocessing.das_steps import runs_of_data

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
    check_velocities(slowest, fastest, direction)
    rate_hz = sampling_rate_hz(section.rows)
    live = ~section.no_data
    data = np.where(live, section.data, np.float32(0))
    for start, stop in runs_of_data(np.asarray(live.any(axis=1))):
        # Channels by times: rfftn takes its real axis last.
        block = np.ascontiguousarray(data[start:stop].T)
        shape = [fft.next_fast_len(n + n // _PADDING + 1, real=True) for n in block.shape]
        frequency = fft.rfftfreq(shape[1], 1 / rate_hz)[None, :].astype(np.float32)
        # scipy's sign makes exp(i(2 pi f t + 2 pi k x)).
        wavenumber = -fft.fftfreq(shape[0], section.cols.step)[:, None].astype(np.float32)
        spectrum = fft.rfftn(block, s=shape)
        spectrum *= _weight(frequency, wavenumber, (slowest, fastest), direction)
        filtered = fft.irfftn(spectrum, s=shape, overwrite_x=True)
        data[start:stop] = filtered[: block.shape[0], : block.shape[1]].T
    data[~live] = np.nan
    return replace(section, data=data)


def _weight(
    frequency: NDArray[np.float32],
    wavenumber: NDArray[np.float32],
    limits: tuple[float | None, float | None],
    direction: str,
) -> NDArray[np.float32]:
    """Return the share of each wavenumber and frequency that is kept."""
    slowest, fastest = limits
    with np.errstate(divide="ignore", invalid="ignore"):
        speed: NDArray[np.float32] = np.abs(frequency / wavenumber)
        # What all channels share at once has no slowness, whatever its frequency.
        speed[wavenumber[:, 0] == 0] = np.inf
        weight: NDArray[np.float32] = np.ones(speed.shape, dtype=np.float32)
        if slowest is not None:
            weight *= _edge(speed, slowest)
        if fastest is not None:
            weight *= _edge(np.reciprocal(speed), 1 / fastest)
    if direction == BOTH:
        return weight
    runs = np.sign(wavenumber) * (1 if direction == FORWARD else -1)
    weight *= (1 + runs) / 2
    return weight


def _edge(values: NDArray[np.float32], limit: float) -> NDArray[np.float32]:
    """Return 0 below a limit over `_EDGE` and 1 from the limit on."""
    share: NDArray[np.float32] = np.log(values)
    share += math.log(_EDGE / limit)
    share /= math.log(_EDGE)
    np.clip(share, 0.0, 1.0, out=share)
    share *= math.pi / 2
    np.sin(share, out=share)
    share *= share
    return share
