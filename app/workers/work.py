"""The jobs of the window. Engine modules that load torch are imported inside them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.workers.copying import CopyWork
from app.workers.exporting import ExportChoice, Exported
from app.workers.features import FeatureWork
from app.workers.figures import FigureChoice, PictureSource
from app.workers.headers import HeaderWork
from app.workers.imports import MODEL_IMPORTS
from app.workers.segmenting import SegmentRequest, make_prediction
from app.workers.training import TrainingWork
from engine.core.amplitudes import AmplitudeStatistics
from engine.core.volume import Volume
from engine.exporters.record import describe_record, read_record, refuse_results
from engine.jobs.context import JobContext
from engine.readers.detect import open_at_once
from engine.readers.geometry_file import recall_options
from engine.session.model_info import ModelInfo
from engine.session.predictions import Prediction

if TYPE_CHECKING:
    from engine.inference.predictor import Predictor
    from engine.inference.predictor_cache import PredictorCache


@dataclass(frozen=True, slots=True)
class Opened:
    """A volume that was opened, with what the window needs at once.

    Parameters
    ----------
    volume : Volume
        The data.
    statistics : AmplitudeStatistics
        Of a sample of it.
    description : mapping of str to object
        What the file says of itself.
    options : mapping of str to object
        How it was opened.
    """

    volume: Volume
    statistics: AmplitudeStatistics
    description: Mapping[str, Any]
    options: Mapping[str, Any] = field(default_factory=dict)


def describe_opened(volume: Volume) -> dict[str, Any]:
    """Return what a volume's file says of itself, and what made it if a model did."""
    description = dict(volume.describe())
    record = read_record(volume.path)
    if record is not None:
        description["notes"] = [describe_record(record), *(description.get("notes") or ())]
    return description


class Work:
    """The jobs, with the models that were used last kept ready.

    Its methods run on a lane and take the lane's `JobContext` last.

    Parameters
    ----------
    models : pathlib.Path, optional
        A further bundle, or a folder of bundles.

    Attributes
    ----------
    headers : HeaderWork
        The jobs on headers of files.
    copies : CopyWork
        The jobs on display copies.
    features : FeatureWork
        The jobs on features: instant heads, what looks alike, what to label next.
    training : TrainingWork
        The jobs of training.
    """

    def __init__(self, models: Path | None = None) -> None:
        self.headers = HeaderWork()
        self.copies = CopyWork()
        self.features = FeatureWork(self._predictor)
        self.training = TrainingWork()
        self._models = models
        # Touched on the compute lane only.
        self._predictors: PredictorCache | None = None

    def open_file(self, path: Path, options: Mapping[str, Any], job: JobContext) -> Opened:
        """Open a file and measure its amplitudes.

        Parameters
        ----------
        path : pathlib.Path
            The file.
        options : mapping of str to object
            For the reader; those remembered for the file when empty.
        job : JobContext
            Checked before measuring; told while much of the file has to be read.

        Returns
        -------
        Opened
            The volume and its statistics.

        Raises
        ------
        ReadError
            If the file cannot be read.
        """
        options = options or recall_options(path)
        volume = open_at_once(path, job, **options)
        try:
            job.check()
            description = describe_opened(volume)
            shown = self.copies.with_copy(volume)
            return Opened(shown, volume.statistics(), description, options)
        except BaseException:
            volume.close()
            raise

    def list_models(self, folders: tuple[Path, ...], job: JobContext) -> tuple[ModelInfo, ...]:
        """List the model bundles that are found.

        Parameters
        ----------
        folders : tuple of pathlib.Path
            Where the user keeps models: bundles, or folders of bundles.
        job : JobContext
            Checked first.

        Returns
        -------
        tuple of ModelInfo
            Damaged ones included, with the reason.
        """
        from app.workers.model_listing import list_models

        job.check()
        return list_models(self._models, folders)

    def read_card(self, path: Path, job: JobContext) -> str:
        """Read the card of a model.

        Parameters
        ----------
        path : pathlib.Path
            Folder of the bundle.
        job : JobContext
            Checked first.

        Returns
        -------
        str
            Markdown.

        Raises
        ------
        ModelError
            If it cannot be read.
        """
        from app.workers.model_listing import read_card

        job.check()
        return read_card(path)

    def segment(self, request: SegmentRequest, job: JobContext) -> Prediction:
        """Segment one section.

        Parameters
        ----------
        request : SegmentRequest
            Section, model and device.
        job : JobContext
            Checked between tiles.

        Returns
        -------
        Prediction
            Ready to be drawn.

        Raises
        ------
        EngineError
            If the model cannot be loaded or finds no memory.
        """
        refuse_results(request.path)
        plain = self._predictor(request.model, request.device, job)
        predictor = plain.with_options(request.key.options)
        started_s = time.monotonic()
        section = request.model_section()
        probabilities = predictor.predict(section, request.statistics, job)
        return make_prediction(
            request.key,
            predictor.classes,
            probabilities,
            elapsed_s=time.monotonic() - started_s,
            device=str(predictor.device),
            window=request.window,
        )

    def prepare(self, model: ModelInfo, device: str, job: JobContext) -> None:
        """Load a model, so that the first section does not wait for it.

        Parameters
        ----------
        model : ModelInfo
            Which bundle.
        device : str
            ``auto``, ``cuda``, ``mps`` or ``cpu``.
        job : JobContext
            Told what is going on.

        Raises
        ------
        EngineError
            If the model cannot be loaded.
        """
        self._predictor(model, device, job)

    def _predictor(self, model: ModelInfo, device: str, job: JobContext) -> Predictor:
        if self._predictors is None:
            job.report(0, 0, "loading the model")
            with MODEL_IMPORTS:
                from engine.inference.predictor_cache import PredictorCache

            self._predictors = PredictorCache()
        found = self._predictors.find(model.identity, device)
        if found is None:
            job.report(0, 0, "loading the model")
            found = self._predictors.load(model.path, device, fingerprint=model.identity)
        return found

    def export(self, choice: ExportChoice, job: JobContext) -> Exported:
        """Segment a whole volume and write it.

        Parameters
        ----------
        choice : ExportChoice
            What, by which model, and where to.
        job : JobContext
            Checked and told after each slice.

        Returns
        -------
        Exported
            The files and how they compare with the source.

        Raises
        ------
        EngineError
            If the model cannot be used or a file cannot be written.
        """
        predictor = self._predictor(choice.model, choice.device, job)
        from app.workers.result_exports import export

        return export(choice, predictor.with_options(choice.options), job)

    def write_figure(self, picture: PictureSource, file: FigureChoice, job: JobContext) -> Path:
        """Draw a section and write it; see `FigureChoice`.

        Parameters
        ----------
        picture : PictureSource
            What is on the screen.
        file : FigureChoice
            How much of it, how large, and where to.
        job : JobContext
            Told that it began.

        Returns
        -------
        pathlib.Path
            The file.

        Raises
        ------
        EngineError
            If the choice is not sound or the file cannot be written.
        """
        job.report(0, 0, "drawing the figure")
        from engine.evaluation.figures.section_figure import (
            FigureFile,
            SectionPicture,
            write_section_figure,
        )

        job.check()
        target = FigureFile(file.path, file.width_mm, file.height_mm, file.dpi)
        return write_section_figure(SectionPicture(**picture.fields(whole=file.whole)), target)

    def demo_survey(self, job: JobContext) -> Path:
        """Return the path of the demo survey, which is made on first use.

        Parameters
        ----------
        job : JobContext
            Told how far it is.

        Returns
        -------
        pathlib.Path
            A SEG-Y file in the user's cache folder.
        """
        from engine.synthetic.demo import prepare_demo

        return prepare_demo(job)
