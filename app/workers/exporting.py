"""What is exported, as chosen in the dialog."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.core.prediction_options import PLAIN, PredictionOptions
from engine.preprocessing.das_chain import DasChain
from engine.session.model_info import ModelInfo

CRATERS = "craters"


@dataclass(frozen=True, slots=True)
class ExportChoice:
    """One export of a whole volume.

    Parameters
    ----------
    source : pathlib.Path
        The volume's file.
    reader_options : dict of str to object
        How it was opened.
    model : ModelInfo
        Which bundle.
    device : str
        ``auto``, ``cuda``, ``mps`` or ``cpu``.
    direction : str
        Direction of the sections that the model sees.
    content : {"classes", "probabilities", "events", "craters"}
        What is written; of a record its events, of an image its craters.
    path : pathlib.Path
        The output.
    nan_as_no_data : bool, default False
        Take samples that are not finite as missing, instead of refusing them.
    overwrite : bool, default False
        Whether an existing file may be replaced.
    chain : DasChain, optional
        What is done to a record before the model sees it; at first nothing.
    options : PredictionOptions, optional
        What is done beyond the model's plain answer; nothing when left out.
    """

    source: Path
    reader_options: dict[str, Any]
    model: ModelInfo
    device: str
    direction: str
    content: str
    path: Path
    nan_as_no_data: bool = False
    overwrite: bool = False
    chain: DasChain = field(default_factory=DasChain)
    options: PredictionOptions = PLAIN


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export left behind.

    Parameters
    ----------
    paths : tuple of pathlib.Path
        The files.
    lines : tuple of str
        The comparison with the source, each a fact that was checked; for events,
        what was found.
    is_compared : bool, default True
        Whether `lines` are a comparison.
    """

    paths: tuple[Path, ...]
    lines: tuple[str, ...]
    is_compared: bool = True
