"""Building the network of a bundle to go on training it."""

from __future__ import annotations

from engine.models.adapter_files import load_adapter_state
from engine.models.adapters import apply_tuning
from engine.models.pretrained import fill_encoder
from engine.models.segmenter import Segmenter, encoder_norm
from engine.models.weight_store import WeightStore
from engine.models.weights import load_state
from engine.store.bundle import ADAPTER, Bundle
from engine.store.loading import check_adapter_config, encoder_file, load_decoder


def load_trainable(bundle: Bundle, weights: WeightStore | None = None) -> Segmenter:
    """Build the network of a bundle with its adapters apart.

    Parameters
    ----------
    bundle : Bundle
        From `engine.store.bundle.read_bundle`.
    weights : WeightStore, optional
        Where encoder weights lie; the user's store when left out.

    Returns
    -------
    Segmenter
        In training mode, float32, on the CPU; the tensors train that the
        bundle's tuning names.

    Raises
    ------
    ModelError
        As `engine.store.loading.load_model`.
    """
    decoder = load_decoder(bundle)
    file = encoder_file(bundle, weights or WeightStore())
    encoder = fill_encoder(file.encoder, file, norm=encoder_norm(bundle.spec))
    model = Segmenter(encoder, decoder)
    tuning = bundle.spec.tuning
    apply_tuning(model, tuning)
    if tuning.stores_adapters:
        check_adapter_config(bundle)
        path = bundle.path / ADAPTER
        load_adapter_state(model.encoder, load_state(path), tuning, subject=str(path))
    return model.train()
