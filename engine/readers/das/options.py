"""Options for opening a DAS record."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.errors import SettingsError
from engine.readers.base import refuse_unknown

LARGEST_OVERLAP = 0.95


@dataclass(frozen=True, slots=True)
class DasOptions:
    """How to cut a record into windows, and what a plain HDF5 file does not tell.

    Parameters
    ----------
    window_s : float, optional
        Length of a window in seconds.
    samples : int, optional
        Length of a window in samples; not together with `window_s`. About 2000
        when both are left out.
    overlap : float, default 0
        Share of a window that the next one repeats, from 0 to 0.95.
    dataset : str, optional
        Path of the array inside an HDF5 file.
    channel_spacing : float, optional
        Metres between channels; they are numbered when left out.
    sampling_rate : float, optional
        Samples a second; needed with `dataset`.
    start : str, optional
        Time of the first sample, ISO 8601; UTC unless it names an offset.
    transpose : bool, default False
        Whether the array has channels first, then time.

    Raises
    ------
    SettingsError
        If a value is outside its range, or two contradict each other.
    """

    window_s: float | None = None
    samples: int | None = None
    overlap: float = 0.0
    dataset: str | None = None
    channel_spacing: float | None = None
    sampling_rate: float | None = None
    start: str | None = None
    transpose: bool = False

    def __post_init__(self) -> None:
        if self.window_s is not None and self.samples is not None:
            raise SettingsError(
                "length of a window given in seconds and in samples", hint="Give one of them."
            )
        for name, value in (
            ("window_s", self.window_s),
            ("samples", self.samples),
            ("channel_spacing", self.channel_spacing),
            ("sampling_rate", self.sampling_rate),
        ):
            if value is not None and not (math.isfinite(value) and value > 0):
                raise SettingsError(f"{name} {value:g} is not above zero")
        if not 0 <= self.overlap <= LARGEST_OVERLAP:
            raise SettingsError(
                f"overlap {self.overlap:g} is not between 0 and {LARGEST_OVERLAP}",
                hint="Give the share of a window that the next one repeats.",
            )
        described = (self.channel_spacing, self.sampling_rate, self.start)
        if self.dataset is None and (self.transpose or any(v is not None for v in described)):
            raise SettingsError(
                "array described, but not named",
                hint="Name the array inside the HDF5 file (--dataset).",
            )
        if self.dataset is not None and self.sampling_rate is None:
            raise SettingsError(
                f"array {self.dataset} without a sampling rate",
                hint="Give the samples a second (--sampling-rate).",
            )
        if self.start is not None:
            parse_utc(self.start)

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> DasOptions:
        """Build options from keyword arguments.

        Raises
        ------
        SettingsError
            If a name is unknown or a value is outside its range.
        """
        refuse_unknown(values, cls, "a DAS record has")
        return cls(**values)


def parse_utc(text: str) -> int:
    """Return the nanoseconds since 1970-01-01T00:00 UTC of an ISO 8601 time.

    Parameters
    ----------
    text : str
        With or without an offset; without one it is UTC, never local time.

    Returns
    -------
    int
        Nanoseconds; the text's digits beyond microseconds are dropped.

    Raises
    ------
    SettingsError
        If the text is no such time.
    """
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise SettingsError(
            f"{text!r} is not a time", hint="Write it as 2023-03-22T12:00:00.5 (UTC)."
        ) from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    since = moment - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    return (since.days * 86_400 + since.seconds) * 10**9 + since.microseconds * 1000
