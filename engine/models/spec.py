"""What a model consists of, as a value that can be stored as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.errors import ModelError
from engine.models.designs import check_pair, encoder_design

METHODS = ("frozen", "full", "lora", "adapter", "norms")
"""Ways to tune an encoder."""

TARGETS = ("attention", "attention+mlp")
"""Layers that low-rank adapters go into."""

_MAX_CLASSES = 255
_MAX_RANK = 1024


@dataclass(frozen=True, slots=True)
class TuningSpec:
    """How the encoder is tuned.

    Parameters
    ----------
    method : {"frozen", "full", "lora", "adapter", "norms"}
        Not at all; all of it; by low-rank adapters; by bottlenecks after
        attention and MLP of each block; or its biases and norms only.
    rank : int, default 8
        Rank of the low-rank adapters, or width of the bottlenecks.
    alpha : float, default 1.0
        The low-rank product is scaled by ``alpha / rank``.
    targets : {"attention", "attention+mlp"}
        Layers that low-rank adapters go into.
    dora : bool, default False
        Whether low-rank adapters learn length and direction of each row apart.
    rslora : bool, default False
        Whether to scale by ``alpha / sqrt(rank)`` instead.

    Raises
    ------
    ModelError
        If a value is outside its range, or a variant of the low-rank adapters
        is asked for without them.
    """

    method: str = "frozen"
    rank: int = 8
    alpha: float = 1.0
    targets: str = "attention"
    dora: bool = False
    rslora: bool = False

    def __post_init__(self) -> None:
        _check_choice("tuning", self.method, METHODS)
        _check_choice("targets", self.targets, TARGETS)
        if not _is_int(self.rank) or not 1 <= self.rank <= _MAX_RANK:
            raise ModelError(
                f"rank {self.rank!r} is not a whole number of 1 to {_MAX_RANK}",
                hint="Use one such as 8.",
            )
        if not _is_number(self.alpha) or not 0 < self.alpha < float("inf"):
            raise ModelError(
                f"alpha {self.alpha!r} is not a positive number", hint="Use one such as 1."
            )
        for name in ("dora", "rslora"):
            value = getattr(self, name)
            if not isinstance(value, bool):
                raise ModelError(f"{name} {value!r} is neither true nor false")
            if value and self.method != "lora":
                raise ModelError(
                    f"{name} is a variant of the tuning lora, not of {self.method}",
                    hint=f"Choose the tuning lora, or leave {name} out.",
                )

    @property
    def scale(self) -> float:
        """What the low-rank product is multiplied by."""
        return float(self.alpha / (self.rank**0.5 if self.rslora else self.rank))

    @property
    def stores_adapters(self) -> bool:
        """Whether a bundle holds tensors of the encoder beside its frozen weights."""
        return self.method in {"lora", "adapter", "norms"}

    @property
    def title(self) -> str:
        """The tuning in words."""
        match self.method:
            case "lora":
                switches = {"DoRA": self.dora, "rsLoRA": self.rslora}
                variants = [name for name, on in switches.items() if on]
                where = "attention" if self.targets == "attention" else "attention and MLP"
                values = [f"rank {self.rank}", f"alpha {self.alpha:g}", *variants]
                return f"low-rank adapters in the {where} ({', '.join(values)})"
            case "adapter":
                return f"bottlenecks of {self.rank} channels after attention and MLP"
            case "norms":
                return "biases and norms"
            case "full":
                return "all of it"
            case _:
                return "frozen"

    def to_json(self) -> dict[str, Any]:
        """Return the values as JSON types."""
        return {
            "method": self.method,
            "rank": self.rank,
            "alpha": float(self.alpha),
            "targets": self.targets,
            "dora": self.dora,
            "rslora": self.rslora,
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> TuningSpec:
        """Build it from `to_json`'s values; all of them may be missing."""
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
        If a value is outside its range, the encoder is unknown, or encoder, decoder
        and tuning do not go together.
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
        check_pair(self.encoder, self.decoder, self.tuning.method)

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


def _check_choice(subject: str, value: object, known: tuple[str, ...]) -> None:
    if value not in known:
        raise ModelError(f"{subject} {value!r} is not known", hint=f"Choose {', '.join(known)}.")


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
