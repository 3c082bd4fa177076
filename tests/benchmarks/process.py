"""Runs one variant of a training step in this process: its time and peak memory.

``python -m tests.benchmarks.process own|plain|unfused ENCODER SIDE BATCH STEPS``
"""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path

from tests.benchmarks.workload import Workload

ROOT = Path(__file__).resolve().parents[2]
WARM_SIDE = 112


@dataclass(frozen=True)
class Cost:
    """Of one variant."""

    step_s: float
    start_mb: float
    """Peak before the first step: libraries and model."""
    peak_mb: float


def run_apart(variant: str, workload: Workload) -> Cost:
    """Measure a variant in a process of its own."""
    values = (workload.encoder, workload.side, workload.batch, workload.steps)
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.process", variant, *map(str, values)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return Cost(*json.loads(done.stdout.splitlines()[-1]))


def _peak_mb() -> float:
    # On Linux ru_maxrss starts with the peak of the process that made this one.
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\s*(\d+) kB", status.read_text()).group(1)) * 1024e-6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1e-6


def _steps(variant: str, workload: Workload):
    """Import only what the variant needs: what it imports is part of its memory."""
    if variant == "own":
        return import_module("tests.benchmarks.own_steps").own_steps(workload)
    plain = import_module("tests.benchmarks.plain_steps")
    return plain.plain_steps(workload, fused=variant == "plain")


def main(variant: str, encoder: str, *numbers: str) -> None:
    """Write time of a step, peak before and peak after as JSON."""
    workload = Workload(encoder, *map(int, numbers))
    warm = replace(workload, side=min(WARM_SIDE, workload.side), batch=1, steps=1)
    _steps(variant, warm)()
    run = _steps(variant, workload)
    start_mb = _peak_mb()
    began_s = time.perf_counter()
    run()
    step_s = (time.perf_counter() - began_s) / workload.steps
    sys.stdout.write(json.dumps([step_s, start_mb, _peak_mb()]) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
