"""What a file tells of its array beyond samples and axes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.core.survey import Survey


@dataclass(frozen=True, slots=True)
class ArrayAbout:
    """What a file tells of its array beyond samples and axes.

    Parameters
    ----------
    title : str
        The format with its version, for people.
    survey : Survey, optional
        Map from line numbers to CDP coordinates.
    quantity, unit : str
        What the samples are, and in what; empty where the file does not tell.
    attributes : mapping of str to object
        What else it says, as JSON values.
    notes : tuple of str
        Oddities that the user should know, one sentence each.
    text : tuple of str
        Lines of a text header that it was made from.
    """

    title: str
    survey: Survey | None = None
    quantity: str = ""
    unit: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
