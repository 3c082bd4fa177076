"""How many parameters a model has, and how many of them train."""

from __future__ import annotations

from dataclasses import dataclass

from engine.models.segmenter import Segmenter


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """Parameters of one part of a model.

    Parameters
    ----------
    part : str
        ``encoder``, ``adapters`` or ``decoder``.
    total, trainable : int
        Numbers of parameters.
    """

    part: str
    total: int
    trainable: int


def parameter_table(model: Segmenter) -> tuple[ParameterRow, ...]:
    """Count the parameters of a model by part.

    Parameters
    ----------
    model : Segmenter
        With or without adapters.

    Returns
    -------
    tuple of ParameterRow
        Encoder, adapters (if there are any), decoder.
    """
    counts = {"encoder": [0, 0], "adapters": [0, 0], "decoder": [0, 0]}
    for name, parameter in model.named_parameters():
        part = "adapters" if ".lora_" in name else name.partition(".")[0]
        counts[part][0] += parameter.numel()
        counts[part][1] += parameter.numel() if parameter.requires_grad else 0
    return tuple(
        ParameterRow(part, total, trainable)
        for part, (total, trainable) in counts.items()
        if total or part != "adapters"
    )
