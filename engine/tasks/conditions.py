"""Versions, device and precision that the numbers of a run rest on."""

from __future__ import annotations

import datetime as dt
import platform

import numpy as np
import torch

from engine.core.provenance import program_version


def machine(device: torch.device) -> dict[str, str]:
    """Name versions and device.

    Parameters
    ----------
    device : torch.device
        Where was computed.

    Returns
    -------
    dict of str to str
        For a report.
    """
    cuda = device.type == "cuda"
    name = torch.cuda.get_device_name(device) if cuda else platform.machine()
    return {
        "outcrop": program_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
        "system": platform.system(),
        "device": f"{device.type} ({name})",
        "threads": str(torch.get_num_threads()),
        "date": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
    }


def scoring_precision(device: torch.device) -> torch.dtype:
    """Say what a network's answers are computed in.

    Parameters
    ----------
    device : torch.device
        Where to compute.

    Returns
    -------
    torch.dtype
        bfloat16 on CUDA devices with units for it, float32 elsewhere.
    """
    on_cuda = device.type == "cuda"
    half = on_cuda and torch.cuda.is_bf16_supported(including_emulation=False)
    return torch.bfloat16 if half else torch.float32
