"""A training run that kills itself: ``python -m tests.engine.training.killed_run``."""

import os
import signal
import sys
from pathlib import Path
from types import MappingProxyType

import torch

from engine.models import designs
from engine.models.weight_store import WeightStore
from engine.training import checkpoint, fine_tune
from engine.training.fine_tune import train_bundle
from engine.training.request import TrainingRequest, stored_request
from engine.training.trainer import Trainer
from tests.engine.training.conftest import SMALL

_PLACES = {
    "step": (Trainer, "_step"),
    "tensors": (checkpoint, "save_state"),
    "flush": (checkpoint, "_flush"),
    "bundle": (fine_tune, "save_model"),
    "end": (checkpoint.CheckpointFolder, "remove"),
}


def kill_at(place, n):
    """Kill this process, as the power would, at the n-th call of a function."""
    owner, name = _PLACES[place]
    original, left = getattr(owner, name), [n]

    def call(*args, **kwargs):
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*args, **kwargs)

    setattr(owner, name, call)


def main(out, cache, place, n):
    """Go on with the run at `out` until the moment of its end."""
    torch.set_num_threads(1)
    designs.DESIGNS = MappingProxyType({**designs.DESIGNS, SMALL.name: SMALL})
    kill_at(place, int(n))
    request: TrainingRequest = stored_request(Path(out))
    train_bundle(request, device=torch.device("cpu"), weights=WeightStore(Path(cache)))


if __name__ == "__main__":
    main(*sys.argv[1:])
