"""A training run of several processes: ``torchrun -m tests.engine.training.parallel_run``."""

import json
import sys
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import torch

from engine.models import designs
from engine.models.weight_store import WeightStore
from engine.training.distributed import join_processes
from engine.training.fine_tune import train_bundle
from engine.training.request import stored_request
from tests.engine.training.conftest import SMALL


def main(stored, out, cache, batch):
    """Train at `out` as the run at `stored` asks for; each process writes what it saw."""
    torch.set_num_threads(1)
    designs.DESIGNS = MappingProxyType({**designs.DESIGNS, SMALL.name: SMALL})
    request = stored_request(Path(stored))
    settings = replace(request.settings, batch=int(batch))
    processes = join_processes(torch.device("cpu"))
    report = train_bundle(
        replace(request, settings=settings, out=Path(out), resume=False),
        device=torch.device("cpu"),
        weights=WeightStore(Path(cache)),
        processes=processes,
    )
    seen = {
        "losses": report.result.losses,
        "history": [record.mean_iou for record in report.result.history],
    }
    Path(f"{out}.{processes.rank}.json").write_text(json.dumps(seen))
    processes.leave()


if __name__ == "__main__":
    main(*sys.argv[1:])
