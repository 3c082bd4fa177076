"""A hash that tells whether samples are the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

import numpy as np

from engine.data.sources import LabelledSource
from engine.jobs.context import NULL_JOB, JobContext


def fingerprint_samples(
    source: LabelledSource, indices: Sequence[int] | None = None, *, job: JobContext = NULL_JOB
) -> str:
    """Hash names, amplitudes, class ids and weights of samples, as they are read.

    Parameters
    ----------
    source : LabelledSource
        The samples; where their files lie does not matter.
    indices : sequence of int, optional
        Which of them; all when left out.
    job : JobContext, optional
        Checked once for each sample.

    Returns
    -------
    str
        SHA-256, 64 hexadecimal digits.

    Raises
    ------
    JobCancelledError
        If the job is cancelled.
    """
    digest = hashlib.sha256()
    for index in range(len(source)) if indices is None else indices:
        job.check()
        image, labels = source.image(index), source.labels(index)
        digest.update(json.dumps([source.names[index], image.shape, labels.shape]).encode())
        digest.update(np.ascontiguousarray(image, dtype="<f4").data)
        digest.update(np.ascontiguousarray(labels, dtype=np.uint8).data)
        weights = source.weights(index)
        if weights is not None:
            digest.update(np.ascontiguousarray(weights, dtype="<f4").data)
    return digest.hexdigest()
