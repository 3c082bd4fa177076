"""What a model consists of, as a value that can be stored as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.errors import ModelError
from engine.models.designs import encoder_design

METHODS = ("frozen", "lora", "full")
"""Ways to tune an encoder."""

_MAX_CLASSES = 255
_MAX_RANK = 1024


@dataclass(frozen=True, slots=True)
class TuningSpec:
    """How the encoder is tuned.

    Parameters
    ----------
    method : {"frozen", "lora", "full"}
        Not at all, by low-rank adapters in the attention, or all of it.
    rank : int, default 8
        Rank of the adapters.
    alpha : float, default 1.0
        The adapters' product is scaled by ``alpha / rank``.

    Raises
    ------
    ModelError
        If a value is outside its range.
    """

    method: str = "frozen"
    rank: int = 8
    alpha: float = 1.0

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise ModelError(
                f"tuning {self.method!r} is not known", hint=f"Choose {', '.join(METHODS)}."
            )
        if not _is_int(self.rank) or not 1 <= self.rank <= _MAX_RANK:
            raise ModelError(
                f"rank {self.rank!r} is not a whole number of 1 to {_MAX_RANK}",
                hint="Use one such as 8.",
            )
        if not _is_number(self.alpha) or not 0 < self.alpha < float("inf"):
            raise ModelError(
                f"alpha {self.alpha!r} is not a positive number", hint="Use one such as 1."
            )

    def to_json(self) -> dict[str, Any]:
        """Return the values as JSON types."""
        return {"method": self.method, "rank": self.rank, "alpha": float(self.alpha)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> TuningSpec:
        """Build it from `to_json`'s values."""
        _check_keys("tuning", values, cls.__slots__)
        return cls(**values)


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """Encoder, decoder and tuning of a segmentation model.

    Parameters
    ----------
    encoder : str
        Id of the encoder, for example ``dinov2-vits14``.
    decoder : str
        Name of a registered decoder.
    n_classes : int
        Number of classes, background included.
    tuning : TuningSpec, optional
        How the encoder is tuned; frozen by default.
    decoder_options : mapping, optional
        Keyword options of the decoder, JSON types only.

    Raises
    ------
    ModelError
        If a value is outside its range or the encoder is unknown.
    """

    encoder: str
    decoder: str
    n_classes: int
    tuning: TuningSpec = field(default_factory=TuningSpec)
    decoder_options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not _is_name(self.encoder):
            raise ModelError(f"encoder {self.encoder!r} is not a name")
        encoder_design(self.encoder)
        if not _is_name(self.decoder):
            raise ModelError(f"decoder {self.decoder!r} is not a name")
        if not _is_int(self.n_classes) or not 2 <= self.n_classes <= _MAX_CLASSES:
            raise ModelError(
                f"n_classes {self.n_classes!r} is not a whole number of 2 to {_MAX_CLASSES}"
            )
        _check_table("decoder options", self.decoder_options)

    def to_json(self) -> dict[str, Any]:
        """Return the values as JSON types."""
        return {
            "encoder": self.encoder,
            "decoder": self.decoder,
            "n_classes": self.n_classes,
            "tuning": self.tuning.to_json(),
            "decoder_options": dict(self.decoder_options),
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> ModelSpec:
        """Build it from `to_json`'s values.

        Parameters
        ----------
        values : mapping
            What `to_json` returned; ``tuning`` and ``decoder_options`` may be
            missing.

        Returns
        -------
        ModelSpec
            The same model.

        Raises
        ------
        ModelError
            If a value is missing, unknown or outside its range.
        """
        _check_keys("model", values, cls.__slots__)
        for key in ("encoder", "decoder", "n_classes"):
            if key not in values:
                raise ModelError(f"model: {key} is missing")
        given = dict(values)
        given["tuning"] = TuningSpec.from_json(given.get("tuning", {}))
        return cls(**given)


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _check_table(subject: str, values: object) -> None:
    if not isinstance(values, Mapping) or not all(isinstance(key, str) for key in values):
        raise ModelError(f"{subject}: {values!r} is no table")


def _check_keys(subject: str, values: Mapping[str, Any], known: tuple[str, ...]) -> None:
    _check_table(subject, values)
    unknown = [key for key in values if key not in known]
    if unknown:
        raise ModelError(f"{subject}: {unknown[0]!r} is not known")
