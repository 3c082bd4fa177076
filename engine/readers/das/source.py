"""Where the samples of a record come from."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.core.axes import Axis
from engine.core.utc import NS_PER_S

_DAY_NS = 86_400 * NS_PER_S


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """What a file says of its record.

    Parameters
    ----------
    format, title : str
        Key of the format, and its name with version for people.
    n_samples : int
        Rows: positions in time.
    start_ns : int
        Nanoseconds since 1970-01-01T00:00 UTC of the first sample.
    step_ns : float
        Nanoseconds between samples.
    channels : Axis
        ``distance`` or ``channel``.
    sample_type : str
        As stored, such as ``int16``.
    quantity, unit : str
        What was measured, such as ``strain rate``; empty when the file does not
        tell.
    gauge_length_m : float, optional
        In metres.
    instrument : str
        Serial number or name of the interrogator.
    attributes : dict
        What else the file says, as JSON values.
    notes : tuple of str
        Oddities that the user should know, one sentence each.
    """

    format: str
    title: str
    n_samples: int
    start_ns: int
    step_ns: float
    channels: Axis
    sample_type: str
    quantity: str = ""
    unit: str = ""
    gauge_length_m: float | None = None
    instrument: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def has_date(self) -> bool:
        """Whether the start is a date; instruments without a clock begin in 1970."""
        return not 0 <= self.start_ns < _DAY_NS

    @property
    def time_axis(self) -> Axis:
        """Axis ``utc``, or ``time`` from the start where no date is known; seconds."""
        name, first_s = ("utc", self.start_ns / NS_PER_S) if self.has_date else ("time", 0.0)
        return Axis(name, "s", first_s, self.step_ns / NS_PER_S, self.n_samples)


NO_STAMPS: NDArray[np.int64] = np.empty(0, dtype=np.int64)


class RecordSource(Protocol):
    """Reads rows of one record."""

    @property
    def path(self) -> Path:
        """The file or folder."""

    @property
    def facts(self) -> RecordFacts:
        """What was learned when it was opened."""

    @property
    def stamps(self) -> NDArray[np.int64]:
        """Nanoseconds since 1970 UTC of every row; empty where first and step tell."""

    def read(self, start: int, stop: int) -> NDArray[np.float32]:
        """Read some rows.

        Parameters
        ----------
        start, stop : int
            Positions in time, from 0; `stop` is not read.

        Returns
        -------
        ndarray of float32, shape (stop - start, n_channels)
            NaN where there is no data.

        Raises
        ------
        ReadError
            If the file cannot be read any more.
        """
