"""From a bundle's name to a predictor."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from engine.core.fingerprint import fingerprint_json, sha256_known
from engine.inference.device import choose_device
from engine.inference.model_identity import ModelIdentity
from engine.inference.predictor import Predictor
from engine.models.allocator import keep_large_blocks
from engine.models.segmenter import Segmenter
from engine.models.shared_encoder import shared_encoder
from engine.models.spec import TuningSpec
from engine.models.weight_store import WeightStore
from engine.store.bundle import ENCODER, Bundle, read_bundle
from engine.store.bundle_store import STARTER, BundleStore
from engine.store.loading import load_decoder, load_model

_TILES = (224, 1022)  # smallest and largest, in samples


def load_predictor(
    name: str | Path = STARTER, device: str = "auto", *, weights: WeightStore | None = None
) -> Predictor:
    """Load a bundle for prediction.

    Bundles on the same encoder share it in memory for as long as a predictor of
    one of them is held; then the next one loads no more than what was trained.

    Parameters
    ----------
    name : str or pathlib.Path
        A bundle's name or folder.
    device : str, default "auto"
        See `engine.inference.device.choose_device`.
    weights : WeightStore, optional
        Where encoder weights lie; the user's store when left out.

    Returns
    -------
    Predictor
        Ready for any number of sections.

    Raises
    ------
    ModelError
        If there is no such bundle, or it is damaged, or its encoder is missing.
    SettingsError
        If the device is not there.
    """
    chosen = choose_device(device)
    bundle = BundleStore(weights=weights).find(name)
    keep_large_blocks()
    model = load_model(bundle, weights, device=chosen)
    return Predictor(
        model,
        bundle.pipeline,
        bundle.classes,
        identity=identity(bundle),
        device=device,
        tile=tile_size(bundle),
    )


def load_original(path: Path, device: str = "auto") -> Predictor:
    """Load the model of a bundle with its encoder as it was before it was adapted.

    Parameters
    ----------
    path : pathlib.Path
        Folder of the bundle.
    device : str, default "auto"
        See `engine.inference.device.choose_device`.

    Returns
    -------
    Predictor
        For its features; the decoder knows those of the adapted encoder only.

    Raises
    ------
    ModelError
        If the bundle is damaged, or its encoder's own weights are missing.
    SettingsError
        If the device is not there.
    """
    bundle, chosen = read_bundle(path), choose_device(device)
    full = bundle.spec.tuning.method == "full"
    sha256 = "" if full else bundle.encoder_sha256
    file = WeightStore().find(bundle.spec.encoder, sha256=sha256)
    encoder = shared_encoder(file, chosen).tuned({}, TuningSpec())
    return Predictor(
        Segmenter(encoder, load_decoder(bundle)),
        bundle.pipeline,
        bundle.classes,
        identity=replace(identity(bundle), encoder_sha256=file.sha256, frozen=True),
        device=device,
        tile=tile_size(bundle),
    )


def tile_size(bundle: Bundle) -> int:
    """Return the tile to apply a model in: the longer side of its training images.

    Parameters
    ----------
    bundle : Bundle
        The bundle.

    Returns
    -------
    int
        From 224 to 1022 samples. Positions and attention fit best at the size of
        training.
    """
    smallest, largest = _TILES
    return min(max(*bundle.image_size, smallest), largest)


def identity(bundle: Bundle) -> ModelIdentity:
    """Return what tells a bundle's model from others.

    Parameters
    ----------
    bundle : Bundle
        The bundle.

    Returns
    -------
    ModelIdentity
        Without loading the model.
    """
    hashes = {name: sha256_known(bundle.path / name) for name in bundle.files if name != ENCODER}
    return ModelIdentity(
        name=bundle.name,
        encoder=bundle.spec.encoder,
        encoder_sha256=bundle.encoder_sha256,
        pipeline=bundle.pipeline.fingerprint,
        trained=fingerprint_json(hashes),
        frozen=bundle.spec.tuning.method == "frozen",
    )
