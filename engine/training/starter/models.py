"""Writes the starters' encoder and bundles as they ship in ``resources/models``."""

from __future__ import annotations

import platform
from pathlib import Path

import numpy as np
import timm
import torch

from engine.core.fingerprint import sha256_file
from engine.core.provenance import program_version
from engine.models.weight_store import WEIGHTS_FILE
from engine.models.weights import save_state
from engine.preprocessing.pipeline import Pipeline
from engine.store.bundle import Bundle
from engine.store.saving import save_model
from engine.tasks.registry import tasks
from engine.training.starter.cards import bundle_card, encoder_card
from engine.training.starter.facts import StarterFacts
from engine.training.starter.kinds import ENCODER, KINDS, Kind
from engine.training.starter.network import StarterNetwork
from engine.training.starter.samples import IMAGE_SIZE, SIZES


def write_models(network: StarterNetwork, folder: Path, facts: StarterFacts) -> tuple[Bundle, ...]:
    """Write encoder and bundles, matrices in float16, each with its card.

    Parameters
    ----------
    network : StarterNetwork
        Trained, with all blocks in use.
    folder : pathlib.Path
        Gets one folder for the encoder and one for each bundle.
    facts : StarterFacts
        For the cards.

    Returns
    -------
    tuple of Bundle
        They ask for the encoder's weights by their hash.

    Raises
    ------
    WriteError
        If a file cannot be written.
    """
    encoder = folder / ENCODER
    encoder.mkdir(parents=True, exist_ok=True)
    weights = encoder / WEIGHTS_FILE
    save_state(weights, network.encoder.vit.state_dict(), half=True)
    (encoder / "README.md").write_text(encoder_card(facts), encoding="utf-8")
    sha256 = sha256_file(weights)
    return tuple(_write_bundle(network, kind, folder, facts, sha256) for kind in KINDS)


def _write_bundle(
    network: StarterNetwork, kind: Kind, folder: Path, facts: StarterFacts, sha256: str
) -> Bundle:
    training = {
        "command": facts.command,
        "minutes": facts.settings.minutes,
        "seed": facts.settings.seed,
        "start": dict(facts.start),
        "n_images": facts.n_images,
        "scores": {name: dict(row) for name, row in facts.scores.get(kind.task, {}).items()},
        "sizes": sorted(set(SIZES)),
        "versions": versions(),
    }
    bundle = Bundle(
        path=folder / kind.bundle,
        name=kind.bundle,
        task=kind.task,
        spec=kind.spec,
        classes=tasks().load(kind.task)().preset().classes,
        pipeline=Pipeline(),
        encoder_sha256=sha256,
        image_size=(IMAGE_SIZE, IMAGE_SIZE),
        training=training,
    )
    card = bundle_card(kind, facts, versions())
    return save_model(bundle, network.segmenter(kind), half=True, card=card)


def versions() -> dict[str, str]:
    """Return the versions of the program and of the libraries that compute."""
    return {
        "outcrop": program_version(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "timm": timm.__version__,
        "numpy": np.__version__,
    }
