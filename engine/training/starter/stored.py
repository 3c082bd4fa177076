"""Starters that were trained before, as start values."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from engine.core.fingerprint import sha256_file
from engine.models.strict import load_strictly
from engine.models.weight_store import WEIGHTS_FILE
from engine.models.weights import load_state
from engine.store.bundle import DECODER, is_bundle, read_bundle
from engine.training.starter.kinds import ENCODER, KINDS
from engine.training.starter.network import StarterNetwork


def load_stored(network: StarterNetwork, folder: Path) -> Mapping[str, str]:
    """Load the encoder, and the decoders that are there and have the same design.

    Parameters
    ----------
    network : StarterNetwork
        With all blocks in use; filled in place. The heads keep their values.
    folder : pathlib.Path
        Laid out as ``resources/models``.

    Returns
    -------
    mapping of str to str
        SHA-256 of the encoder's and of each decoder's file, by the folder's name.

    Raises
    ------
    ModelError
        If the encoder is not there, or a tensor does not fit.
    """
    path = folder / ENCODER / WEIGHTS_FILE
    load_strictly(str(path), network.encoder.vit, load_state(path))
    hashes = {ENCODER: sha256_file(path)}
    for kind in KINDS:
        if not is_bundle(folder / kind.bundle):
            continue
        bundle = read_bundle(folder / kind.bundle)
        if bundle.spec == kind.spec and bundle.encoder_sha256 == hashes[ENCODER]:
            file = bundle.path / DECODER
            load_strictly(str(file), network.decoders[kind.task], load_state(file))
            hashes[kind.bundle] = sha256_file(file)
    return hashes
