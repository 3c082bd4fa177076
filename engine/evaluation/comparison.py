"""Several networks on the same split and seeds; what is finished is not done again."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from engine.core.differences import differences
from engine.errors import DataError, EngineError, JobCancelledError, SettingsError
from engine.evaluation.written import write_json
from engine.jobs.context import NULL_JOB, JobContext

_log = logging.getLogger(__name__)

PLANNED, TRAINED, FINISHED, FAILED = "planned", "trained", "finished", "failed"
"""How far a run is."""

_IDENTITY = "comparison.json"


@dataclass(frozen=True, slots=True)
class Run:
    """One network with one seed.

    Parameters
    ----------
    network : str
        ``linear``, ``pup``, ..., or the name of a bundle that was given.
    seed : int
        Of split, start weights and order; of a bundle that was given, of the split.
    bundle : str
        Folder of the model.
    given : bool, default False
        Whether the bundle was given and is only scored.
    status : str, default "planned"
        How far it is.
    reason : str, default ""
        Why it failed.
    seconds : float or None
        Time of the training; None where it is not recorded.
    device : str, default ""
        What it was trained on, as far as it is recorded.
    parameters : mapping
        Part -> total and trained parameters.
    scores : mapping
        What `EvaluationReport.to_json` returned.
    """

    network: str
    seed: int
    bundle: str
    given: bool = False
    status: str = PLANNED
    reason: str = ""
    seconds: float | None = None
    device: str = ""
    parameters: Mapping[str, Sequence[int]] = field(default_factory=dict)
    scores: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Name of its files."""
        return f"{self.network}{'-given' if self.given else ''}-seed{self.seed}"


Step = Callable[[Run, JobContext], Run]
"""Does something for a run and returns what is known of it then."""


@dataclass(frozen=True, slots=True)
class ComparisonSteps:
    """What is done for each run.

    Parameters
    ----------
    train : callable
        Trains the network of a run into its bundle; fills in the time.
    evaluate : callable
        Scores the bundle of a run on the test part; fills in scores, parameters,
        and what the bundle says of its training.
    on_run : callable, optional
        Called with each run when it is finished, failed, or found finished.
    """

    train: Step
    evaluate: Step
    on_run: Callable[[Run], None] = lambda _run: None


def compare(
    folder: Path,
    identity: Mapping[str, Any],
    runs: Sequence[Run],
    steps: ComparisonSteps,
    *,
    job: JobContext = NULL_JOB,
) -> tuple[Run, ...]:
    """Train and score networks one after the other.

    Parameters
    ----------
    folder : pathlib.Path
        Where the results of runs are kept; those of an earlier call are taken up.
    identity : mapping
        All that is the same for every run, JSON types; a folder of another
        comparison is refused.
    runs : sequence of Run
        What to compare.
    steps : ComparisonSteps
        How to train and score.
    job : JobContext, optional
        Checked between the runs.

    Returns
    -------
    tuple of Run
        Finished or failed, in the order of `runs`.

    Raises
    ------
    SettingsError
        If the folder holds a comparison with other settings; it says which.
    WriteError
        If the results cannot be written.
    JobCancelledError
        If the job is cancelled; finished runs are kept.
    """
    check_identity(folder / _IDENTITY, identity)
    done = []
    for number, planned in enumerate(runs):
        job.check()
        job.report(number, len(runs), planned.name)
        done.append(_one_run(folder / "runs" / f"{planned.name}.json", planned, steps, job))
        steps.on_run(done[-1])
    return tuple(done)


def check_identity(path: Path, identity: Mapping[str, Any]) -> None:
    """Record what a comparison is, or refuse to mix it with another one.

    Parameters
    ----------
    path : pathlib.Path
        The record.
    identity : mapping
        JSON types.

    Raises
    ------
    SettingsError
        If the record is there and differs.
    DataError
        If it is damaged.
    WriteError
        If it cannot be written.
    """
    wanted = json.loads(json.dumps(identity))
    if not path.exists():
        write_json(path, wanted)
        return
    stored = _read(path)
    found = differences(stored, wanted)
    if found:
        raise SettingsError(
            f"{path.parent}: holds a comparison of another kind: {found}",
            hint="Choose another --out, or the settings of before.",
        )


def _one_run(path: Path, planned: Run, steps: ComparisonSteps, job: JobContext) -> Run:
    """Do what is not done yet; a failure of this run is its result."""
    run = _stored(path, planned)
    if run.status == FINISHED:
        return run
    try:
        if run.status != TRAINED and not run.given:
            run = replace(steps.train(run, job), status=TRAINED, reason="")
            write_json(path, asdict(run))
        run = replace(steps.evaluate(run, job), status=FINISHED, reason="")
    except JobCancelledError:
        raise
    except (EngineError, RuntimeError, OSError, MemoryError, ArithmeticError, ValueError) as error:
        # One network that fails must not cost the others their result.
        _log.warning("%s failed", run.name, exc_info=True)
        text = f"{error} {error.hint}" if isinstance(error, EngineError) else str(error)
        failed = replace(run, status=FAILED, reason=text.strip() or type(error).__name__)
        if run.status != TRAINED:  # which stays on record: it need not be done again
            write_json(path, asdict(failed))
        return failed
    write_json(path, asdict(run))
    return run


def _stored(path: Path, planned: Run) -> Run:
    """Take up what an earlier call came to; a failed run is tried again."""
    if not path.exists():
        return planned
    values = _read(path)
    try:
        run = Run(**values)
    except TypeError as error:
        raise DataError(f"{path}: incomplete ({error})", hint="Remove this file.") from error
    usable = run.status in {TRAINED, FINISHED} and run.given == planned.given
    if not usable or not Path(planned.bundle).is_dir():
        return planned
    # Given bundles may have been trained anew under the same name.
    return replace(run, bundle=planned.bundle) if not run.given else planned


def _read(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: damaged ({error})", hint="Remove this file.") from error
    if not isinstance(values, dict):
        raise DataError(f"{path}: holds no table", hint="Remove this file.")
    return values
