"""What a run takes, as a value; nothing here loads torch."""

from __future__ import annotations

from dataclasses import dataclass

from engine.core.memory_use import MemoryUse

_SPARE = 0.1
"""Share of the peak that should stay free besides."""


@dataclass(frozen=True, slots=True)
class TrainingCost:
    """What a run takes.

    Parameters
    ----------
    first_step_s, step_s : float
        Seconds of the first step and of a later one. Where the encoder is frozen,
        later ones find its features in memory.
    n_steps : int
        Steps of an epoch.
    validation_s : float
        Seconds of the validation after an epoch.
    n_epochs : int
        Epochs of the run; it may end earlier.
    batch : int
        Samples that fit at once; less than what was wanted if that found no memory.
    wanted_batch : int
        What was wanted.
    memory : MemoryUse
        Of the step.
    disk_bytes : int
        Model, checkpoints and kept epochs.
    free_disk_bytes : int
        Room where the model is to lie.
    device : str
        Where it ran.
    """

    first_step_s: float
    step_s: float
    n_steps: int
    validation_s: float
    n_epochs: int
    batch: int
    wanted_batch: int
    memory: MemoryUse
    disk_bytes: int
    free_disk_bytes: int
    device: str

    @property
    def epoch_s(self) -> float:
        """Seconds of an epoch after the first."""
        return self.n_steps * self.step_s + self.validation_s

    @property
    def total_s(self) -> float:
        """Seconds of all epochs."""
        return self.n_epochs * self.epoch_s + self.n_steps * (self.first_step_s - self.step_s)

    @property
    def problem(self) -> str:
        """Why it does not fit and what to change; empty if it does."""
        if self.free_disk_bytes < self.disk_bytes:
            return (
                f"the disk has {self.free_disk_bytes / 1e9:.1f} GB free, "
                f"{self.disk_bytes / 1e9:.1f} GB are needed: free some, or keep fewer epochs"
            )
        if self.batch < self.wanted_batch:
            return (
                f"only {self.batch} of {self.wanted_batch} samples fit into memory at once: "
                "choose a smaller batch or input; it runs as it is, more slowly"
            )
        memory = self.memory
        if memory.free_bytes and memory.free_bytes < _SPARE * memory.peak_bytes:
            return (
                f"{memory.peak_bytes / 1e9:.1f} GB of memory leave "
                f"{memory.free_bytes / 1e9:.2f} GB free: choose a smaller batch or input"
            )
        return ""
