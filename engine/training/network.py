"""The network as it is computed in training: precision, compilation, memory."""

from __future__ import annotations

import time

import torch
from torch import Tensor, nn

from engine.errors import SettingsError
from engine.models.allocator import keep_large_blocks
from engine.tasks.conditions import scoring_precision
from engine.training.settings import TrainingSettings


class TrainedNetwork(nn.Module):
    """A segmenter that takes images of one channel.

    Parameters
    ----------
    model : torch.nn.Module
        Takes ``(B, 3, H, W)``; parameters are shared with it.
    half : bool
        Whether to compute in bfloat16 where autocast finds it safe.
    """

    def __init__(self, model: nn.Module, *, half: bool) -> None:
        super().__init__()
        self.model = model
        self._half = half

    def forward(self, images: Tensor) -> Tensor:
        """Compute class logits.

        Parameters
        ----------
        images : Tensor, shape (B, 1, H, W)
            Normalised.

        Returns
        -------
        Tensor, shape (B, K, H, W)
            Logits.
        """
        with torch.autocast(images.device.type, dtype=torch.bfloat16, enabled=self._half):
            logits: Tensor = self.model(images.expand(-1, 3, -1, -1))
        return logits


def computes_in_half(precision: str, device: torch.device) -> bool:
    """Decide whether training computes in bfloat16.

    Parameters
    ----------
    precision : {"auto", "bfloat16", "float32"}
        What is wanted; ``auto`` is bfloat16 on CUDA devices that have units for it,
        and never on a CPU, where losses are to repeat to the last digit.
    device : torch.device
        Where to compute.

    Returns
    -------
    bool
        Weights, gradients and losses are float32 either way.

    Raises
    ------
    SettingsError
        If bfloat16 is wanted and the device has no units for it.
    """
    if precision == "float32":
        return False
    able = scoring_precision(device) is torch.bfloat16
    if precision == "bfloat16" and device.type == "cpu":
        able = bfloat16_is_faster()
    if precision == "bfloat16" and not able:
        raise SettingsError(
            f"precision bfloat16 is not possible on {device.type}: it has no units for it",
            hint="Train with --precision auto, or on a processor or CUDA device of the last years.",
        )
    return able


def bfloat16_is_faster() -> bool:
    """Time a matrix product on the CPU in both precisions; not every processor has the units.

    Returns
    -------
    bool
        Whether the product takes less than three quarters of the time. With units it
        is two to five times as fast, without them five times as slow, so that the
        answer does not depend on what else the processor does.
    """
    single, half = (_product_s(dtype) for dtype in (torch.float32, torch.bfloat16))
    return half < 0.75 * single


def _product_s(dtype: torch.dtype) -> float:
    """Time a product of matrices, at best of five."""
    x = torch.ones(768, 768, dtype=dtype)
    times = []
    for _ in range(6):
        start = time.perf_counter()
        torch.mm(x, x)
        times.append(time.perf_counter() - start)
    return min(times[1:])


def prepare_network(
    model: nn.Module, settings: TrainingSettings, device: torch.device
) -> TrainedNetwork:
    """Set up how a model is computed in training.

    On a CPU the weights of convolutions are laid out with channels last, and the
    allocator keeps large blocks: activations of training are as large as they
    are short-lived.

    Parameters
    ----------
    model : torch.nn.Module
        On `device`.
    settings : TrainingSettings
        Its `precision`, `compile` and `checkpoint_activations`.
    device : torch.device
        Where to compute.

    Returns
    -------
    TrainedNetwork
        Shares the model's parameters.

    Raises
    ------
    SettingsError
        If the device or the encoder cannot do it.
    """
    if device.type == "cpu":
        keep_large_blocks()
        model.to(memory_format=torch.channels_last)
    if settings.checkpoint_activations:
        _checkpoint_activations(model)
    network = TrainedNetwork(model, half=computes_in_half(settings.precision, device))
    if settings.compile:
        network.compile()
    return network


def _checkpoint_activations(model: nn.Module) -> None:
    """Compute activations of the encoder's blocks again in the backward pass, to save memory."""
    switches = [
        module
        for name, module in model.named_modules()
        if "encoder." in name and hasattr(type(module), "set_grad_checkpointing")
    ]
    if not switches:
        raise SettingsError(
            "this encoder cannot compute activations again",
            hint="Train it without --checkpoint-activations.",
        )
    for module in switches:
        module.set_grad_checkpointing(enable=True)
