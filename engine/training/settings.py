"""Settings of a training run, as a value that can be stored as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from engine.errors import SettingsError
from engine.models.designs import PATCH
from engine.tasks.preset import LearningRateSettings, Preset

_MAX_SIDE = 4096
_MOST_SEED = 2**32 - 1


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """How a model is trained.

    Parameters
    ----------
    size : tuple of int
        Rows and columns of the network's input, multiples of 14.
    batch : int
        Samples in a batch.
    epochs : int
        Passes over the training files.
    warmup_epochs : float
        Length of the warm-up; may be a fraction.
    learning_rate : LearningRateSettings
        Peak rates of encoder, adapters and decoder.
    weight_decay : float, default 0.01
        Of matrices and kernels; norms and biases have none.
    validation : float, default 0.1
        Share of the files that are validated on and never trained on.
    seed : int, default 0
        Decides the split, the start weights and the order of samples.
    fit : {"auto", "resize", "crop"}, default "auto"
        How images are brought to `size`.
    flip : bool, default True
        Whether samples are mirrored left to right at random.
    dice, cross_entropy : float, default 1
        Factors of the two losses.
    clip_gradient : float, default 1.0
        Largest norm of the gradient; larger ones are scaled down.

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
    validation: float = 0.1
    seed: int = 0
    fit: str = "auto"
    flip: bool = True
    dice: float = 1.0
    cross_entropy: float = 1.0
    clip_gradient: float = 1.0

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
            0 < self.validation < 1,
            f"a validation share of {self.validation:g}",
            "Choose one between 0 and 1, such as 0.1.",
        )
        _check(
            0 <= self.seed <= _MOST_SEED,
            f"a seed of {self.seed}",
            f"Choose one from 0 to {_MOST_SEED}.",
        )
        _check(self.weight_decay >= 0, f"a weight decay of {self.weight_decay}", "Choose 0.01.")
        _check(self.clip_gradient > 0, f"a gradient clip of {self.clip_gradient}", "Choose 1.")

    @classmethod
    def from_preset(cls, preset: Preset, **overrides: Any) -> TrainingSettings:
        """Take a task's defaults and change some.

        Parameters
        ----------
        preset : Preset
            The defaults.
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
        """
        values: dict[str, Any] = {
            "size": preset.size,
            "batch": preset.batch,
            "epochs": preset.epochs,
            "learning_rate": preset.learning_rate,
            "weight_decay": preset.weight_decay,
            "flip": preset.flip,
        }
        values |= {key: value for key, value in overrides.items() if value is not None}
        share = preset.warmup_epochs / preset.epochs
        values.setdefault("warmup_epochs", values["epochs"] * share)
        return cls(**values)

    def to_json(self) -> dict[str, Any]:
        """Return all fields under their names."""
        return {**asdict(self), "size": list(self.size)}


def _check(holds: bool, fact: str, hint: str) -> None:  # noqa: FBT001 - reads as an assertion
    if not holds:
        raise SettingsError(f"{fact} is not possible", hint=hint)
