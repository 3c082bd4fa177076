"""Building the network of a bundle, ready for inference."""

from __future__ import annotations

import torch
from torch import nn

from engine.errors import ModelError
from engine.models.adapter_files import check_config
from engine.models.encoder import Encoder
from engine.models.pretrained import fill_encoder
from engine.models.segmenter import Segmenter, build_decoder, encoder_norm
from engine.models.shared_encoder import shared_encoder
from engine.models.strict import check_tensors, load_strictly, shapes_of
from engine.models.undrawn import Undrawn
from engine.models.weight_store import WeightsFile, WeightStore
from engine.models.weights import load_state
from engine.store.bundle import ADAPTER, ADAPTER_CONFIG, DECODER, ENCODER, Bundle, read_json

_CPU = torch.device("cpu")


def load_model(
    bundle: Bundle, weights: WeightStore | None = None, *, device: torch.device = _CPU
) -> Segmenter:
    """Build the network of a bundle, on tensors shared with others where they agree.

    Low-rank adapters are merged. Models on the same encoder and device share what
    their adapters do not touch, so that it is loaded once: nobody may change it.

    Parameters
    ----------
    bundle : Bundle
        From `engine.store.bundle.read_bundle`.
    weights : WeightStore, optional
        Where encoder weights lie; the user's store when left out.
    device : torch.device, optional
        Where the model is wanted; the CPU when left out.

    Returns
    -------
    Segmenter
        In evaluation mode, float32; nothing in it trains.

    Raises
    ------
    ModelError
        If a tensor is missing, left over or of another shape (it is named), the
        encoder's weights are not here, or their hash is not the one the bundle
        was trained with.
    PluginError
        If its decoder is not registered.
    """
    decoder = load_decoder(bundle).to(device)
    model = Segmenter(load_encoder(bundle, weights or WeightStore(), device=device), decoder)
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
    with torch.device("meta"), Undrawn():
        planned = build_decoder(bundle.spec)
    check_tensors(str(path), state, shapes_of(planned))
    with Undrawn():
        decoder = build_decoder(bundle.spec)
    load_strictly(str(path), decoder, state)
    return decoder.eval()


def load_encoder(bundle: Bundle, weights: WeightStore, *, device: torch.device = _CPU) -> Encoder:
    """Build the encoder of a bundle with its adapters.

    Parameters
    ----------
    bundle : Bundle
        The bundle.
    weights : WeightStore
        Where the weights of a frozen or adapted encoder lie.
    device : torch.device, optional
        Where it is wanted; the CPU when left out.

    Returns
    -------
    Encoder
        In evaluation mode, float32; it shares tensors with others unless all of
        it was trained.

    Raises
    ------
    ModelError
        If a tensor does not fit, or the weights are not here or others.
    """
    file = encoder_file(bundle, weights)
    tuning = bundle.spec.tuning
    if tuning.method == "full":
        encoder: Encoder = fill_encoder(file.encoder, file, norm=encoder_norm(bundle.spec))
        return encoder.to(device)
    path = bundle.path / ADAPTER
    state = {}
    if tuning.stores_adapters:
        check_adapter_config(bundle)
        state = load_state(path)
    return shared_encoder(file, device).tuned(state, tuning, subject=str(path))


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
