"""A model bundle: a folder with tensors, and JSON that says what they are.

Reading one here needs no torch; `engine.store.loading` builds the network.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any

from engine.core.class_scheme import ClassScheme
from engine.errors import DataError, EngineError, ModelError
from engine.models.spec import ModelSpec
from engine.preprocessing.pipeline import Pipeline

MODEL = "model.json"
PIPELINE = "pipeline.json"
CARD = "README.md"
DECODER = "decoder.safetensors"
ENCODER = "encoder.safetensors"
ADAPTER = "adapter_model.safetensors"
ADAPTER_CONFIG = "adapter_config.json"

_SCHEMA = 1
_JSON_LIMIT = 4 << 20
_ANEW = "Get the bundle again, or train the model anew."


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a bundle says of itself.

    Parameters
    ----------
    path : pathlib.Path
        Its folder.
    name : str
        How it is called in lists and by ``--model``.
    task : str
        The task it was trained for.
    spec : ModelSpec
        Encoder, decoder and tuning.
    classes : ClassScheme
        What its outputs mean.
    pipeline : Pipeline
        How amplitudes are normalised.
    encoder_sha256 : str
        Hash of the encoder's weights: of the file in the bundle if all of the
        encoder was trained, else of the one in the weight store.
    image_size : tuple of int
        Rows and columns it was trained with.
    training : mapping, optional
        Settings, data and scores, JSON types only.
    version, created : str, optional
        Outcrop's version and the time, UTC, ISO 8601.

    Raises
    ------
    ModelError
        If the number of classes is not that of the decoder.
    """

    path: Path
    name: str
    task: str
    spec: ModelSpec
    classes: ClassScheme
    pipeline: Pipeline
    encoder_sha256: str
    image_size: tuple[int, int]
    training: Mapping[str, Any] = field(default_factory=dict)
    version: str = ""
    created: str = ""

    def __post_init__(self) -> None:
        if len(self.classes) != self.spec.n_classes:
            raise ModelError(
                f"{self.path}: {len(self.classes)} classes, but {self.spec.n_classes} outputs",
                hint=_ANEW,
            )

    @property
    def files(self) -> tuple[str, ...]:
        """Names of the files with tensors and their configuration."""
        if self.spec.tuning.stores_adapters:
            return (DECODER, ADAPTER, ADAPTER_CONFIG)
        return (DECODER, ENCODER) if self.spec.tuning.method == "full" else (DECODER,)

    def to_json(self) -> dict[str, Any]:
        """Return the contents of ``model.json``; the pipeline has its own file."""
        return {
            "schema": _SCHEMA,
            "name": self.name,
            "task": self.task,
            "model": self.spec.to_json(),
            "encoder_sha256": self.encoder_sha256,
            "classes": self.classes.to_json(),
            "image_size": list(self.image_size),
            "training": dict(self.training),
            "version": self.version,
            "created": self.created,
        }


def is_bundle(path: Path) -> bool:
    """Tell whether a folder claims to be a bundle."""
    return (path / MODEL).is_file()


def read_bundle(path: Path) -> Bundle:
    """Read and check all of a bundle but its tensors.

    Parameters
    ----------
    path : pathlib.Path
        Its folder.

    Returns
    -------
    Bundle
        All its files are there.

    Raises
    ------
    ModelError
        If it is no bundle, a file is missing, or the JSON is damaged or of
        another version.
    """
    if not is_bundle(path):
        raise ModelError(
            f"{path}: not a model bundle (no {MODEL})",
            hint="Name a bundle's folder, or one of 'outcrop models list'.",
        )
    values = read_json(path / MODEL)
    if values.get("schema") != _SCHEMA:
        raise ModelError(
            f"{path / MODEL}: schema {values.get('schema')!r}, this version reads {_SCHEMA}",
            hint="Update Outcrop, or train the model anew.",
        )
    try:
        bundle = _from_json(path, values, Pipeline.from_json(read_json(path / PIPELINE)))
    except (ModelError, DataError) as error:
        if str(error).startswith(str(path)):
            raise
        raise ModelError(f"{path}: {error}", hint=error.hint or _ANEW) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelError(f"{path / MODEL}: incomplete ({error})", hint=_ANEW) from error
    for name in bundle.files:
        if not (path / name).is_file():
            raise ModelError(f"{path}: {name} is missing", hint=_ANEW)
    return bundle


def read_json(path: Path) -> dict[str, Any]:
    """Read a table from a JSON file of a bundle.

    Parameters
    ----------
    path : pathlib.Path
        The file.

    Returns
    -------
    dict
        The table.

    Raises
    ------
    ModelError
        If it is missing, too long to be one, or not a table in JSON.
    """
    try:
        with path.open("rb") as file:
            text = file.read(_JSON_LIMIT + 1)
        if len(text) > _JSON_LIMIT:
            raise ModelError(f"{path}: longer than {_JSON_LIMIT} bytes", hint=_ANEW)
        values = json.loads(text)
    except EngineError:
        raise
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror})", hint=_ANEW) from error
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{path}: not JSON ({error})", hint=_ANEW) from error
    if not isinstance(values, dict):
        raise ModelError(f"{path}: holds a {type(values).__name__}, not a table", hint=_ANEW)
    return values


def _from_json(path: Path, values: Mapping[str, Any], pipeline: Pipeline) -> Bundle:
    rows, cols = values["image_size"]
    training = values.get("training", {})
    if not isinstance(training, dict):
        raise TypeError("training is no table")
    return Bundle(
        path=path,
        name=_plain_name(values),
        task=_text(values, "task"),
        spec=ModelSpec.from_json(values["model"]),
        classes=ClassScheme.from_json(values["classes"]),
        pipeline=pipeline,
        encoder_sha256=_text(values, "encoder_sha256"),
        image_size=(int(rows), int(cols)),
        training=training,
        version=str(values.get("version", "")),
        created=str(values.get("created", "")),
    )


def _plain_name(values: Mapping[str, Any]) -> str:
    """Take the name, of which names of files are made."""
    name = _text(values, "name")
    if name == ".." or PurePath(name).name != name:
        raise ValueError(f"the name {name!r} could not be that of a folder")
    return name


def _text(values: Mapping[str, Any], key: str) -> str:
    value = values[key]
    if not isinstance(value, str) or not value:
        raise ValueError(f"{key} is {value!r}")
    return value
