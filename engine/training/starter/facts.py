"""How the starters came about, for their cards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.training.starter.run import StarterSettings


@dataclass(frozen=True, slots=True)
class StarterFacts:
    """A finished run.

    Parameters
    ----------
    settings : StarterSettings
        What it was told.
    n_images : int
        Images seen.
    start : mapping of str to str
        SHA-256 of the files it started from, see `load_stored`; empty if from
        nothing.
    scores : mapping of str to mapping
        For each task the scores of `engine.training.starter.scores` under the
        name of the images.
    """

    settings: StarterSettings
    n_images: int
    start: Mapping[str, str]
    scores: Mapping[str, Mapping[str, Mapping[str, float]]]

    @property
    def command(self) -> str:
        """What trained them; the folders' names do not matter."""
        settings = self.settings
        start = " --start build/first/models" if self.start else ""
        return (
            f"python -m engine.training.starter --out build/starter{start} "
            f"--minutes {settings.minutes:g} --seed {settings.seed} --rate {settings.rate:g}"
        )
