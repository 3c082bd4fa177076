"""Records made ready to be shown processed, on the read lane."""

from __future__ import annotations

from engine.core.volume import Volume
from engine.jobs.context import JobContext
from engine.preprocessing.das_chain import DasChain
from engine.readers.das.processed import processed
from engine.session.processing import ProcessedView


def process_record(record: Volume, chain: DasChain, job: JobContext) -> ProcessedView:
    """Measure a record as it looks after some steps.

    Parameters
    ----------
    record : Volume
        As recorded.
    chain : DasChain
        The steps; at least one.
    job : JobContext
        Checked before measuring.

    Returns
    -------
    ProcessedView
        Ready to be shown.

    Raises
    ------
    SettingsError
        If a number does not fit the record.
    """
    job.check()
    volume = processed(record, chain)
    return ProcessedView(chain, volume, volume.statistics())
