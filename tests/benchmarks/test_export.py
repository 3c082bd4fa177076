"""Whole exports against the bare network, and their memory."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import torch

from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.exporters.segy.exporter import SegyExporter
from engine.inference.predictor import Predictor
from engine.inference.volume_runner import ExportRequest, export_volume
from engine.models.allocator import keep_large_blocks
from engine.models.segmenter import build
from engine.models.spec import ModelSpec
from engine.preprocessing.pipeline import Pipeline
from engine.readers.detect import open_volume
from tests.bundles import write_bundle

CLASSES = ClassScheme((SegmentationClass("a", "#000000"), SegmentationClass("b", "#ffffff")))


def _predictor(scale, decoder):
    torch.manual_seed(0)
    keep_large_blocks()
    model = build(ModelSpec(scale.encoder, decoder, len(CLASSES)))
    return Predictor(model, Pipeline(), CLASSES, tile=scale.tile)


@pytest.mark.parametrize("decoder", ["linear", "pup"])
@pytest.mark.parametrize("content", ["classes", "probabilities"])
def test_export_efficiency(decoder, content, scale, alternately, write_survey, tmp_path):
    """Bare encoder and decoder, in one stream of all threads, over the whole export."""
    path = write_survey(tmp_path / "in.sgy", scale.sections, scale.section_shape)
    volume = open_volume(path)
    predictor = _predictor(scale, decoder)
    request = ExportRequest(
        volume,
        predictor,
        tmp_path / "out.sgy",
        SegyExporter(),
        probabilities=content == "probabilities",
        overwrite=True,
    )
    grid = predictor.grid(*scale.section_shape)
    tile = torch.randn(1, 3, grid.height, grid.width, device=predictor.device)

    def bare():
        with torch.inference_mode():
            for _ in range(scale.sections * len(grid)):
                predictor.model(tile)
            if predictor.device.type == "cuda":
                torch.cuda.synchronize()

    alternately.compare(
        lambda: export_volume(request),
        bare,
        reference_name="bare",
        ratio_name="export_efficiency",
    )
    volume.close()


# On Linux ru_maxrss starts with the peak of the process that made this one.
_EXPORT = """
import re, resource, sys
from pathlib import Path
from engine.cli.main import main
source, model, out = sys.argv[1:]
code = main(["predict", source, "--model", model, "--out", out, "--device", "cpu"])
status = Path("/proc/self/status")
if status.exists():
    print(int(re.search(r"VmHWM:\\s*(\\d+) kB", status.read_text()).group(1)) * 1024)
else:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
sys.exit(code)
"""


def test_memory_does_not_grow_with_the_number_of_sections(benchmark, scale, write_survey, tmp_path):
    """Peak memory of two exports, the second four times as long."""
    bundle = write_bundle(tmp_path / "bundle")
    peaks = {}

    def export(n):
        path = write_survey(tmp_path / f"in-{n}.sgy", n, scale.section_shape)
        out = tmp_path / f"out-{n}.sgy"
        done = subprocess.run(
            [sys.executable, "-c", _EXPORT, str(path), str(bundle.path), str(out)],
            check=True,
            capture_output=True,
            text=True,
        )
        peaks[n] = int(done.stdout.splitlines()[-1]) / 1e6

    small, large = 2 * scale.sections, 8 * scale.sections
    export(small)
    benchmark.pedantic(export, args=(large,), rounds=1)
    source_mb = np.prod(scale.section_shape) * 4e-6
    benchmark.extra_info |= {
        f"peak_{small}_sections_mb": round(peaks[small], 1),
        f"peak_{large}_sections_mb": round(peaks[large], 1),
        "difference_of_sources_mb": round(source_mb * (large - small), 1),
        "growth": round(peaks[large] / peaks[small], 4),
    }
