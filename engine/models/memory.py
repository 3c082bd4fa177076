"""Telling that memory has run out, and giving back what is left over."""

from __future__ import annotations

import torch


def is_out_of_memory(error: BaseException) -> bool:
    """Tell whether an error means that a tensor found no room.

    Parameters
    ----------
    error : BaseException
        What was raised.

    Returns
    -------
    bool
        True for CUDA's, MPS' and the CPU allocator's own ways to say it.
    """
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError) and any(
        words in text for words in ("out of memory", "not enough memory", "can't allocate memory")
    )


def release_memory(device: torch.device) -> None:
    """Give cached memory of a device back, so that it can be cut anew.

    Parameters
    ----------
    device : torch.device
        Where memory ran out.
    """
    if device.type == "cuda":
        torch.cuda.empty_cache()
    elif device.type == "mps":
        torch.mps.empty_cache()
