"""What a computation takes of a machine's memory, as a value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class MemoryUse:
    """What a computation took.

    Parameters
    ----------
    peak_bytes : int
        Most that was in use at once: of the device's memory on a GPU, by the whole
        program elsewhere; 0 where the system does not tell.
    free_bytes : int
        What others can have beside that peak; 0 where the system does not tell.
    """

    peak_bytes: int = 0
    free_bytes: int = 0
