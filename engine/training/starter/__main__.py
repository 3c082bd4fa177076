"""Trains the starter model: ``python -m engine.training.starter --out FOLDER``.

The time is wall-clock time, and the learning rate follows it, so that the run
ends well on a fast and on a slow machine. A run that is started again on the
same folder goes on from its last checkpoint. At the end the folder holds the
encoder and the bundle as they ship in ``resources/models``.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import torch
from rich.console import Console

from engine.errors import EngineError
from engine.training.starter.models import StarterFacts, write_models
from engine.training.starter.run import StarterRun, StarterSettings

_N_HELD_OUT = 200


def main(argv: list[str] | None = None) -> int:
    """Run the command.

    Parameters
    ----------
    argv : list of str, optional
        Arguments; those of the process by default.

    Returns
    -------
    int
        0 when the time was used up, 1 after an error, 130 when interrupted.
    """
    parser = argparse.ArgumentParser(prog="python -m engine.training.starter", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder of the run")
    parser.add_argument("--minutes", type=float, default=29.0, help="time (default 29)")
    parser.add_argument("--seed", type=int, default=0, help="seed (default 0)")
    parser.add_argument("--rate", type=float, default=1e-3, help="peak learning rate")
    arguments = parser.parse_args(argv)
    torch.set_num_threads(1)
    console = Console()
    try:
        settings = StarterSettings(arguments.minutes, arguments.seed, arguments.rate)
        run = StarterRun(arguments.out, settings, console)
        run.train()
        facts = StarterFacts(
            minutes=settings.minutes,
            seed=settings.seed,
            n_sections=run.n_sections,
            scores={f"{_N_HELD_OUT} held-out synthetic": run.score(_N_HELD_OUT)},
        )
        run.network.use_blocks(grown=True)
        bundle = write_models(run.network.model, arguments.out / "models", facts)
    except EngineError as error:
        Console(stderr=True).print(f"{error}\n{error.hint}".strip(), markup=False)
        return 1
    except KeyboardInterrupt:
        return 130
    console.print(f"wrote {bundle.path.parent}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
