"""Taking a class out of the labels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.core.labels import LEFT_OUT, UNLABELLED
from engine.errors import DataError
from engine.jobs.context import NULL_JOB, JobContext
from engine.session.labels import LabelDocument


def remove_class(class_id: int, document: LabelDocument, job: JobContext = NULL_JOB) -> None:
    """Take out a class with all its labels and picks, as one step of undo.

    The classes behind it get the id before theirs, everywhere.

    Parameters
    ----------
    class_id : int
        The class.
    document : LabelDocument
        Changed.
    job : JobContext, default NULL_JOB
        Checked and told after each section.

    Raises
    ------
    DataError
        If it is locked, or one of the last two.
    """
    scheme = document.scheme
    name = scheme.names[class_id]
    if class_id in scheme.locked:
        raise DataError(f"class {name} is locked", hint="Unlock it first.")
    rest = scheme.without(class_id)
    ids = np.arange(256, dtype=np.uint8)
    ids[class_id] = UNLABELLED
    ids[class_id + 1 : LEFT_OUT] -= 1
    with document.group(f"Remove class {name}"):
        # Locks are for hands; ids of locked classes move all the same.
        document.set_scheme(replace(scheme, locked=frozenset()))
        labelled = document.keys()
        for number, key in enumerate(labelled):
            job.check()
            job.report(number, len(labelled))
            classes, certainty = document.plane(key)
            document.paint(key, 0, 0, ids[classes], certainty, title="Remove class")
        for pick in document.all_picks():
            if pick.class_id == class_id:
                document.remove_pick(pick.id)
            elif pick.class_id > class_id:
                document.replace_pick(replace(pick, class_id=pick.class_id - 1))
        document.set_scheme(rest)
