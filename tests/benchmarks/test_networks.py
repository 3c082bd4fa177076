"""The networks beside each other, and how fast one model takes another's place."""

from __future__ import annotations

import pytest
import torch

from engine.inference.prediction import load_predictor
from engine.models.allocator import keep_large_blocks
from engine.models.segmenter import build
from engine.models.spec import ModelSpec, TuningSpec
from tests.bundles import write_bundle

# Forward at 518 px relative to LINEAR on the same encoder, as the reference has them:
# decoders of 0.003, 0.45, 0.55 and 1.5 encoders; a whole U-Net of 0.93.
REFERENCE = {"pup": 1.45 / 1.003, "mla": 1.55 / 1.003, "dpt": 2.5 / 1.003, "unet": 0.93 / 1.003}


def _forward(encoder, decoder, tile):
    torch.manual_seed(0)
    keep_large_blocks()
    tuning = TuningSpec("full" if encoder == "unet" else "frozen")
    model = build(ModelSpec(encoder, decoder, 2, tuning)).eval()

    def run():
        with torch.inference_mode():
            model(tile)

    return run


@pytest.mark.parametrize("decoder", REFERENCE)
def test_forward_against_linear(decoder, alternately, scale):
    tile = torch.randn(1, 3, scale.tile, scale.tile, generator=torch.Generator().manual_seed(0))
    encoder = "unet" if decoder == "unet" else scale.encoder
    ratio = alternately.compare(
        _forward(encoder, decoder, tile),
        _forward(scale.encoder, "linear", tile),
        reference_name="linear",
        ratio_name="linear_over_this",
    )
    alternately.note(time_ratio=round(1 / ratio, 3), bound_time_ratio=round(REFERENCE[decoder], 3))


def test_another_model_on_the_same_encoder(alternately, scale, tmp_path):
    """The lightest and the heaviest decoder in turns, while a model holds the encoder."""
    bundles = {
        decoder: write_bundle(
            tmp_path / decoder, method="lora", decoder=decoder, encoder=scale.encoder
        )
        for decoder in ("linear", "dpt")
    }
    held = load_predictor(bundles["linear"].path, "cpu")
    alternately.compare(
        lambda: load_predictor(bundles["dpt"].path, "cpu"),
        lambda: load_predictor(bundles["linear"].path, "cpu"),
        reference_name="linear",
        ratio_name="linear_over_dpt",
    )
    alternately.note(encoder=held.identity.encoder, bound_s=0.05)
