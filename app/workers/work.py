"""The jobs of the window. Engine modules that load torch are imported inside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.workers.segmenting import SegmentRequest
from engine.core.amplitudes import AmplitudeStatistics
from engine.core.volume import Volume
from engine.jobs.context import JobContext
from engine.readers.detect import open_volume
from engine.session.predictions import Prediction
from engine.session.session import ModelInfo


@dataclass(frozen=True, slots=True)
class Opened:
    """A volume that was opened, with what the window needs at once.

    Parameters
    ----------
    volume : Volume
        The data.
    statistics : AmplitudeStatistics
        Of a sample of it.
    """

    volume: Volume
    statistics: AmplitudeStatistics


class Work:
    """The jobs, with the model that was used last kept ready.

    Its methods run on a lane and take the lane's `JobContext` last.
    """

    def open_file(self, path: Path, options: Mapping[str, Any], job: JobContext) -> Opened:
        """Open a file and measure its amplitudes.

        Parameters
        ----------
        path : pathlib.Path
            The file.
        options : mapping of str to object
            For the reader.
        job : JobContext
            Checked before measuring.

        Returns
        -------
        Opened
            The volume and its statistics.

        Raises
        ------
        ReadError
            If the file cannot be read.
        """
        volume = open_volume(path, **options)
        try:
            job.check()
            return Opened(volume, volume.statistics())
        except BaseException:
            volume.close()
            raise

    def list_models(self, job: JobContext) -> tuple[ModelInfo, ...]:
        """List the model bundles that are found."""
        job.check()
        return ()

    def segment(self, request: SegmentRequest, job: JobContext) -> Prediction:
        """Segment one section."""
        raise NotImplementedError

    def demo_survey(self, job: JobContext) -> Path:
        """Return the path of the demo survey, made on first use."""
        raise NotImplementedError
