"""Spectra and histograms of what is on the screen, computed on the read lane."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.core.levels import Levels
from engine.core.section import Section
from engine.core.volume import Volume
from engine.jobs.context import JobContext
from engine.preprocessing.histogram import Histogram, histogram
from engine.preprocessing.spectrum import Spectrum, mean_spectrum
from engine.readers.display.copied_volume import exact_section


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
        return replace(self, section=exact_section(self.volume, self.section))

    @property
    def data(self) -> NDArray[np.float32]:
        """The amplitudes that are seen; a view."""
        return self.section.data[self.rows, self.cols]


def measure_spectrum(part: VisiblePart, job: JobContext) -> Spectrum | None:
    """Average the spectra downwards; see `mean_spectrum`."""
    job.check()
    return mean_spectrum(part.exact().data, part.section.rows)


def measure_histogram(part: VisiblePart, job: JobContext) -> Histogram | None:
    """Count the amplitudes; see `histogram`."""
    job.check()
    return histogram(part.exact().data, part.levels)
