"""What numbers rest on."""

import pytest
import torch

from engine.tasks.conditions import scoring_precision
from engine.tasks.segmentation import forward_logits


@pytest.mark.parametrize(
    ("device", "units", "precision"),
    [
        ("cuda", True, torch.bfloat16),
        ("cuda", False, torch.float32),
        ("mps", True, torch.float32),
        ("cpu", True, torch.float32),
    ],
)
def test_answers_are_rounded_only_on_cuda_with_units_for_it(monkeypatch, device, units, precision):
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda **_: units)
    assert scoring_precision(torch.device(device)) is precision


def test_the_precision_named_is_that_of_the_answer():
    network = torch.nn.Conv2d(3, 2, 1)
    with torch.inference_mode():
        logits = forward_logits(network, torch.zeros(1, 1, 4, 4))
    assert logits.dtype is scoring_precision(torch.device("cpu"))
