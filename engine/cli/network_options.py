"""Encoders' tuning and decoders' options, as the options of a command ask for them."""

from __future__ import annotations

import argparse
import dataclasses
import inspect
from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeVar

from engine.errors import SettingsError
from engine.models.decoders.registry import decoders
from engine.models.spec import ModelSpec, TuningSpec

T = TypeVar("T")

TUNING = {
    "tuning": "method",
    "rank": "rank",
    "alpha": "alpha",
    "targets": "targets",
    "dora": "dora",
    "rslora": "rslora",
}
"""Option -> field of `TuningSpec`."""

_USED = {"lora": set(TUNING), "adapter": {"tuning", "rank"}}
"""Options of those that each tuning uses; of the others, none but itself."""


def tuning_from(args: argparse.Namespace, tuning: TuningSpec) -> TuningSpec:
    """Change a tuning where options were given; those that it would not use are refused.

    Parameters
    ----------
    args : argparse.Namespace
        With the options of `engine.cli.train_options.add_model_options`.
    tuning : TuningSpec
        What holds where no option was given.

    Returns
    -------
    TuningSpec
        The tuning.

    Raises
    ------
    SettingsError
        If an option was given that the tuning makes no use of.
    ModelError
        If a value is outside its range.
    """
    method = args.tuning or tuning.method
    idle = _idle_tuning(args, method)
    if idle:
        raise SettingsError(
            f"the tuning {method} makes no use of {', '.join(idle)}",
            hint=f"Leave {'them' if len(idle) > 1 else 'it'} out, or choose --tuning lora.",
        )
    return replaced(tuning, args, TUNING)


def _idle_tuning(args: argparse.Namespace, method: str) -> list[str]:
    """Return the options that were given and that a tuning makes no use of."""
    used = _USED.get(method, {"tuning"})
    return [f"--{name}" for name in TUNING if name not in used and getattr(args, name) is not None]


def decoder_options_from(
    args: argparse.Namespace, decoder: str, spec: ModelSpec
) -> Mapping[str, Any]:
    """Put the normalisation that was asked for in; what is the default is not stored.

    Parameters
    ----------
    args : argparse.Namespace
        With the options of `engine.cli.train_options.add_model_options`.
    decoder : str
        Whose options.
    spec : ModelSpec
        Its options hold where none was given.

    Returns
    -------
    mapping
        Options of the decoder.

    Raises
    ------
    SettingsError
        If the decoder has no normalisation.
    """
    if args.norm is None:
        return spec.decoder_options
    option = _norm_option(decoder)
    if option is None:
        raise SettingsError(f"the decoder {decoder} has no normalisation", hint="Leave --norm out.")
    options = {name: value for name, value in spec.decoder_options.items() if name != "norm"}
    return options if args.norm == option.default else {**options, "norm": args.norm}


def _norm_option(decoder: str) -> inspect.Parameter | None:
    """Return what a decoder says of its normalisation; None where it has none."""
    return inspect.signature(decoders().load(decoder)).parameters.get("norm")


def specs_from(args: argparse.Namespace, plain: Sequence[ModelSpec]) -> tuple[ModelSpec, ...]:
    """Change networks where options were given, each as far as it makes use of them.

    Parameters
    ----------
    args : argparse.Namespace
        With the options of `engine.cli.train_options.add_model_options`.
    plain : sequence of ModelSpec
        The networks, each with its method of tuning.

    Returns
    -------
    tuple of ModelSpec
        The same, in their order.

    Raises
    ------
    SettingsError
        If an option was given that none of them makes use of.
    ModelError
        If a value is outside its range.
    """
    idle = [_idle(args, spec) for spec in plain]
    of_all = frozenset.intersection(*idle) if idle else frozenset()
    if of_all:
        raise SettingsError(
            f"none of the networks makes use of {', '.join(sorted(of_all))}",
            hint=f"Leave {'them' if len(of_all) > 1 else 'it'} out, or choose other networks "
            "or another --tuning.",
        )
    return tuple(_changed(args, spec, names) for spec, names in zip(plain, idle, strict=True))


def _idle(args: argparse.Namespace, spec: ModelSpec) -> frozenset[str]:
    """Return the options that were given and would not change a network, as they are typed."""
    names = set(_idle_tuning(args, spec.tuning.method))
    if args.norm is not None and _norm_option(spec.decoder) is None:
        names.add("--norm")
    return frozenset(names)


def _changed(args: argparse.Namespace, spec: ModelSpec, idle: Collection[str]) -> ModelSpec:
    left_out = {name.removeprefix("--"): None for name in idle}
    used = argparse.Namespace(**{**vars(args), **left_out, "tuning": spec.tuning.method})
    return dataclasses.replace(
        spec,
        tuning=tuning_from(used, spec.tuning),
        decoder_options=decoder_options_from(used, spec.decoder, spec),
    )


def replaced(value: T, args: argparse.Namespace, fields: dict[str, str]) -> T:
    """Replace the fields of a dataclass whose options were given.

    Parameters
    ----------
    value : dataclass
        What holds where no option was given.
    args : argparse.Namespace
        The options; None for those that were not given.
    fields : dict of str to str
        Option -> field.

    Returns
    -------
    dataclass
        Of the same kind.
    """
    given = {
        field: getattr(args, option)
        for option, field in fields.items()
        if getattr(args, option) is not None
    }
    changed: T = dataclasses.replace(value, **given)  # type: ignore[type-var]
    return changed
