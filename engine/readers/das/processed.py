"""A record whose windows are processed as they are read."""

from __future__ import annotations

import importlib
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from engine.core.amplitudes import AmplitudeStatistics
from engine.core.axes import Axis
from engine.core.section import Plane, Section
from engine.core.volume import Volume
from engine.errors import SettingsError
from engine.preprocessing.das_chain import DasChain
from engine.preprocessing.das_limits import check_chain
from engine.readers.das.record import DIRECTION, DasRecord

_STEPS = "engine.preprocessing.das_processing"
"""Loads scipy.signal, for which no window waits that shows a record as it is."""
_SLABS = 4
_SAMPLED = 400_000
_LARGEST_MARGIN = 4000
"""Samples on either side, so that a low corner does not make a window take seconds."""


class ProcessedRecord:
    """Reads windows with margins, processes both, and gives the windows.

    Parameters
    ----------
    record : DasRecord
        The samples as recorded.
    chain : DasChain
        What is done to them.

    Notes
    -----
    Margins are as long as the steps reach, at most 4000 samples, so that a window
    shows no edges where the record goes on.
    """

    def __init__(self, record: DasRecord, chain: DasChain) -> None:
        self.record = record
        self.chain = chain
        channels, time = record.axes
        reach_s = chain.margin_s(channels.step * (channels.size - 1))
        self._margin = min(math.ceil(reach_s / time.step), _LARGEST_MARGIN)
        self._statistics: AmplitudeStatistics | None = None

    @property
    def path(self) -> Path:
        """See `Volume.path`."""
        return self.record.path

    @property
    def kind(self) -> str:
        """See `Volume.kind`."""
        return self.record.kind

    @property
    def axes(self) -> tuple[Axis, ...]:
        """See `Volume.axes`."""
        return self.record.axes

    @property
    def directions(self) -> tuple[str, ...]:
        """See `Volume.directions`."""
        return self.record.directions

    def axis_along(self, direction: str) -> Axis:
        """Return the axis that numbers the windows; see `Volume.axis_along`."""
        return self.record.axis_along(direction)

    @property
    def survey(self) -> None:
        """See `Volume.survey`."""
        return

    def section(self, direction: str, index: int) -> Section:
        """Read and process one window.

        Parameters
        ----------
        direction : {"window"}
            The only one.
        index : int
            Window, from 0.

        Returns
        -------
        Section
            As `DasRecord.section`, processed; `Section.processing` says how.

        Raises
        ------
        SettingsError
            If a number of the chain does not fit the record.
        """
        axis = self.axis_along(direction)
        if not 0 <= index < axis.size:
            raise IndexError(f"{direction} index {index} is outside 0 to {axis.size - 1}")
        plane = Plane(DIRECTION, index, axis.value(index))
        return self._processed(*self.record.windows.bounds(index), plane)

    def section_shape(self, direction: str, index: int) -> tuple[int, int]:
        """Return samples and channels of a window; see `Volume.section_shape`."""
        return self.record.section_shape(direction, index)

    def statistics(self) -> AmplitudeStatistics:
        """Measure about 400 000 processed samples of four stretches of the record; kept.

        They do not depend on how the record is cut into windows.
        """
        if self._statistics is None:
            channels, time = self.record.axes
            height = min(time.size, max(1, _SAMPLED // _SLABS // channels.size))
            starts = np.linspace(0, time.size - height, min(_SLABS, time.size // height))
            slabs = [self._processed(int(start), int(start) + height) for start in starts]
            self._statistics = AmplitudeStatistics.from_samples(
                np.concatenate([slab.data.ravel() for slab in slabs]),
                n_bad=sum(slab.bad_samples for slab in slabs),
            )
        return self._statistics

    def describe(self) -> dict[str, Any]:
        """Return what the file says of the amplitudes as recorded."""
        return self.record.describe()

    def close(self) -> None:
        """Give up the file."""
        self.record.close()

    def _processed(self, start: int, stop: int, plane: Plane | None = None) -> Section:
        time = self.record.axes[1]
        first, last = max(0, start - self._margin), min(time.size, stop + self._margin)
        steps: Any = importlib.import_module(_STEPS)
        wide: Section = steps.apply_chain(self.chain, self.record.stretch(first, last))
        rows = Axis(time.name, time.unit, time.value(start), time.step, stop - start)
        data = np.ascontiguousarray(wide.data[start - first : stop - first])
        return replace(wide, data=data, rows=rows, plane=plane)


def processed(record: Volume, chain: DasChain) -> Volume:
    """Return a record whose windows are processed.

    Parameters
    ----------
    record : Volume
        As recorded.
    chain : DasChain
        What is done; where it is nothing, `record` itself is returned.

    Returns
    -------
    Volume
        Of kind ``record``.

    Raises
    ------
    SettingsError
        If it is no DAS record, or a number of the chain does not fit it.
    """
    if not chain.active:
        return record
    if not isinstance(record, DasRecord):
        raise SettingsError(
            f"{record.path}: is no DAS record", hint="Leave the processing of records out."
        )
    check_chain(chain, *record.axes)
    return ProcessedRecord(record, chain)
