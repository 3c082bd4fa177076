"""The lines of ``outcrop info`` on a DAS record."""

from __future__ import annotations

from typing import Any


def record_lines(facts: dict[str, Any]) -> list[str]:
    """Describe a record for people.

    Parameters
    ----------
    facts : dict
        As `engine.cli.info.describe` returns them.

    Returns
    -------
    list of str
        What was measured, where, when, and how it is cut into windows.
    """
    samples, geometry, time = facts["samples"], facts["geometry"], facts["time"]
    rate_hz = time["sampling_rate_hz"]
    quantity = samples["quantity"] or "quantity not stated"
    unit = f" in {samples['unit']}" if samples["unit"] else ", unit not stated"
    gauge_m = geometry["gauge_length_m"]
    gauge = "not stated" if gauge_m is None else f"{gauge_m:g} m"
    spacing = geometry["channel_spacing"]
    between = "" if spacing is None else f", {spacing:g} {geometry['unit']} apart"
    when = "date not known" if time["start"] is None else f"{time['start']} to {time['end']}"
    windows = facts["windows"]
    overlap = f", overlapping by {windows['overlap_samples']}" if windows["overlap_samples"] else ""
    lines = [
        f"Samples: {samples['name']}, {quantity}{unit}",
        f"Channels: {geometry['channels']}{between}; gauge length {gauge}",
        f"Time: {when}; {time['duration_s']:.6g} s, {rate_hz:.6g} samples a second",
        f"Windows: {windows['count']} of {windows['samples']} samples{overlap}",
    ]
    if facts["instrument"]:
        lines.append(f"Instrument: {facts['instrument']}")
    if files := facts.get("files"):
        lines.append(f"Files: {files}")
    return lines + _attribute_lines(facts["attributes"])


def _attribute_lines(attributes: dict[str, Any]) -> list[str]:
    """Name what else the file says, each value beside its unit."""
    lines = []
    for key, value in attributes.items():
        if key.removesuffix("_units") != key and key.removesuffix("_units") in attributes:
            continue
        unit = f" {attributes[f'{key}_units']}" if f"{key}_units" in attributes else ""
        shown = f"{value:g}" if isinstance(value, float) else value
        lines.append(f"{key.replace('_', ' ').capitalize()}: {shown}{unit}")
    return lines
