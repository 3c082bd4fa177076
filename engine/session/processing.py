"""How an open record is processed for looking at it, and what models see of that."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.core.amplitudes import AmplitudeStatistics
from engine.core.volume import Volume
from engine.preprocessing.das_chain import DasChain


@dataclass(frozen=True, slots=True)
class RecordProcessing:
    """What the user chose; it stays when another record is opened.

    Parameters
    ----------
    chain : DasChain
        Steps before a window is shown.
    for_models : bool, default False
        Whether models see what is shown, and not the samples as recorded, on
        which they were trained.
    """

    chain: DasChain = field(default_factory=DasChain)
    for_models: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class ProcessedView:
    """An open record, processed.

    Parameters
    ----------
    chain : DasChain
        The steps.
    volume : Volume
        Gives processed windows.
    statistics : AmplitudeStatistics
        Of the processed amplitudes.
    """

    chain: DasChain
    volume: Volume
    statistics: AmplitudeStatistics

    @property
    def text(self) -> str:
        """The steps in words, with the unit of the record's columns."""
        return self.chain.text(self.volume.axes[0].unit)
