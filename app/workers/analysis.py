"""Spectra and histograms of what is on the screen, computed on the read lane."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.core.levels import Levels
from engine.core.scale import metres_per_unit
from engine.core.section import Section
from engine.core.volume import Volume
from engine.jobs.context import JobContext
from engine.preprocessing.fk_spectrum import FkSpectrum, fk_spectrum, why_no_fk
from engine.preprocessing.histogram import Histogram, histogram
from engine.preprocessing.spectrum import Spectrum, mean_spectrum
from engine.readers.display.copied_volume import exact_section

_MOST_SAMPLES = 1 << 23


@dataclass(frozen=True, slots=True, eq=False)
class VisiblePart:
    """The part of a section that is on the screen.

    Parameters
    ----------
    section : Section
        The whole section.
    rows, cols : slice
        What of it is seen.
    levels : Levels
        Amplitudes between which colours change.
    volume : Volume
        Where the section was read.
    """

    section: Section
    rows: slice
    cols: slice
    levels: Levels
    volume: Volume

    def exact(self) -> VisiblePart:
        """Return the same part of the file itself, if the section is of a display copy.

        It is read, so this belongs on a lane.
        """
        if not self.section.rounded:
            return self
        return replace(self, section=exact_section(self.volume, self.section))

    @property
    def data(self) -> NDArray[np.float32]:
        """The amplitudes that are seen; a view."""
        return self.section.data[self.rows, self.cols]


@dataclass(frozen=True, slots=True, eq=False)
class FkAnswer:
    """A spectrum over wavenumber and frequency.

    Parameters
    ----------
    spectrum : FkSpectrum
        Of the visible part, or of its middle.
    shape : tuple of int
        Samples and traces that were measured.
    is_part : bool
        Whether it was the middle only.
    """

    spectrum: FkSpectrum
    shape: tuple[int, int]
    is_part: bool


def measure_fk(part: VisiblePart, job: JobContext) -> FkAnswer | str | None:
    """Measure the f-k spectrum of at most eight million samples; see `fk_spectrum`.

    Returns
    -------
    FkAnswer, str or None
        Why there is none, in words; None if there is too little to measure.
    """
    job.check()
    section = part.section
    metres = metres_per_unit(section.cols, part.volume.survey, 1.0)
    reason = why_no_fk(section.rows, section.cols, metres)
    if reason or metres is None:
        return reason
    n_rows, n_cols = part.data.shape
    shrink = min(1.0, (_MOST_SAMPLES / (n_rows * n_cols)) ** 0.5)
    rows, cols = (_middle(chosen, shrink) for chosen in (part.rows, part.cols))
    data = section.data[rows, cols]
    down = replace(section.rows, size=data.shape[0])
    across = replace(section.cols, size=data.shape[1])
    spectrum = fk_spectrum(Section(data, down, across), metres)
    shape = (data.shape[0], data.shape[1])
    return None if spectrum is None else FkAnswer(spectrum, shape, shrink < 1)


def _middle(chosen: slice, share: float) -> slice:
    """Return the middle of a slice, never less than one position."""
    size = chosen.stop - chosen.start
    kept = max(1, round(size * share))
    start = chosen.start + (size - kept) // 2
    return slice(start, start + kept)


def measure_spectrum(part: VisiblePart, job: JobContext) -> Spectrum | None:
    """Average the spectra downwards; see `mean_spectrum`."""
    job.check()
    return mean_spectrum(part.exact().data, part.section.rows)


def measure_histogram(part: VisiblePart, job: JobContext) -> Histogram | None:
    """Count the amplitudes; see `histogram`."""
    job.check()
    return histogram(part.exact().data, part.levels)
