"""The survey of the demo: made once, kept in the user's cache."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from engine.errors import WriteError
from engine.jobs.context import NULL_JOB, JobContext
from engine.synthetic.survey import write_demo_survey

_NAME = "outcrop-demo.sgy"
_SEED = 7


def demo_folder() -> Path:
    """Return the folder of the demo, there or not.

    Returns
    -------
    pathlib.Path
        Below the environment variable ``OUTCROP_CACHE``, else below the
        platform's cache folder.
    """
    given = os.environ.get("OUTCROP_CACHE")
    root = Path(given) if given else Path(platformdirs.user_cache_dir("outcrop", appauthor=False))
    return root / "demo"


def prepare_demo(job: JobContext = NULL_JOB) -> Path:
    """Return the demo's survey, made on the first call.

    Parameters
    ----------
    job : JobContext, optional
        Told when the survey is being made.

    Returns
    -------
    pathlib.Path
        A SEG-Y file; the same on every machine.

    Raises
    ------
    WriteError
        If the cache cannot be written.
    """
    path = demo_folder() / _NAME
    if not path.exists():
        job.report(0, 0, "folding and faulting layers")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WriteError(
                path.parent,
                f"cannot be made ({error.strerror})",
                hint="Name a folder you may write to in OUTCROP_CACHE.",
            ) from error
        write_demo_survey(path, seed=_SEED)
    return path
