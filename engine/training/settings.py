"""Settings of a training run, as a value that can be stored as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from engine.data.augmentation import AugmentationSettings
from engine.data.split_settings import SplitSettings
from engine.errors import SettingsError
from engine.models.designs import PATCH, EncoderDesign, encoder_design
from engine.tasks.losses import LossSettings
from engine.tasks.preset import SCHEDULES, LearningRateSettings, Preset

PRECISIONS = ("auto", "bfloat16", "float32")
"""Ways to compute; ``auto`` is bfloat16 on CUDA and float32 elsewhere."""

_MAX_SIDE = 4096
_MOST_SEED = 2**32 - 1


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """How a model is trained: all that its weights depend on.

    Parameters
    ----------
    size : tuple of int
        Rows and columns of the network's input, multiples of 14.
    batch : int
        Samples computed at once, in each process.
    epochs : int
        Passes over the training files.
    warmup_epochs : float
        Length of the warm-up; may be a fraction.
    learning_rate : LearningRateSettings
        Peak rates of encoder, adapters and decoder.
    weight_decay : float, default 0.01
        Of matrices and kernels; norms and biases have none.
    seed : int, default 0
        Decides the split, the start weights and the order of samples.
    fit : {"auto", "resize", "crop"}, default "auto"
        How images are brought to `size`.
    split : SplitSettings, optional
        Division into training, validation and test.
    loss : LossSettings, optional
        What is made small.
    augmentation : AugmentationSettings, optional
        How training samples are changed at random.
    clip_gradient : float, default 1.0
        Largest norm of the gradient; larger ones are scaled down.
    accumulate : int, default 1
        Batches whose gradients are added up before a step.
    ema : float, default 0.0
        Decay of a moving average of the weights, which is then what is validated
        and kept; 0 for none.
    patience : int, default 0
        Epochs without a better validation after which the run ends; 0 for never.
    precision : {"auto", "bfloat16", "float32"}, default "auto"
        What the network computes in; weights and losses are float32 always.
    compile : bool, default False
        Whether torch compiles the network; minutes at the start, faster steps.
    checkpoint_activations : bool, default False
        Whether activations of the encoder are computed again in the backward
        pass: a third more time, much less memory.
    cache_features : bool, default True
        Whether the features of a frozen encoder are computed only once.
    schedule : {"cosine", "constant"}, default "cosine"
        What learning rates do after the warm-up.

    Raises
    ------
    SettingsError
        If a value is outside its range.
    """

    size: tuple[int, int]
    batch: int
    epochs: int
    warmup_epochs: float
    learning_rate: LearningRateSettings
    weight_decay: float = 0.01
    seed: int = 0
    fit: str = "auto"
    split: SplitSettings = field(default_factory=SplitSettings)
    loss: LossSettings = field(default_factory=LossSettings)
    augmentation: AugmentationSettings = field(default_factory=AugmentationSettings)
    clip_gradient: float = 1.0
    accumulate: int = 1
    ema: float = 0.0
    patience: int = 0
    precision: str = "auto"
    compile: bool = False
    checkpoint_activations: bool = False
    cache_features: bool = True
    schedule: str = "cosine"

    def __post_init__(self) -> None:
        for side in self.size:
            if side % PATCH or not PATCH <= side <= _MAX_SIDE:
                near = min(max(1, round(side / PATCH)), _MAX_SIDE // PATCH) * PATCH
                raise SettingsError(
                    f"an input of {side} pixels is no multiple of {PATCH} "
                    f"from {PATCH} to {_MAX_SIDE}",
                    hint=f"Choose {near}, for example.",
                )
        _check(self.batch >= 1, f"a batch of {self.batch} samples", "Choose at least 1.")
        _check(self.epochs >= 1, f"a run of {self.epochs} epochs", "Choose at least 1.")
        _check(
            0 <= self.warmup_epochs <= self.epochs,
            f"a warm-up of {self.warmup_epochs:g} epochs in a run of {self.epochs}",
            "Choose a warm-up that is no longer than the run.",
        )
        _check(
            0 <= self.seed <= _MOST_SEED,
            f"a seed of {self.seed}",
            f"Choose one from 0 to {_MOST_SEED}.",
        )
        _check(
            0 <= self.weight_decay < float("inf"),
            f"a weight decay of {self.weight_decay:g}",
            "Choose 0.01, or 0 for none.",
        )
        _check(self.clip_gradient > 0, f"a gradient clip of {self.clip_gradient}", "Choose 1.")
        _check(self.accumulate >= 1, f"a step of {self.accumulate} batches", "Choose at least 1.")
        _check(0 <= self.ema < 1, f"a decay of {self.ema:g}", "Choose 0 for none, or 0.999.")
        _check(self.patience >= 0, f"a patience of {self.patience} epochs", "Choose 0 for none.")
        _check(
            self.precision in PRECISIONS,
            f"precision {self.precision!r}",
            f"Choose {', '.join(PRECISIONS)}.",
        )
        _check(
            self.schedule in SCHEDULES,
            f"schedule {self.schedule!r}",
            f"Choose {' or '.join(SCHEDULES)}.",
        )

    @classmethod
    def from_preset(
        cls, preset: Preset, *, encoder: str = "", **overrides: Any
    ) -> TrainingSettings:
        """Take a task's defaults and change some.

        Parameters
        ----------
        preset : Preset
            The defaults.
        encoder : str, default ""
            What is trained, which may want another rate.
        **overrides : object
            Fields by name; None keeps the default.

        Returns
        -------
        TrainingSettings
            The warm-up keeps its share of the run when only `epochs` is given.

        Raises
        ------
        SettingsError
            If a value is outside its range.
        ModelError
            If the encoder is unknown.
        """
        rates = preset.learning_rate
        design = encoder_design(encoder) if encoder else None
        if isinstance(design, EncoderDesign) and design.full_rate:
            rates = replace(rates, encoder=design.full_rate)
        values: dict[str, Any] = {
            "size": preset.size,
            "batch": preset.batch,
            "epochs": preset.epochs,
            "learning_rate": rates,
            "weight_decay": preset.weight_decay,
            "schedule": preset.schedule,
            "augmentation": AugmentationSettings(flip=preset.flip),
        }
        values |= {key: value for key, value in overrides.items() if value is not None}
        share = preset.warmup_epochs / preset.epochs
        values.setdefault("warmup_epochs", values["epochs"] * share)
        return cls(**values)

    def to_json(self) -> dict[str, Any]:
        """Return all fields under their names."""
        return {
            **asdict(self),
            "size": list(self.size),
            "split": self.split.to_json(),
            "loss": self.loss.to_json(),
            "augmentation": self.augmentation.to_json(),
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> TrainingSettings:
        """Build settings from what `to_json` returned.

        Fields that have a default may be missing: stored runs know no later ones.

        Raises
        ------
        SettingsError
            If a field is missing, unknown or outside its range.
        """
        try:
            rows, cols = values["size"]
            nested = {
                "size": (int(rows), int(cols)),
                "learning_rate": LearningRateSettings(**values["learning_rate"]),
                "split": SplitSettings.from_json(values["split"]),
                "loss": LossSettings.from_json(values["loss"]),
                "augmentation": AugmentationSettings.from_json(values["augmentation"]),
            }
            return cls(**{**values, **nested})
        except (KeyError, TypeError, ValueError) as error:
            if isinstance(error, SettingsError):
                raise
            raise SettingsError(f"training settings do not fit ({error})") from error


@dataclass(frozen=True, slots=True)
class CheckpointSettings:
    """How often the state of a run is written; its weights do not depend on it.

    Parameters
    ----------
    minutes : float, default 10
        After so many minutes without a checkpoint; there is one after each epoch
        anyway.
    steps : int, default 0
        After so many steps too; 0 for no such limit.
    keep_every : int, default 0
        Keep each epoch whose number is a multiple of this, and the last one, as
        bundles to go back to; 0 to keep the best one only.
    keep_gib : float, default 1
        What those bundles may take; the oldest go first.

    Raises
    ------
    SettingsError
        If a value is outside its range.
    """

    minutes: float = 10.0
    steps: int = 0
    keep_every: int = 0
    keep_gib: float = 1.0

    @property
    def keep_bytes(self) -> int:
        """What bundles of epochs may take, bytes."""
        return int(self.keep_gib * 2**30)

    def __post_init__(self) -> None:
        _check(self.minutes > 0, f"a checkpoint every {self.minutes:g} minutes", "Choose 10.")
        _check(self.steps >= 0, f"a checkpoint every {self.steps} steps", "Choose 0 for none.")
        _check(self.keep_every >= 0, f"keeping every {self.keep_every}th epoch", "Choose 0 or 5.")
        _check(
            0 <= self.keep_gib < float("inf"),
            f"{self.keep_gib:g} GiB of kept epochs",
            "Choose 1, for example.",
        )


def _check(holds: bool, fact: str, hint: str) -> None:  # noqa: FBT001 - reads as an assertion
    if not holds:
        raise SettingsError(f"{fact} is not possible", hint=hint)
