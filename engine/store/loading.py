"""Building the network of a bundle, ready for inference."""

from __future__ import annotations

import torch
from torch import nn

from engine.errors import ModelError
from engine.models.encoder import Encoder
from engine.models.lora import check_config, merge_stored
from engine.models.pretrained import fill_encoder
from engine.models.segmenter import Segmenter, build_decoder
from engine.models.strict import check_tensors, load_strictly, shapes_of
from engine.models.weight_store import WeightsFile, WeightStore
from engine.models.weights import load_state
from engine.store.bundle import ADAPTER, ADAPTER_CONFIG, DECODER, ENCODER, Bundle, read_json


def load_model(bundle: Bundle, weights: WeightStore | None = None) -> Segmenter:
    """Build the network of a bundle; adapters are merged into the encoder.

    Parameters
    ----------
    bundle : Bundle
        From `engine.store.bundle.read_bundle`.
    weights : WeightStore, optional
        Where encoder weights lie; the user's store when left out.

    Returns
    -------
    Segmenter
        In evaluation mode, float32, on the CPU; nothing in it trains.

    Raises
    ------
    ModelError
        If a tensor is missing, left over or of another shape (it is named), the
        encoder's weights are not here, or their hash is not the one the bundle
        was trained with.
    PluginError
        If its decoder is not registered.
    """
    decoder = load_decoder(bundle)
    model = Segmenter(load_encoder(bundle, weights or WeightStore()), decoder)
    return model.eval().requires_grad_(requires_grad=False)


def load_decoder(bundle: Bundle) -> nn.Module:
    """Build the decoder of a bundle.

    Parameters
    ----------
    bundle : Bundle
        The bundle.

    Returns
    -------
    torch.nn.Module
        In evaluation mode, float32, on the CPU.

    Raises
    ------
    ModelError
        If a tensor does not fit; it is named.
    """
    path = bundle.path / DECODER
    state = load_state(path)
    # Options of any size cost no memory until the file is known to fit them.
    with torch.device("meta"):
        planned = build_decoder(bundle.spec)
    check_tensors(str(path), state, shapes_of(planned))
    decoder = build_decoder(bundle.spec)
    load_strictly(str(path), decoder, state)
    return decoder.eval()


def load_encoder(bundle: Bundle, weights: WeightStore) -> Encoder:
    """Build the encoder of a bundle, with its adapters merged.

    Parameters
    ----------
    bundle : Bundle
        The bundle.
    weights : WeightStore
        Where the weights of a frozen or adapted encoder lie.

    Returns
    -------
    Encoder
        In evaluation mode, float32, on the CPU.

    Raises
    ------
    ModelError
        If a tensor does not fit, or the weights are not here or others.
    """
    encoder = fill_encoder(bundle.spec.encoder, encoder_file(bundle, weights))
    if bundle.spec.tuning.method == "lora":
        check_adapter_config(bundle)
        path = bundle.path / ADAPTER
        merge_stored(encoder, load_state(path), bundle.spec.tuning, subject=str(path))
    return encoder


def encoder_file(bundle: Bundle, weights: WeightStore) -> WeightsFile:
    """Return the encoder weights that a bundle was trained with.

    Parameters
    ----------
    bundle : Bundle
        The bundle.
    weights : WeightStore
        Where the weights of a frozen or adapted encoder lie.

    Returns
    -------
    WeightsFile
        In the bundle if all of the encoder was trained, else in the store.

    Raises
    ------
    ModelError
        If they are not here, or those that are here have another hash.
    """
    encoder = bundle.spec.encoder
    if bundle.spec.tuning.method == "full":
        return WeightsFile(bundle.path / ENCODER, bundle.encoder_sha256, encoder, "bundle")
    try:
        return weights.find(encoder, sha256=bundle.encoder_sha256)
    except ModelError as error:
        raise ModelError(f"{bundle.name}: {error}", hint=error.hint) from error


def check_adapter_config(bundle: Bundle) -> None:
    """Check the adapter configuration of a bundle against its model.

    Parameters
    ----------
    bundle : Bundle
        With adapters.

    Raises
    ------
    ModelError
        If they do not agree.
    """
    path = bundle.path / ADAPTER_CONFIG
    check_config(read_json(path), bundle.spec.tuning, subject=str(path))
