"""One forward: against plain timm, with and without merging, with and without our allocator."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys

import pytest
import timm
import torch
import torch.nn.functional as F
from torch import nn

from engine.models.adapters import add_lora, merge
from engine.models.segmenter import build
from engine.models.spec import ModelSpec, TuningSpec

TAPS = (2, 5, 8, 11)


@pytest.fixture
def tile():
    torch.manual_seed(0)
    return torch.randn(1, 3, 518, 518)


def _segmenter(encoder, *, lora=False):
    torch.manual_seed(0)
    tuning = TuningSpec("lora" if lora else "frozen")
    model = build(ModelSpec(encoder, "linear", 2, tuning))
    if lora:
        add_lora(model.encoder, tuning)
    return model.eval()


def _run(model, x):
    def run():
        with torch.inference_mode():
            model(x)

    return run


class PlainTimm(nn.Module):
    """timm's DINOv2 with a linear head, and nothing of ours."""

    def __init__(self):
        super().__init__()
        self.vit = timm.create_model("vit_small_patch14_dinov2", pretrained=False, num_classes=0)
        self.head = nn.Conv2d(384, 2, 1)

    def forward(self, x):
        maps = self.vit.forward_intermediates(
            x, indices=list(TAPS), norm=True, output_fmt="NCHW", intermediates_only=True
        )
        return F.interpolate(self.head(maps[-1]), size=x.shape[-2:], mode="bilinear")


def test_forward_at_518_against_plain_timm(alternately, tile):
    alternately.compare(
        _run(_segmenter("dinov2-vits14"), tile),
        _run(PlainTimm().eval(), tile),
        reference_name="timm",
        ratio_name="timm_over_ours",
    )


def test_merged_against_unmerged_adapters(alternately, tile):
    unmerged = _segmenter("dinov2-vits14", lora=True)
    merged = _segmenter("dinov2-vits14", lora=True)
    merge(merged.encoder)
    alternately.compare(
        _run(merged, tile),
        _run(unmerged, tile),
        reference_name="unmerged",
        ratio_name="unmerged_over_merged",
    )


_TIMED = """
import json, resource, statistics, sys, time
from engine.models.allocator import keep_large_blocks
if sys.argv[1] == "keep":
    keep_large_blocks()
import torch
from engine.models.segmenter import build
from engine.models.spec import ModelSpec
model = build(ModelSpec(sys.argv[2], "linear", 2)).eval()
x = torch.randn(1, 3, 518, 518)
rounds = int(sys.argv[3])
cpu_s, faults = [], []
with torch.inference_mode():
    for _ in range(rounds + 2):
        before = resource.getrusage(resource.RUSAGE_SELF)
        model(x)
        after = resource.getrusage(resource.RUSAGE_SELF)
        cpu_s.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        faults.append(after.ru_minflt - before.ru_minflt)
print(json.dumps([statistics.median(cpu_s[2:]), statistics.median(faults[2:])]))
"""


def test_keeping_large_blocks(benchmark, scale):
    """Processor time and page faults of a forward, with freed memory kept and without."""
    cpu_s: dict[str, list[float]] = {"keep": [], "leave": []}
    faults: dict[str, list[int]] = {"keep": [], "leave": []}

    def measure():
        for mode, results in cpu_s.items():
            done = subprocess.run(
                [sys.executable, "-c", _TIMED, mode, scale.encoder, str(scale.rounds)],
                check=True,
                capture_output=True,
                text=True,
            )
            seconds, count = json.loads(done.stdout.splitlines()[-1])
            results.append(seconds)
            faults[mode].append(count)

    benchmark.pedantic(measure, rounds=min(scale.rounds, 3))
    keep_s, leave_s = (statistics.median(cpu_s[mode]) for mode in ("keep", "leave"))
    benchmark.extra_info |= {
        "faults_keep": statistics.median(faults["keep"]),
        "faults_leave": statistics.median(faults["leave"]),
        "leave_over_keep": round(leave_s / keep_s, 4),
    }
