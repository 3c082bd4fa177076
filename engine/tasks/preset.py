"""Presets: what a task's classes are and how its published runs were made."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType
from typing import Any

from engine.core.class_scheme import ClassScheme
from engine.errors import DataError, SettingsError

_SCHEMA = 1

SCHEDULES = ("cosine", "constant")
"""What learning rates do after the warm-up: fall along half a cosine, or stay."""


@dataclass(frozen=True, slots=True)
class LearningRateSettings:
    """Peak learning rates, one for each part of a model.

    Parameters
    ----------
    encoder : float
        Of a pre-trained encoder tuned in full; the smallest.
    adapters : float
        Of low-rank adapters in a frozen encoder.
    decoder : float
        Of a decoder that starts at random.

    Raises
    ------
    SettingsError
        If a rate is not above 0 and at most 1.
    """

    encoder: float
    adapters: float
    decoder: float

    def __post_init__(self) -> None:
        for part in ("encoder", "adapters", "decoder"):
            rate = getattr(self, part)
            if not 0 < rate <= 1:
                raise SettingsError(
                    f"learning rate of the {part} is {rate}", hint="Choose one such as 1e-4."
                )


@dataclass(frozen=True, slots=True)
class PublishedData:
    """The published data set of a task.

    Parameters
    ----------
    folder : str
        Name of the task's folder in it.
    training, test : int
        Pairs in either part.
    slice_step, first_test_slice : int, optional
        For files that are slices of one volume: slices from one file to the
        next, and the slice that is the first of the test part.
    """

    folder: str
    training: int
    test: int
    slice_step: int | None = None
    first_test_slice: int | None = None


@dataclass(frozen=True, slots=True)
class Preset:
    """Defaults of one task; each can be overridden when training.

    Parameters
    ----------
    name, title : str
        Key and name for people.
    domain : str
        Kind of data: ``seismic``, ``lunar``, ``das`` or ``any``.
    classes : ClassScheme
        The classes in the order of their ids.
    stored_size : tuple of int or None
        Rows and columns of the published raw files, if there are any.
    size : tuple of int
        Rows and columns fed to the network.
    batch : int
        Samples in a batch.
    epochs, warmup_epochs : int
        Length of the run and of its warm-up.
    schedule : str
        What rates do after the warm-up, one of `SCHEDULES`.
    learning_rate : LearningRateSettings
        Peak rates.
    weight_decay : float
        Of matrices and kernels; norms and biases have none.
    flip : bool
        Whether samples are mirrored left to right.
    decoder : str
        Decoder taken when none is named.
    tuning : mapping of str to str
        Best tuning method for each decoder.
    published : PublishedData or None
        The data of the published runs.
    """

    name: str
    title: str
    domain: str
    classes: ClassScheme
    stored_size: tuple[int, int] | None
    size: tuple[int, int]
    batch: int
    epochs: int
    warmup_epochs: int
    schedule: str
    learning_rate: LearningRateSettings
    weight_decay: float
    flip: bool
    decoder: str
    tuning: Mapping[str, str]
    published: PublishedData | None = None

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Preset:
        """Build a preset from the contents of its file.

        Parameters
        ----------
        value : mapping
            As in ``resources/presets``.

        Returns
        -------
        Preset
            The values, checked.

        Raises
        ------
        DataError
            If a value is missing or of the wrong kind, or the schema is another.
        """
        try:
            if value["schema"] != _SCHEMA:
                raise DataError(f"preset of schema {value['schema']}, not {_SCHEMA}")
            if value["schedule"] not in SCHEDULES:
                raise DataError(f"preset with a schedule {value['schedule']!r}")
            rates, published = value["learning_rate"], value["published"]
            return cls(
                name=str(value["name"]),
                title=str(value["title"]),
                domain=str(value["domain"]),
                classes=ClassScheme.from_json(value["classes"]),
                stored_size=_size(value["stored_size"]) if value["stored_size"] else None,
                size=_size(value["size"]),
                batch=int(value["batch"]),
                epochs=int(value["epochs"]),
                warmup_epochs=int(value["warmup_epochs"]),
                schedule=str(value["schedule"]),
                learning_rate=LearningRateSettings(
                    float(rates["encoder"]), float(rates["adapters"]), float(rates["decoder"])
                ),
                weight_decay=float(value["weight_decay"]),
                flip=bool(value["flip"]),
                decoder=str(value["decoder"]),
                tuning=MappingProxyType(dict(value["tuning"])),
                published=PublishedData(**published) if published else None,
            )
        except (KeyError, TypeError, ValueError) as error:
            if isinstance(error, DataError | SettingsError):
                raise
            raise DataError(f"preset is incomplete ({error})") from error


def load_preset(name: str) -> Preset:
    """Read a preset that ships with Outcrop.

    Parameters
    ----------
    name : str
        For example ``salt``.

    Returns
    -------
    Preset
        Its values.

    Raises
    ------
    DataError
        If there is no such preset, or it is damaged.
    """
    file = resources.files("resources").joinpath("presets", f"{name}.json")
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise DataError(f"no preset {name!r} is installed", hint="Reinstall Outcrop.") from error
    return Preset.from_json(json.loads(text))


def _size(value: Any) -> tuple[int, int]:
    rows, cols = value
    return int(rows), int(cols)
