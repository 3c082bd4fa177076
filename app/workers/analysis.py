"""Spectra and histograms of what is on the screen, computed on the read lane."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.core.levels import Levels
from engine.core.section import Section
from engine.jobs.context import JobContext
from engine.preprocessing.histogram import Histogram, histogram
from engine.preprocessing.spectrum import Spectrum, mean_spectrum


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
    """

    section: Section
    rows: slice
    cols: slice
    levels: Levels

    @property
    def data(self) -> NDArray[np.float32]:
        """The amplitudes that are seen; a view."""
        return self.section.data[self.rows, self.cols]


def measure_spectrum(part: VisiblePart, job: JobContext) -> Spectrum | None:
    """Average the spectra downwards; see `mean_spectrum`."""
    job.check()
    return mean_spectrum(part.data, part.section.rows)


def measure_histogram(part: VisiblePart, job: JobContext) -> Histogram | None:
    """Count the amplitudes; see `histogram`."""
    job.check()
    return histogram(part.data, part.levels)
