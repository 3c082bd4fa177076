"""Trains the starter models: ``python -m engine.training.starter --out FOLDER``.

The time is wall-clock time, and the learning rate follows it, so that the run
ends well on a fast and on a slow machine. A run that is started again on the
same folder goes on from its last checkpoint. At the end the folder holds the
encoder and the bundles as they ship in ``resources/models``; recorded images can
be scored for their cards, and serve nothing else.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import torch
from rich.console import Console

from engine.errors import EngineError
from engine.training.starter.facts import StarterFacts
from engine.training.starter.kinds import KINDS
from engine.training.starter.models import write_models
from engine.training.starter.real_scores import real_scores
from engine.training.starter.run import StarterRun, StarterSettings

_N_HELD_OUT = 200
_SCORED = {kind.task: kind for kind in KINDS if kind.n_classes == 2}


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
    parser.add_argument("--start", type=Path, help="folder of models to start from")
    parser.add_argument(
        "--score",
        nargs=3,
        action="append",
        default=[],
        metavar=("TASK", "FOLDER", "TITLE"),
        help="score recorded images too, from FOLDER/images and FOLDER/masks; tasks: "
        + ", ".join(_SCORED),
    )
    arguments = parser.parse_args(argv)
    if unknown := {task for task, _, _ in arguments.score} - set(_SCORED):
        parser.error(f"no recorded images of {', '.join(sorted(unknown))} can be scored")
    torch.set_num_threads(1)
    # Every operation gives the interpreter lock up and wants it back, while images are
    # generated under it: at the usual 5 ms the network would wait most of the time.
    sys.setswitchinterval(1e-4)
    console = Console()
    try:
        settings = StarterSettings(
            arguments.minutes, arguments.seed, arguments.rate, arguments.start
        )
        run = StarterRun(arguments.out, settings, console)
        run.train()
        run.network.use_blocks(grown=True)
        run.network.round_to_half()
        name = f"{_N_HELD_OUT} held-out synthetic"
        scores = {kind.task: {name: run.score(kind, _N_HELD_OUT)} for kind in KINDS}
        for task, folder, title in arguments.score:
            model = run.network.segmenter(_SCORED[task]).eval()
            count, row = real_scores(_SCORED[task], model, Path(folder))
            scores[task][f"{count} recorded, {title}"] = row
        facts = StarterFacts(settings, run.n_images, run.start, scores)
        write_models(run.network, arguments.out / "models", facts)
    except EngineError as error:
        Console(stderr=True).print(f"{error}\n{error.hint}".strip(), markup=False)
        return 1
    except KeyboardInterrupt:
        return 130
    console.print(f"wrote {arguments.out / 'models'}", markup=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
