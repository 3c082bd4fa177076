"""What the options of ``outcrop compare`` ask for, the same for all networks."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import Any

from engine.cli.compare_runs import ComparedModels
from engine.cli.network_options import TUNING, specs_from
from engine.cli.train_request import settings_from
from engine.core.class_scheme import ClassScheme
from engine.data.sources import LabelledSource
from engine.data.split_settings import SplitSettings
from engine.models.designs import UNET
from engine.models.spec import ModelSpec, TuningSpec
from engine.models.weight_store import WeightStore
from engine.tasks.preset import Preset
from engine.training.request import default_encoder
from engine.training.settings import CheckpointSettings, TrainingSettings

_TEST = 0.2


def compared_models(
    args: argparse.Namespace, preset: Preset, classes: ClassScheme, data: LabelledSource
) -> ComparedModels:
    """Put the preset and the options together.

    Parameters
    ----------
    args : argparse.Namespace
        With the options of `engine.cli.train_options` and of ``outcrop compare``.
    preset : Preset
        Of the task.
    classes : ClassScheme
        What the ids of the labels mean.
    data : LabelledSource
        Opened; a test part of its own is the one that is scored.

    Returns
    -------
    ComparedModels
        Options that were not given are the preset's.

    Raises
    ------
    ModelError
        If no encoder is here, or a network cannot be built so.
    SettingsError
        If an option is outside its range, or no network makes use of it.
    """
    needs_encoder = any(name != UNET for name in args.networks)
    encoder = args.encoder or (default_encoder(WeightStore()) if needs_encoder else "")
    plain = TrainingSettings.from_preset(
        preset,
        encoder=encoder,
        epochs=args.epochs,
        warmup_epochs=args.warmup_epochs,
        split=SplitSettings(test=0.0 if data.held_out else _TEST),
    )
    settings = settings_from(args, plain, preset)
    for seed in args.seeds:
        replace(settings, seed=seed)  # refused here rather than after the first run
    networks = [_plain_spec(args, name, encoder, len(classes), preset) for name in args.networks]
    return ComparedModels(
        task=preset.name,
        classes=classes,
        specs=dict(zip(args.networks, specs_from(args, networks), strict=True)),
        settings=settings,
        encoder=encoder,
        checkpoints=CheckpointSettings(args.checkpoint_minutes, args.checkpoint_steps),
        feature_memory_gib=args.feature_memory,
    )


def network_conditions(args: argparse.Namespace, models: ComparedModels) -> dict[str, Any]:
    """Say how the networks are built, whichever they are.

    Parameters
    ----------
    args : argparse.Namespace
        The options.
    models : ComparedModels
        Made of them.

    Returns
    -------
    dict
        JSON types. Classes and options of networks are left out where none were
        given, so that folders of comparisons made without them stay of use.
    """
    options = {
        name: value
        for name in ("norm", *TUNING)
        if name != "tuning" and (value := getattr(args, name)) is not None
    }
    return {
        "encoder": models.encoder,
        "tuning": args.tuning or "the best published for each decoder",
        **({"network_options": options} if options else {}),
        **({"classes": list(models.classes.names)} if args.classes else {}),
    }


def _plain_spec(
    args: argparse.Namespace, network: str, encoder: str, n_classes: int, preset: Preset
) -> ModelSpec:
    """Describe a network; the U-Net has nothing that could be tuned but all of it."""
    if network == UNET:
        return ModelSpec(UNET, UNET, n_classes, TuningSpec("full"))
    method = args.tuning or preset.tuning.get(network, "lora")
    return ModelSpec(encoder, network, n_classes, TuningSpec(method))
