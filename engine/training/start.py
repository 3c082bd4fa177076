"""The network at the start of a run: drawn and pretrained, or another bundle's."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import torch

from engine.core.fingerprint import sha256_known
from engine.errors import SettingsError
from engine.models.adapter_files import load_adapter_state
from engine.models.adapters import apply_tuning
from engine.models.pretrained import fill_encoder, start_model
from engine.models.segmenter import Segmenter, encoder_norm
from engine.models.spec import ModelSpec
from engine.models.weight_store import WeightsFile, WeightStore
from engine.models.weights import load_state
from engine.store.bundle import ADAPTER, Bundle, read_bundle
from engine.store.loading import check_adapter_config, encoder_file, load_decoder
from engine.training.request import TrainingRequest


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """A network before its first step.

    Parameters
    ----------
    model : Segmenter
        In training mode, float32, on the CPU; what the tuning trains requires a
        gradient.
    file : WeightsFile
        The encoder's weights; without path and hash where they were drawn.
    origin : mapping or None
        Name of the bundle that it was, and the hashes of its tensors; None if its
        decoder was drawn.
    """

    model: Segmenter
    file: WeightsFile
    origin: dict[str, Any] | None


def start_network(request: TrainingRequest, weights: WeightStore) -> Start:
    """Build the network that a run starts with.

    Parameters
    ----------
    request : TrainingRequest
        Its model, seed, and the bundle to start from, if any. The seed decides
        all that is drawn; torch's own generator is left as it was.
    weights : WeightStore
        Where the encoder's weights lie.

    Returns
    -------
    Start
        The network.

    Raises
    ------
    ModelError
        If a tensor does not fit, or the weights are not here.
    SettingsError
        If the bundle to start from is another network, or its encoder was tuned
        in a way that the new tuning cannot go on with.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(request.settings.seed)
        if request.start is not None:
            return _from_bundle(read_bundle(request.start), request.spec, weights)
        model, file = start_model(request.spec, weights)
        apply_tuning(model, request.spec.tuning)
    return Start(model, file, None)


def _from_bundle(bundle: Bundle, spec: ModelSpec, weights: WeightStore) -> Start:
    _check_network(bundle, spec)
    _check_tuning(bundle, spec)
    file = encoder_file(bundle, weights)
    encoder = fill_encoder(file.encoder, file, norm=encoder_norm(spec))
    model = Segmenter(encoder, load_decoder(bundle)).train()
    apply_tuning(model, spec.tuning)
    if bundle.spec.tuning.stores_adapters:
        check_adapter_config(bundle)
        path = bundle.path / ADAPTER
        load_adapter_state(model.encoder, load_state(path), spec.tuning, subject=str(path))
    hashes = {name: sha256_known(bundle.path / name) for name in bundle.files}
    return Start(model, file, {"bundle": bundle.name, "sha256": hashes})


def _check_network(bundle: Bundle, spec: ModelSpec) -> None:
    """Refuse another network than the bundle's."""
    before, after = (dataclasses.asdict(one) for one in (bundle.spec, spec))
    differences = [
        f"{key.replace('_', ' ')} {after[key]} instead of {before[key]}"
        for key in ("encoder", "decoder", "n_classes", "decoder_options")
        if before[key] != after[key]
    ]
    if differences:
        raise SettingsError(
            f"training cannot start from {bundle.name} with {', '.join(differences)}",
            hint="Leave these options out, or start from an encoder with --encoder.",
        )


def _check_tuning(bundle: Bundle, spec: ModelSpec) -> None:
    """Refuse a tuning that would need weights which the new bundle does not hold."""
    before, after = bundle.spec.tuning, spec.tuning
    if before.method != "frozen" and before != after:
        raise SettingsError(
            f"training that starts from {bundle.name} keeps its tuning, {before.method}, "
            "with all its options",
            hint="Leave out --tuning and its options, or start from an encoder with --encoder.",
        )
