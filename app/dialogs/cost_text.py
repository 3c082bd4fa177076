"""What a training takes, in words."""

from __future__ import annotations

from app.widgets.durations import duration_text
from engine.training.training_cost import TrainingCost


def cost_text(cost: TrainingCost) -> str:
    """Put what a training takes into words, in a few lines."""
    memory = cost.memory
    free = f", {memory.free_bytes / 1e9:.1f} GB stay free" if memory.free_bytes else ""
    epochs = "1 epoch" if cost.n_epochs == 1 else f"{cost.n_epochs} epochs"
    steps = "1 step" if cost.n_steps == 1 else f"{cost.n_steps} steps"
    lines = [
        f"Time: {duration_text(cost.total_s)} for {epochs} on {cost.device}. One epoch takes "
        f"{duration_text(cost.epoch_s)}: {steps} of {duration_text(cost.step_s)}, "
        f"and {duration_text(cost.validation_s)} of validation.",
        f"Memory: {memory.peak_bytes / 1e9:.1f} GB{free}. "
        f"Disk: {cost.disk_bytes / 1e9:.2f} GB, {cost.free_disk_bytes / 1e9:.0f} GB are free.",
        f"⚠ {sentence(cost.problem)}" if cost.problem else "It fits.",
    ]
    return "\n".join(lines)


def sentence(text: str) -> str:
    """Make a message begin with a capital and end with a full stop.

    Parameters
    ----------
    text : str
        The message; not empty.

    Returns
    -------
    str
        The sentence.
    """
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."
