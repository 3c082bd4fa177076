"""What a task is: something to learn from labelled data."""

from __future__ import annotations

from typing import Protocol

from engine.tasks.preset import Preset


class Task(Protocol):
    """Classes to tell apart, and how such a model is usually trained."""

    name: str
    """Key by which commands and bundles name it."""

    title: str
    """Name for people."""

    kind: str
    """What the network puts out; ``segmentation`` for class logits of each pixel."""

    def preset(self) -> Preset:
        """Give the defaults of a training run.

        Returns
        -------
        Preset
            With the task's classes.
        """
