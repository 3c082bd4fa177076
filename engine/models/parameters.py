"""How many parameters a model has, and how many of them train."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from engine.models.adapter_files import is_adapter, n_stored, trains
from engine.models.bottleneck import add_bottlenecks
from engine.models.encoder import build_encoder
from engine.models.segmenter import Segmenter, build_decoder, encoder_norm
from engine.models.spec import ModelSpec
from engine.models.strict import shapes_of


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


def part_of(name: str) -> str:
    """Say to which part of a model a parameter belongs.

    Parameters
    ----------
    name : str
        Its name in a `Segmenter`.

    Returns
    -------
    {"encoder", "adapters", "decoder"}
        Adapters sit inside the encoder but count apart.
    """
    if name.startswith("decoder."):
        return "decoder"
    return "adapters" if is_adapter(name) else "encoder"


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
        part = part_of(name)
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
        encoder = build_encoder(spec.encoder, norm=encoder_norm(spec), initialise=False)
        model = Segmenter(encoder, build_decoder(spec))
        if spec.tuning.method == "adapter":
            add_bottlenecks(encoder.vit, spec.tuning.rank)
    for name, parameter in encoder.named_parameters():
        parameter.requires_grad = trains(name, spec.tuning)
    rows = parameter_table(model)
    if spec.tuning.method != "lora":
        return rows
    n_added = n_stored(shapes_of(encoder.vit), spec.tuning)
    return (rows[0], ParameterRow("adapters", n_added, n_added), *rows[1:])
