"""What a model found in a record, as values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DetectedEvent:
    """A connected area of one class; rows are times, columns are channels.

    Parameters
    ----------
    class_id : int
        Its class.
    first_row, last_row, first_col, last_col : int
        The samples it spans, from 0, both ends included.
    peak_row, peak_col : int
        Where the absolute amplitude is largest.
    peak_amplitude : float
        There, with its sign.
    mean_confidence, max_confidence : float
        Probability of its class over its samples, from 0 to 1.
    n_samples : int
        Its size.
    """

    class_id: int
    first_row: int
    last_row: int
    first_col: int
    last_col: int
    peak_row: int
    peak_col: int
    peak_amplitude: float
    mean_confidence: float
    max_confidence: float
    n_samples: int
