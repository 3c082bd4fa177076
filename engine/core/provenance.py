"""What made a result, and from what."""

from __future__ import annotations

import datetime as dt
import getpass
from dataclasses import asdict, dataclass, field
from importlib import metadata
from typing import Any

from engine.core.prediction_options import PLAIN, PredictionOptions


def program_version() -> str:
    """Return the version of the installed distribution."""
    return metadata.version("outcrop")


def user_name() -> str:
    """Return the name of the account, as the first author of labels."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # an account without a name, as in some containers
        return "interpreter"


def _now_utc() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True)
class Provenance:
    """The record that goes with every exported file.

    Parameters
    ----------
    source : str
        Name of the input file.
    model : str
        Name of the model bundle.
    encoder_sha256 : str
        Hash of the encoder's weights.
    pipeline : str
        Fingerprint of the preprocessing.
    version : str
        Version of Outcrop.
    created : str
        UTC, ISO 8601.
    processing : tuple of dict, default ()
        Steps through which amplitudes went before the model saw them, in their
        order, as JSON values; none where it saw them as recorded.
    prediction : PredictionOptions, optional
        What was done beyond the model's plain answer; nothing when left out.
    """

    source: str
    model: str
    encoder_sha256: str
    pipeline: str
    version: str = field(default_factory=program_version)
    created: str = field(default_factory=_now_utc)
    processing: tuple[dict[str, Any], ...] = ()
    prediction: PredictionOptions = PLAIN

    def to_json(self) -> dict[str, Any]:
        """Return all fields under their names."""
        return asdict(self)
