"""What the commands write with: consoles and a progress bar."""

from __future__ import annotations

import json
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from engine.jobs.context import ThrottledContext

WIDE = 1000
"""Width of a console for tables whose cells must be neither cut nor folded."""


def out() -> Console:
    """Return the console for results."""
    return Console(soft_wrap=True, highlight=False)


def err() -> Console:
    """Return the console for progress and messages."""
    return Console(stderr=True, soft_wrap=True, highlight=False)


def print_json(value: Any) -> None:
    """Write a JSON value to standard output, plain and complete."""
    out().print(json.dumps(value, indent=2, allow_nan=False), markup=False)


class ConsoleJob(ThrottledContext):
    """A job context that draws a progress bar on standard error.

    Used as a context manager round the work; the bar is drawn only on a
    terminal.

    Parameters
    ----------
    title : str
        What is being done.
    """

    def __init__(self, title: str) -> None:
        super().__init__(self._draw)
        console = err()
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[message]}", markup=False),
            console=console,
            disable=not console.is_terminal,
        )
        self._task = self._progress.add_task(title, total=None, message="")

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def _draw(self, done: int, total: int, message: str) -> None:
        self._progress.update(self._task, completed=done, total=total or None, message=message)
