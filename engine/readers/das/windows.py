"""Windows in time that cover a record."""

from __future__ import annotations

from dataclasses import dataclass

from engine.core.axes import Axis
from engine.core.utc import NS_PER_S
from engine.errors import SettingsError
from engine.readers.das.options import DasOptions
from engine.readers.das.source import RecordFacts

_USUAL_SAMPLES = 2000
_LARGEST_WINDOW = 1 << 26


@dataclass(frozen=True, slots=True)
class Windows:
    """Windows of one length at equal distances; the last ends at the record's end.

    Parameters
    ----------
    n_samples : int
        Rows of the record.
    length : int
        Rows of a window, at most `n_samples`.
    step : int
        Rows from one window's start to the next one's.
    """

    n_samples: int
    length: int
    step: int

    @classmethod
    def of(cls, facts: RecordFacts, options: DasOptions) -> Windows:
        """Choose the windows of a record.

        Parameters
        ----------
        facts : RecordFacts
            Its size.
        options : DasOptions
            Length and overlap.

        Returns
        -------
        Windows
            Of about 2000 samples unless the options say otherwise.

        Raises
        ------
        SettingsError
            If a window would hold more than 67 million samples, or less than two
            rows.
        """
        most = max(2, _LARGEST_WINDOW // facts.channels.size)
        length = min(_USUAL_SAMPLES, most)
        if options.samples is not None:
            length = options.samples
        elif options.window_s is not None:
            length = round(options.window_s * NS_PER_S / facts.step_ns)
        length = min(length, facts.n_samples)
        if length > most:
            raise SettingsError(
                f"window of {length} samples x {facts.channels.size} channels is too large",
                hint=f"Choose at most {most} samples.",
            )
        if length < min(2, facts.n_samples):
            raise SettingsError(
                f"window of {length} samples is too short", hint="Choose at least 2 samples."
            )
        return cls(facts.n_samples, length, max(1, round(length * (1 - options.overlap))))

    @property
    def axis(self) -> Axis:
        """Numbers the windows from 1."""
        count = 1 + -(-(self.n_samples - self.length) // self.step)
        return Axis("window", "1", 1.0, 1.0, count)

    def bounds(self, index: int) -> tuple[int, int]:
        """Return the first row of a window and the row after its last."""
        start = min(index * self.step, self.n_samples - self.length)
        return start, start + self.length
