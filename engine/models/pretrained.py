"""Encoders with their weights, and models to be trained."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from engine.core.fingerprint import sha256_file
from engine.errors import ModelError
from engine.models.designs import encoder_design
from engine.models.encoder import Encoder, build_encoder
from engine.models.segmenter import Segmenter, build, build_decoder
from engine.models.spec import ModelSpec
from engine.models.strict import load_strictly
from engine.models.weight_store import WeightsFile, WeightStore
from engine.models.weights import load_state


def load_encoder(name: str, weights: WeightStore) -> tuple[Encoder, WeightsFile]:
    """Build an encoder and load its weights from the store.

    Parameters
    ----------
    name : str
        Its id.
    weights : WeightStore
        Where they lie.

    Returns
    -------
    encoder : Encoder
        In evaluation mode, float32, on the CPU.
    file : WeightsFile
        What was loaded; its hash is the one in the record.

    Raises
    ------
    ModelError
        If the weights are not here, changed since they were recorded, or do not
        fit; the message names the first tensor.
    """
    file = weights.find(name)
    encoder: Encoder = fill_encoder(name, file)
    return encoder, file


def fill_encoder(name: str, file: WeightsFile, *, norm: str = "batch") -> Any:
    """Build an encoder and load its weights from a file.

    Parameters
    ----------
    name : str
        Its id.
    file : WeightsFile
        Weights in Outcrop's layout and the hash they must have.
    norm : {"batch", "group"}, default "batch"
        See `engine.models.segmenter.encoder_norm`.

    Returns
    -------
    Encoder or UNetEncoder
        In evaluation mode, float32, on the CPU.

    Raises
    ------
    ModelError
        If a tensor does not fit or the file has another hash.
    """
    # Memory is taken once, and no time is spent on random numbers.
    with torch.device("meta"):
        encoder = build_encoder(name, norm=norm, initialise=False)
    encoder.to_empty(device="cpu")
    load_strictly(str(file.path), encoder.backbone, load_state(file.path))
    if sha256_file(file.path) != file.sha256:
        raise ModelError(
            f"{file.path}: changed since it was recorded (SHA-256 differs)",
            hint=f"Remove the folder {file.path.parent} and fetch or import the weights again.",
        )
    return encoder.eval()


def start_model(spec: ModelSpec, weights: WeightStore) -> tuple[Segmenter, WeightsFile]:
    """Build a model to be trained: pretrained encoder, random decoder.

    An encoder without weights to start from, the U-Net's, is drawn as the decoder
    is: from torch's generator, which the caller seeds.

    Parameters
    ----------
    spec : ModelSpec
        The model; `engine.models.adapters.apply_tuning` does the rest.
    weights : WeightStore
        Where the encoder's weights lie.

    Returns
    -------
    model : Segmenter
        In training mode, float32, on the CPU; everything trains.
    file : WeightsFile
        The encoder's weights; without path and hash where they were drawn.

    Raises
    ------
    ModelError
        If the weights are not here or do not fit.
    """
    if not encoder_design(spec.encoder).pretrained:
        return build(spec).train(), WeightsFile(Path(), "", spec.encoder, "drawn at random")
    encoder, file = load_encoder(spec.encoder, weights)
    return Segmenter(encoder, build_decoder(spec)).train(), file
