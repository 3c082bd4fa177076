"""How much memory a computation takes, and how much there is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import torch

from engine.core.memory_use import MemoryUse

_STATUS, _MEMORY = Path("/proc/self/status"), Path("/proc/meminfo")
_RESET = Path("/proc/self/clear_refs")
_RESET_PEAK = "5"


@contextmanager
def measured_memory(device: torch.device) -> Iterator[MemoryUse]:
    """Measure the memory that a computation takes.

    Parameters
    ----------
    device : torch.device
        Where it runs.

    Yields
    ------
    MemoryUse
        Filled in at the end.
    """
    use = MemoryUse()
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)
        yield use
        use.peak_bytes = torch.cuda.max_memory_reserved(device)
        use.free_bytes = torch.cuda.mem_get_info(device)[0]
        return
    with suppress(OSError):
        _RESET.write_text(_RESET_PEAK)
    yield use
    use.peak_bytes = _field(_STATUS, "VmHWM") or _resource_peak()
    now = _field(_STATUS, "VmRSS")
    available = _field(_MEMORY, "MemAvailable")
    use.free_bytes = max(0, available + now - use.peak_bytes) if available else 0


def _field(path: Path, name: str) -> int:
    """Read a field of Linux' tables, bytes; 0 where there is none."""
    try:
        lines = path.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return 0
    for line in lines:
        key, _, value = line.partition(":")
        if key == name:
            return int(value.split()[0]) * 1024
    return 0


def _resource_peak() -> int:
    """Ask other systems than Linux for the program's peak since its start."""
    if sys.platform == "win32":
        return 0
    import resource  # noqa: PLC0415 - not there on Windows

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
