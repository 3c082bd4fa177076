"""The jobs of training in the window. Engine modules that load torch are imported inside them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.workers.imports import MODEL_IMPORTS
from app.workers.training_choice import ModelPlace, Trained, TrainingChoice, TrainingDefaults
from app.workers.training_feed import TrainingFeed
from engine.core.class_scheme import ClassScheme
from engine.jobs.context import JobContext
from engine.training.control import RunControl

if TYPE_CHECKING:
    from engine.training.training_cost import TrainingCost
    from engine.training.unfinished import UnfinishedRun


class TrainingWork:
    """Measures, trains, goes on; each method runs on a lane and takes its context last."""

    def defaults(self, base: Path, classes: ClassScheme, job: JobContext) -> TrainingDefaults:
        """Say what a base model suggests; see `training_jobs.suggest`."""
        with MODEL_IMPORTS:
            from app.workers.training_jobs import suggest

        job.check()
        return suggest(base, classes)

    def measure(self, choice: TrainingChoice, job: JobContext) -> TrainingCost:
        """Measure one real step; see `engine.training.cost.measure_cost`."""
        job.report(0, 0, "loading torch")
        with MODEL_IMPORTS:
            from app.workers.training_jobs import measure

        return measure(choice, job)

    def train(
        self, choice: TrainingChoice, control: RunControl, feed: TrainingFeed, job: JobContext
    ) -> Trained:
        """Train; see `training_jobs.train`."""
        job.report(0, 0, "loading torch")
        with MODEL_IMPORTS:
            from app.workers.training_jobs import train

        return train(choice, control, feed, job)

    def go_on(
        self, out: Path, device: str, control: RunControl, feed: TrainingFeed, job: JobContext
    ) -> Trained:
        """Go on with an unfinished run; see `training_jobs.go_on`."""
        job.report(0, 0, "loading torch")
        with MODEL_IMPORTS:
            from app.workers.training_jobs import go_on

        return go_on(out, device, control, feed, job)

    def places(self, folders: tuple[Path, ...], job: JobContext) -> tuple[ModelPlace, ...]:
        """Look at folders for new models; see `training_places.model_places`."""
        from app.workers.training_places import model_places

        job.check()
        return model_places(folders)

    def unfinished(self, folders: tuple[Path, ...], job: JobContext) -> tuple[UnfinishedRun, ...]:
        """List the runs that can be gone on with, in folders of models and the user's own."""
        from app.workers.training_places import folders_with_checkpoints

        job.check()
        found = folders_with_checkpoints(folders)
        # Without any there is nothing to load torch for.
        if not found:
            return ()
        with MODEL_IMPORTS:
            from engine.training.unfinished import unfinished_runs

        return tuple(run for folder in found for run in unfinished_runs(folder))

    def discard(
        self, out: Path, folders: tuple[Path, ...], job: JobContext
    ) -> tuple[UnfinishedRun, ...]:
        """Give up an unfinished run, and list the others."""
        with MODEL_IMPORTS:
            from engine.training.unfinished import discard_run

        job.check()
        discard_run(out)
        return self.unfinished(folders, job)
