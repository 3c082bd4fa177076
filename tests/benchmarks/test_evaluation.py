"""Images scored against images passed through the bare network."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image

from engine.data.fitting import Fit
from engine.data.folder import scan_folder
from engine.data.folder_source import FolderSource
from engine.models.segmenter import build
from engine.models.spec import ModelSpec
from engine.preprocessing.pipeline import Pipeline
from engine.tasks.boundaries import TOLERANCE_PX
from engine.tasks.metrics import SegmentationMetrics
from engine.tasks.segmentation import InputSettings, ScoringRequest, score_model

N_CLASSES = 2


@pytest.fixture
def samples(tmp_path, request):
    """Write images of a side, with blobs as masks, and open them."""

    def write(n, side):
        rng = np.random.default_rng(0)
        folders = FolderSource(tmp_path / "images", tmp_path / "masks")
        for folder in (folders.images, folders.masks):
            folder.mkdir()
        for number in range(n):
            coarse = rng.random((side // 14, side // 14)) > 0.6
            mask = np.kron(coarse, np.ones((14, 14), dtype=bool)) * np.uint8(255)
            image = rng.integers(0, 256, mask.shape, dtype=np.uint8)
            Image.fromarray(image).save(folders.images / f"{number}.png")
            Image.fromarray(mask).save(folders.masks / f"{number}.png")
        data = scan_folder(folders, N_CLASSES)
        request.addfinalizer(data.close)
        return data

    return write


@pytest.mark.parametrize(("side", "batch", "n"), [(224, 8, 16), (518, 1, 3)])
def test_evaluation_efficiency(side, batch, n, scale, alternately, samples):
    """Every score that an evaluation reports, boundaries and calibration included."""
    side, n = min(side, scale.tile), min(n, 4 * scale.sections)
    data = samples(n, side)
    torch.manual_seed(0)
    model = build(ModelSpec(scale.encoder, "linear", N_CLASSES)).eval()
    device = torch.device("cpu")
    request = ScoringRequest(
        data,
        range(n),
        Pipeline().normaliser(data.statistics),
        N_CLASSES,
        InputSettings((side, side), Fit.RESIZE, batch),
    )
    inputs = torch.randn(batch, 3, side, side)

    def score():
        metrics = SegmentationMetrics(N_CLASSES, tolerance_px=TOLERANCE_PX)
        score_model(model, request, device, metrics=metrics).overall()

    def bare():
        with torch.inference_mode():
            for _ in range(0, n, batch):
                model(inputs)

    alternately.compare(score, bare, reference_name="bare", ratio_name="evaluation_efficiency")
    alternately.note(n_images=n, bound_efficiency=0.95)
