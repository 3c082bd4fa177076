"""The training that the options of ``outcrop train`` ask for."""

from __future__ import annotations

import argparse
import dataclasses
from typing import Any

from engine.cli.console import err
from engine.cli.geometry_options import NAMES
from engine.cli.network_options import TUNING, decoder_options_from, replaced, tuning_from
from engine.cli.source_options import changed_source, new_source
from engine.core.class_scheme import ClassScheme
from engine.errors import SettingsError
from engine.models.designs import UNET
from engine.models.spec import ModelSpec, TuningSpec
from engine.models.weight_store import WeightStore
from engine.store.bundle import Bundle
from engine.store.bundle_store import BundleStore
from engine.tasks.own_classes import parse_classes
from engine.tasks.preset import Preset
from engine.tasks.registry import tasks
from engine.training.request import TrainingRequest, default_encoder, stored_request
from engine.training.settings import CheckpointSettings, TrainingSettings

_RUN = (
    *("size", "batch", "epochs", "warmup_epochs", "seed", "fit", "clip_gradient", "accumulate"),
    *("schedule", "weight_decay", "ema", "patience"),
    *("precision", "compile", "checkpoint_activations", "cache_features"),
)
_RATES = {"lr_encoder": "encoder", "lr_adapters": "adapters", "lr_decoder": "decoder"}
_SPLIT = {
    "validation": "validation",
    "test": "test",
    "buffer": "buffer",
    "split_by": "by",
    "group_pattern": "group_pattern",
    "split_unit": "unit",
}
_LOSS = {
    "loss_weighted_dice": "weighted_dice",
    "loss_dice": "dice",
    "loss_cross_entropy": "cross_entropy",
    "loss_focal": "focal",
    "loss_lovasz": "lovasz",
    "focal_gamma": "focal_gamma",
    "class_weights": "class_weights",
}
_AUGMENTATION = {name: name for name in ("flip", "gain", "noise", "stretch", "rotate")}
_FIXED = (
    *("task", "classes", "start", "encoder", "decoder", "norm", "direction", "lines"),
    *(*_RUN, *_RATES, *_SPLIT, *_LOSS, *_AUGMENTATION, *TUNING, *NAMES, "geometry_file"),
)
"""Options that a run goes on with as it began: they are stored with it."""


def request_from(args: argparse.Namespace, weights: WeightStore) -> TrainingRequest:
    """Put the preset, or the run to go on with, and the options together.

    Parameters
    ----------
    args : argparse.Namespace
        With the options of `engine.cli.train_options`.
    weights : WeightStore
        Decides about the encoder where none is named.

    Returns
    -------
    TrainingRequest
        Options that were not given are the preset's, or those of the run to go
        on with.

    Raises
    ------
    ModelError
        If there is no run to go on with, or no encoder is here.
    SettingsError
        If an option is missing or outside its range, or is given to a run that goes
        on with its own.
    """
    if args.resume:
        _refuse_fixed(args)
    if args.start == "":
        raise SettingsError(
            "--from names no model", hint="Name one of 'outcrop models list', or leave it out."
        )
    base = stored_request(args.resume) if args.resume else _new_request(args, weights)
    preset = tasks().load(base.task)().preset()
    spec, settings = base.spec, settings_from(args, base.settings, preset)
    classes = parse_classes(args.classes) if args.classes else base.classes
    if args.start:
        _tell_new_names(args.start, base.classes, classes)
    return dataclasses.replace(
        base,
        task=args.task or base.task,
        classes=classes,
        source=changed_source(args, base.source) if args.resume else base.source,
        spec=dataclasses.replace(
            spec,
            encoder=args.encoder or spec.encoder,
            decoder=args.decoder or spec.decoder,
            n_classes=len(classes),
            tuning=tuning_from(args, spec.tuning),
            decoder_options=decoder_options_from(args, args.decoder or spec.decoder, spec),
        ),
        settings=settings,
        checkpoints=CheckpointSettings(args.checkpoint_minutes, args.checkpoint_steps),
        feature_memory_gib=args.feature_memory,
    )


def settings_from(
    args: argparse.Namespace, settings: TrainingSettings, preset: Preset
) -> TrainingSettings:
    """Change settings where options were given.

    Parameters
    ----------
    args : argparse.Namespace
        With the options of run, data, loss and machine of `engine.cli.train_options`;
        a command without ``--seed`` leaves the seed as it is.
    settings : TrainingSettings
        What holds where no option was given.
    preset : Preset
        Of the task, whose domain decides about the augmentation.

    Returns
    -------
    TrainingSettings
        Checked.

    Raises
    ------
    SettingsError
        If a value is outside its range, or the augmentation does not suit the data.
    """
    nested: dict[str, Any] = {
        "learning_rate": replaced(settings.learning_rate, args, _RATES),
        "split": replaced(settings.split, args, _SPLIT),
        "loss": replaced(settings.loss, args, _LOSS),
        "augmentation": replaced(settings.augmentation, args, _AUGMENTATION),
    }
    given = {name: value for name in _RUN if (value := getattr(args, name, None)) is not None}
    changed = dataclasses.replace(settings, **nested, **given)
    changed.augmentation.check_domain(preset.domain)
    return changed


def _new_request(args: argparse.Namespace, weights: WeightStore) -> TrainingRequest:
    """Start from the task's preset, or from a model."""
    bundle = BundleStore(weights=weights).find(args.start) if args.start else None
    task = args.task or (bundle and bundle.task)
    if bundle and task != bundle.task and not args.classes:
        raise SettingsError(
            f"{bundle.name} was trained for {bundle.task} and its classes "
            f"{', '.join(bundle.classes.names)}, not for {task}",
            hint="Leave out --task, or name the classes anew with --classes.",
        )
    if not task:
        raise SettingsError(
            "the task is missing",
            hint=f"Give --task, one of {', '.join(tasks().names())}, or a model with --from.",
        )
    preset = tasks().load(task)().preset()
    spec = _spec_from(args, bundle, preset) if bundle else _new_spec(args, preset, weights)
    settings = TrainingSettings.from_preset(
        preset, encoder=spec.encoder, epochs=args.epochs, warmup_epochs=args.warmup_epochs
    )
    if bundle:
        settings = dataclasses.replace(settings, size=bundle.image_size)
    return TrainingRequest(
        task=task,
        classes=bundle.classes if bundle else preset.classes,
        source=new_source(args, preset),
        spec=spec,
        settings=settings,
        out=args.out,
        start=bundle.path if bundle else None,
        overwrite=args.overwrite,
    )


def _refuse_fixed(args: argparse.Namespace) -> None:
    """Refuse options that would make the run to go on with another one."""
    given = {name: value for name in _FIXED if (value := getattr(args, name)) is not None}
    if args.overwrite:
        given["overwrite"] = True
    if given:
        typed = ", ".join(_typed(name, value) for name, value in given.items())
        raise SettingsError(
            f"{typed} cannot be given with --resume: {args.resume} goes on as it began",
            hint=f"Leave {'them' if len(given) > 1 else 'it'} out, or train a new model with "
            "--out; --from starts it from a finished one.",
        )


def _typed(name: str, value: Any) -> str:
    """Return an option as it was typed."""
    word = "from" if name == "start" else name.replace("_", "-")
    return f"--no-{word}" if value is False else f"--{word}"


def _tell_new_names(model: str, before: ClassScheme, after: ClassScheme) -> None:
    """Say that the classes of the model to start from have other names now."""
    if len(before) == len(after) and before.names != after.names:
        old, new = (", ".join(scheme.names) for scheme in (before, after))
        err().print(f"note: classes {old} of {model} are now called {new}", markup=False)


def _new_spec(args: argparse.Namespace, preset: Preset, weights: WeightStore) -> ModelSpec:
    encoder, decoder = _networks(args, preset.decoder)
    method = "full" if encoder == UNET else preset.tuning.get(decoder, "lora")
    return ModelSpec(
        encoder=encoder or default_encoder(weights),
        decoder=decoder,
        n_classes=len(preset.classes),
        tuning=TuningSpec(args.tuning or method),
    )


def _spec_from(args: argparse.Namespace, bundle: Bundle, preset: Preset) -> ModelSpec:
    """Keep the model's network; an encoder that was frozen is tuned as the task has it."""
    spec = bundle.spec
    if spec.tuning.method != "frozen":
        return spec
    method = args.tuning or preset.tuning.get(spec.decoder, "lora")
    return dataclasses.replace(spec, tuning=TuningSpec(method))


def _networks(args: argparse.Namespace, decoder: str) -> tuple[str | None, str]:
    """Choose encoder and decoder; one half of the U-Net brings the other."""
    if UNET in {args.encoder, args.decoder}:
        return args.encoder or UNET, args.decoder or UNET
    return args.encoder, args.decoder or decoder
