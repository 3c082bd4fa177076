"""The lines of ``outcrop info`` on the samples that were looked at."""

from __future__ import annotations

from typing import Any


def amplitude_lines(facts: dict[str, Any]) -> list[str]:
    """Describe a sample of a file's numbers for people.

    Parameters
    ----------
    facts : dict
        As `engine.cli.info.describe` returns them.

    Returns
    -------
    list of str
        Their range, and how many are not finite; none where ``amplitudes`` is missing.
    """
    sample = facts.get("amplitudes")
    if not sample:
        return []
    if sample["n"] == 0:
        return [_nothing(facts, sample["n_bad"])]
    low, high = sample["minimum"], sample["maximum"]
    extent = f"{low:g} to {high:g}" if low < high else f"{low:g} only"
    if facts["result"]:
        # A trace of zeros counts as one without data, which it is not among classes.
        left_out = ", traces of zeros left out" if "traces" in facts else ""
        lines = [f"Values: {extent} (sample of {sample['n']}{left_out})"]
    else:
        clip = sample["clip"]["99"]
        lines = [f"Amplitudes: {extent}, 99% within {clip:g} (sample of {sample['n']})"]
    if sample["n_bad"]:
        lines.append(f"{sample['n_bad']} samples of them are not finite: shown as no data")
    return lines


def _nothing(facts: dict[str, Any], n_bad: int) -> str:
    """Say what a sample without any number is."""
    what = "Values" if facts["result"] else "Amplitudes"
    if n_bad:
        return f"{what}: none of the {n_bad} samples that were looked at is a finite number"
    if "traces" not in facts:
        return f"{what}: no data in the sample that was looked at"
    if facts["result"]:
        return f"{what}: 0 in every trace that was looked at"
    return f"{what}: every trace that was looked at is zero, or marked dead"
