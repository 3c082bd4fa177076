"""A model's scores as its card has them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """Scores by name and by what they were computed on.

    Parameters
    ----------
    parts : tuple of str
        What was scored: ``validation``, ``200 held-out synthetic``.
    rows : tuple of (str, tuple of str)
        Name of a score with its value on each part, in words; ``–`` for none.
    """

    parts: tuple[str, ...] = ()
    rows: tuple[tuple[str, tuple[str, ...]], ...] = ()
