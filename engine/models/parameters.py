"""How many parameters a model has, and how many of them train."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from engine.models.designs import encoder_design
from engine.models.encoder import Encoder
from engine.models.lora import targets
from engine.models.segmenter import Segmenter, build_decoder
from engine.models.spec import ModelSpec


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


def planned_parameters(spec: ModelSpec) -> tuple[ParameterRow, ...]:
    """Count the parameters that a model would have, without weights or adapters.

    Parameters
    ----------
    spec : ModelSpec
        The model.

    Returns
    -------
    tuple of ParameterRow
        As `parameter_table` of the model once its tuning is applied; no memory
        is taken for the tensors.

    Raises
    ------
    PluginError
        If the decoder is unknown.
    """
    with torch.device("meta"):
        encoder = Encoder(encoder_design(spec.encoder), initialise=False)
        model = Segmenter(encoder, build_decoder(spec))
    model.encoder.requires_grad_(requires_grad=spec.tuning.method == "full")
    rows = parameter_table(model)
    if spec.tuning.method != "lora":
        return rows
    layers = targets(model.encoder).values()
    n_added = sum(spec.tuning.rank * (layer.in_features + layer.out_features) for layer in layers)
    return (rows[0], ParameterRow("adapters", n_added, n_added), *rows[1:])
