"""Applies the steps of a chain to windows of a DAS record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from engine.core.section import Section
from engine.preprocessing.das_chain import SWITCHES, DasChain
from engine.preprocessing.das_steps import (
    agc,
    band_pass,
    differentiate_along_fibre,
    remove_common_mode,
)
from engine.preprocessing.das_velocity_filter import velocity_filter


def apply_chain(chain: DasChain, section: Section) -> Section:
    """Process a window.

    Parameters
    ----------
    chain : DasChain
        The steps and their numbers.
    section : Section
        Shape ``(n_samples, n_channels)``, time downwards.

    Returns
    -------
    Section
        Same axes; its `processing` says what was done.

    Raises
    ------
    SettingsError
        If a number does not fit the record.
    """
    steps: dict[str, Callable[[Section], Section]] = {
        "common_mode": remove_common_mode,
        "difference": partial(differentiate_along_fibre, lag=chain.difference_channels),
        "band": partial(band_pass, low_hz=chain.low_hz or None, high_hz=chain.high_hz or None),
        "velocity": partial(
            velocity_filter,
            slowest=chain.slowest or None,
            fastest=chain.fastest or None,
            direction=chain.runs,
        ),
        "gain": partial(agc, window_s=chain.gain_s),
    }
    for name in SWITCHES:
        if getattr(chain, name):
            section = steps[name](section)
    return replace(section, processing=chain.text(section.cols.unit))
