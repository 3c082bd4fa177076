"""Whether the numbers of processing steps fit a DAS record, told by its axes alone."""

from __future__ import annotations

import math

from engine.core.axes import Axis
from engine.errors import SettingsError
from engine.preprocessing.das_chain import BOTH, RUNS, DasChain


def check_chain(chain: DasChain, channels: Axis, time: Axis) -> None:
    """Refuse a chain of which a step would fail, or not do what its number says.

    Parameters
    ----------
    chain : DasChain
        The steps and their numbers.
    channels, time : Axis
        Of the whole record; no sample is looked at.

    Raises
    ------
    SettingsError
        If a number of a step that is on does not fit the record.
    """
    if chain.difference:
        check_difference(chain.difference_channels, channels.size)
    if chain.band:
        check_band(chain.low_hz or None, chain.high_hz or None, sampling_rate_hz(time))
    if chain.velocity:
        check_velocities(chain.slowest or None, chain.fastest or None, chain.runs)
    if chain.gain:
        gain_samples(chain.gain_s, time)
        record_s = time.size * time.step
        if chain.gain_s > record_s:
            raise SettingsError(
                f"gain window of {chain.gain_s:g} s is longer than the record of {record_s:g} s",
                hint=f"Choose {2 * time.step:g} to {record_s:g} s.",
            )


def check_difference(lag: int, n_channels: int) -> None:
    """Refuse a distance along the fibre that no two channels have.

    Parameters
    ----------
    lag : int
        Channels between the two whose difference is taken.
    n_channels : int
        Channels of the record.

    Raises
    ------
    SettingsError
        If `lag` is odd, below 2 or not below the number of channels.
    """
    if not 2 <= lag < n_channels or lag % 2:
        raise SettingsError(
            f"difference over {lag} channels of {n_channels}",
            hint="Choose an even number, at least 2 and below the number of channels.",
        )


def check_band(low_hz: float | None, high_hz: float | None, rate_hz: float) -> None:
    """Refuse corners that a record does not hold.

    Parameters
    ----------
    low_hz, high_hz : float or None
        Corners in hertz; None leaves that side open.
    rate_hz : float
        Samples a second.

    Raises
    ------
    SettingsError
        If the corners are not ``0 < low < high < half the sampling rate``, or both
        are None.
    """
    corners = [low_hz, high_hz]
    given = [hz for hz in corners if hz is not None]
    ordered = all(a < b for a, b in zip([0.0, *given], [*given, rate_hz / 2], strict=True))
    if not given or not ordered:
        shown = " to ".join("open" if hz is None else f"{hz:g} Hz" for hz in corners)
        raise SettingsError(
            f"band {shown} at {rate_hz:g} samples a second",
            hint=f"Choose corners between 0 and {rate_hz / 2:g} Hz, the lower one first.",
        )


def check_velocities(slowest: float | None, fastest: float | None, direction: str) -> None:
    """Refuse limits between which no wave runs.

    Parameters
    ----------
    slowest, fastest : float or None
        Apparent velocities, in any unit; None leaves that side open.
    direction : {"both", "forward", "backward"}
        Which way the waves run that are kept.

    Raises
    ------
    SettingsError
        If the limits are not ``0 < slowest < fastest``, or nothing is limited.
    """
    given = [speed for speed in (slowest, fastest) if speed is not None]
    ordered = all(a < b for a, b in zip([0.0, *given], [*given, math.inf], strict=True))
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


def gain_samples(window_s: float, time: Axis) -> int:
    """Return the length of a gain window in samples.

    Parameters
    ----------
    window_s : float
        In seconds.
    time : Axis
        Times of the samples.

    Returns
    -------
    int
        At least two.

    Raises
    ------
    SettingsError
        If it is shorter than two samples or the axis is no time.
    """
    length = round(window_s * sampling_rate_hz(time)) if math.isfinite(window_s) else 0
    if length < 2:
        raise SettingsError(
            f"gain window of {window_s:g} s is shorter than two samples",
            hint=f"Choose at least {2 * time.step:g} s.",
        )
    return length


def sampling_rate_hz(time: Axis) -> float:
    """Return the samples a second of an axis of times in seconds.

    Parameters
    ----------
    time : Axis
        Of the samples.

    Returns
    -------
    float
        Above zero.

    Raises
    ------
    SettingsError
        If the axis is something else.
    """
    if time.unit != "s" or time.step <= 0:
        raise SettingsError(
            f"rows are {time.label}, not times in seconds",
            hint="Use this step on DAS records.",
        )
    return 1.0 / time.step
