"""Options that say what is done to a DAS record before a model sees it."""

from __future__ import annotations

import argparse

from engine.errors import SettingsError
from engine.preprocessing.das_chain import DasChain

_RANGES = {"band": ("low_hz", "high_hz"), "velocity": ("slowest", "fastest")}


def add_processing_options(parser: argparse.ArgumentParser) -> None:
    """Add the options.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        Of ``outcrop predict``.
    """
    group = parser.add_argument_group(
        "processing",
        "of a DAS record before the model sees it, in this order; models are trained on records "
        "as they are",
    )
    group.add_argument("--common-mode", action="store_true", help="remove the median of channels")
    group.add_argument(
        "--difference", type=int, metavar="N", help="differentiate along the fibre over N channels"
    )
    group.add_argument(
        "--band-pass", type=float, nargs=2, metavar=("LOW", "HIGH"), help="in Hz; 0 is open"
    )
    group.add_argument(
        "--velocity",
        type=float,
        nargs=2,
        metavar=("SLOW", "FAST"),
        help="keep apparent velocities by an f-k filter, in m/s; 0 is open",
    )
    group.add_argument("--agc", type=float, metavar="S", help="gain control, window in seconds")


def processing_chain(args: argparse.Namespace) -> DasChain:
    """Return what was chosen.

    Parameters
    ----------
    args : argparse.Namespace
        Parsed arguments.

    Returns
    -------
    DasChain
        Nothing is done where no option was given.

    Raises
    ------
    SettingsError
        If a number is outside its range.
    """
    values: dict[str, float | int | bool] = {"common_mode": args.common_mode}
    if args.difference is not None:
        values |= {"difference": True, "difference_channels": args.difference}
    for name, chosen in (("band", args.band_pass), ("velocity", args.velocity)):
        if chosen is not None:
            if not any(chosen):
                raise SettingsError(
                    f"{name} {chosen[0]:g} to {chosen[1]:g} is open on both sides",
                    hint="Give one of both numbers, or leave the option out.",
                )
            values |= {name: True, **dict(zip(_RANGES[name], chosen, strict=True))}
    if args.agc is not None:
        values |= {"gain": True, "gain_s": args.agc}
    return DasChain.from_json(values)
