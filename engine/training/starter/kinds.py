"""What the starters learn: one kind of synthetic image for each task."""

from __future__ import annotations

from dataclasses import dataclass

from engine.models.spec import ModelSpec, TuningSpec

ENCODER = "outcrop-vit-tiny14"
"""The encoder that all starters share."""

_DECODER, _WIDTH = "pup", 32


@dataclass(frozen=True, slots=True)
class Kind:
    """Images and classes of one task.

    Parameters
    ----------
    task : str
        Name of the task, of its preset, and of its generator.
    bundle : str
        Name of the starter that comes of it.
    n_classes : int
        Classes, background included.
    rare : tuple of float
        Weight of all classes but the background in the cross-entropy, when
        training begins and when it ends.
    """

    task: str
    bundle: str
    n_classes: int
    rare: tuple[float, float] = (1.0, 1.0)

    @property
    def spec(self) -> ModelSpec:
        """Encoder and decoder; the encoder is stored once, beside the bundles."""
        return ModelSpec(
            encoder=ENCODER,
            decoder=_DECODER,
            n_classes=self.n_classes,
            tuning=TuningSpec("frozen"),
            decoder_options={"width": _WIDTH},
        )


KINDS = (
    Kind("fault", "faults-starter", 2, rare=(8.0, 2.0)),
    Kind("salt", "salt-starter", 2),
    Kind("crater", "craters-starter", 2, rare=(2.0, 1.0)),
    Kind("das", "das-starter", 2, rare=(4.0, 1.5)),
    Kind("facies", "facies-starter", 6),
)
"""All kinds, in the order in which a run takes them."""
