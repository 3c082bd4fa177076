"""Errors that the engine raises for reasons a user can act on.

Each says what failed, on what, and in `hint` what to do next. Anything else
that escapes is a defect.
"""

from __future__ import annotations

import os


class EngineError(Exception):
    """Base of all errors with a message for the user.

    Parameters
    ----------
    message : str
        Subject, fact and values, in one line.
    hint : str, default ""
        The next step, imperative.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class ReadError(EngineError, OSError):
    """A file cannot be read as what it seems to be.

    Parameters
    ----------
    path : path-like
        The file.
    message : str
        What is wrong with it.
    hint : str, default ""
        The next step, imperative.
    """

    def __init__(self, path: str | os.PathLike[str], message: str, *, hint: str = "") -> None:
        super().__init__(f"{os.fspath(path)}: {message}", hint=hint)


class UnknownFormatError(ReadError):
    """A file is of none of the formats that a reader knows, though its signature fits."""


class WriteError(EngineError, OSError):
    """A file cannot be written.

    Parameters
    ----------
    path : path-like
        The file.
    message : str
        What went wrong.
    hint : str, default ""
        The next step, imperative.
    reason : str, default ""
        The system's words for it, which `message` tells among other things; the
        message itself when left out.
    """

    def __init__(
        self, path: str | os.PathLike[str], message: str, *, hint: str = "", reason: str = ""
    ) -> None:
        super().__init__(f"{os.fspath(path)}: {message}", hint=hint)
        self.reason = reason or message


class ShapeError(EngineError, ValueError):
    """An array or tensor has another shape than the caller was told to give."""


class SettingsError(EngineError, ValueError):
    """A setting or option is outside its range or names something unknown."""


class ModelError(EngineError, ValueError):
    """A model bundle or weight file is missing, damaged or does not fit."""


class DataError(EngineError, ValueError):
    """Training or evaluation data are inconsistent."""


class PluginError(EngineError, LookupError):
    """A reader, decoder, task, exporter or panel is unknown or failed to load."""


class JobCancelledError(EngineError):
    """The job was asked to stop and did."""

    def __init__(self) -> None:
        super().__init__("cancelled")
