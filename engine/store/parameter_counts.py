"""How many parameters a stored model has, from the headers of its files.

Neither torch nor a network is needed, so that a list of models can say it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from safetensors import SafetensorError, safe_open

from engine.errors import ModelError
from engine.models.weight_store import WeightStore
from engine.store.bundle import ADAPTER, DECODER, ENCODER, Bundle

_BUFFERS = ("running_mean", "running_var", "num_batches_tracked")
"""Stored with the parameters of a batch normalisation, but none themselves."""


@dataclass(frozen=True, slots=True)
class ParameterCounts:
    """Parameters of a model, and what was trained of them.

    Parameters
    ----------
    total : int or None
        Adapters included; None if the encoder's weights are not here.
    trained : int
        Those that its tuning changes.
    """

    total: int | None
    trained: int


def count_parameters(bundle: Bundle, weights: WeightStore | None = None) -> ParameterCounts:
    """Count the parameters of a bundle's model without loading it.

    Parameters
    ----------
    bundle : Bundle
        From `engine.store.bundle.read_bundle`.
    weights : WeightStore, optional
        Where encoder weights lie; the user's store when left out.

    Returns
    -------
    ParameterCounts
        As `engine.models.parameters.planned_parameters` of its model adds up.

    Raises
    ------
    ModelError
        If a file is damaged.
    """
    decoder = _stored(bundle.path / DECODER)
    tuning = bundle.spec.tuning
    if tuning.method == "full":
        together = decoder + _stored(bundle.path / ENCODER)
        return ParameterCounts(together, together)
    adapters = _stored(bundle.path / ADAPTER) if tuning.stores_adapters else 0
    # Biases and norms replace the encoder's own; all others come on top of it.
    added = 0 if tuning.method == "norms" else adapters
    encoder = _encoder(bundle, weights or WeightStore())
    total = None if encoder is None else encoder + added + decoder
    return ParameterCounts(total, adapters + decoder)


def _encoder(bundle: Bundle, weights: WeightStore) -> int | None:
    try:
        file = weights.find(bundle.spec.encoder, sha256=bundle.encoder_sha256)
    except ModelError:
        return None
    return _stored(file.path)


def _stored(path: Path) -> int:
    try:
        with safe_open(path, framework="numpy") as file:
            names = [name for name in file.keys() if not name.endswith(_BUFFERS)]  # noqa: SIM118 - no mapping
            return sum(math.prod(file.get_slice(name).get_shape()) for name in names)
    except (OSError, SafetensorError) as error:
        raise ModelError(
            f"{path}: cannot be read ({error})",
            hint="Get the bundle again, or train the model anew.",
        ) from error
