"""A predictor applies a model to sections of any size."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch
from torch import nn

from engine.core.amplitudes import AmplitudeStatistics
from engine.errors import EngineError, JobCancelledError, SettingsError
from engine.inference.model_identity import ModelIdentity
from engine.inference.predictor import Predictor
from engine.jobs.context import ThrottledContext
from engine.preprocessing.pipeline import Pipeline


def _expected(section, statistics):
    x = np.clip((section.data - statistics.mean) / statistics.std, -4, 4)
    return 1 / (1 + np.exp(-2 * x))


@pytest.mark.parametrize("shape", [(1, 1), (5, 9), (14, 28), (60, 200), (131, 97), (300, 61)])
def test_any_size_gives_the_whole_image_result(
    shape, make_predictor, sign_model, make_section, statistics
):
    section = make_section(*shape)
    predictor = make_predictor(sign_model(), tile=98, overlap=28)
    result = predictor.predict(section, statistics)
    assert result.data.shape == (2, *shape)
    assert result.data.dtype == np.float32
    assert result.rows is section.rows
    np.testing.assert_allclose(result.data.sum(axis=0), 1, atol=1e-5)
    np.testing.assert_allclose(result.data[1], _expected(section, statistics), atol=1e-5)


def test_the_mask_is_that_of_the_probabilities(
    make_predictor, sign_model, make_section, statistics
):
    section = make_section(130, 250)
    section.data[3:9, 40:50] = np.nan
    predictor = make_predictor(sign_model(), tile=98)
    mask = predictor.classify(section, statistics)
    expected = predictor.predict(section, statistics).mask()
    assert mask.data.dtype == np.uint8
    np.testing.assert_array_equal(mask.data, expected.data)


def test_amplitudes_are_scaled_by_the_survey_not_the_section(
    make_predictor, sign_model, make_section
):
    section = make_section(28, 28)
    loud = AmplitudeStatistics.from_samples(np.random.default_rng(0).normal(0, 5000, 10_000))
    result = make_predictor(sign_model()).predict(section, loud)
    np.testing.assert_allclose(result.data, 0.5, atol=0.05)


def test_no_data_is_filled_for_the_model_and_nan_in_the_result(
    make_predictor, sign_model, make_section, statistics
):
    section = make_section(50, 40)
    section.data[:, 10:13] = np.nan
    section.data[20, 0] = np.nan
    result = make_predictor(sign_model()).predict(section, statistics)
    np.testing.assert_array_equal(np.isnan(result.data).all(axis=0), section.no_data)
    np.testing.assert_array_equal(np.isnan(result.data).any(axis=0), section.no_data)


def test_a_section_without_data_is_not_evaluated(
    make_predictor, sign_model, make_section, statistics
):
    section = make_section(50, 40)
    section.data[:] = np.nan
    model = sign_model()
    predictor = make_predictor(model)
    assert np.isnan(predictor.predict(section, statistics).data).all()
    assert (predictor.classify(section, statistics).data == 255).all()
    assert model.sizes == []


def test_tiles_without_data_are_skipped(make_predictor, sign_model, make_section, statistics):
    section = make_section(98, 400)
    section.data[:, :200] = np.nan
    model = sign_model()
    result = make_predictor(model, tile=98, overlap=14).predict(section, statistics)
    assert sum(shape[0] for shape in model.sizes) == 3
    np.testing.assert_allclose(
        result.data[1, :, 200:], _expected(section, statistics)[:, 200:], atol=1e-5
    )


def test_small_tiles_are_evaluated_together(make_predictor, sign_model, make_section, statistics):
    model = sign_model()
    make_predictor(model, tile=98, overlap=14).predict(make_section(98, 400), statistics)
    assert len(model.sizes) == 1
    assert model.sizes[0][0] == 5


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError,
        MemoryError,
        "[enforce fail] DefaultCPUAllocator: not enough memory: you tried to allocate 9 bytes",
        "DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes.",
    ],
)
def test_out_of_memory_halves_the_tile_and_goes_on(
    error, make_predictor, sign_model, make_section, statistics, caplog
):
    section = make_section(260, 260)
    model = sign_model(largest=70 * 70, error=error)
    predictor = make_predictor(model, tile=252)
    result = predictor.predict(section, statistics)
    assert predictor.tile <= 70
    assert "out of memory" in caplog.text
    np.testing.assert_allclose(result.data[1], _expected(section, statistics), atol=1e-5)
    failures = len(model.sizes)
    predictor.predict(section, statistics)
    assert all(h * w * b <= 70 * 70 for b, _, h, w in model.sizes[failures:])


def test_no_memory_for_the_smallest_tile_is_a_clear_error(
    make_predictor, sign_model, make_section, statistics
):
    predictor = make_predictor(sign_model(largest=10, error=torch.OutOfMemoryError))
    with pytest.raises(EngineError, match="not enough memory on cpu") as caught:
        predictor.predict(make_section(300, 300), statistics)
    assert caught.value.hint


def test_other_errors_of_the_model_pass_through(
    make_predictor, sign_model, make_section, statistics
):
    predictor = make_predictor(sign_model(largest=10, error="mat1 and mat2 do not fit"))
    with pytest.raises(RuntimeError, match="mat1"):
        predictor.predict(make_section(300, 300), statistics)


def test_it_stops_between_tiles_when_cancelled(
    make_predictor, sign_model, make_section, statistics
):
    model = sign_model()
    job = ThrottledContext(lambda done, total, message: None)
    handle = model.register_forward_hook(lambda *_: job.cancel())
    predictor = make_predictor(model, tile=490, overlap=14)
    with pytest.raises(JobCancelledError):
        predictor.predict(make_section(980, 980), statistics, job)
    handle.remove()
    assert len(model.sizes) == 1


def test_progress_counts_tiles(make_predictor, sign_model, make_section, statistics):
    seen = []

    class Job:
        def check(self):
            pass

        def report(self, done, total, message=""):
            seen.append((done, total))

    predictor = make_predictor(sign_model(), tile=490, overlap=14)
    predictor.predict(make_section(900, 900), statistics, Job())
    assert seen == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]


def test_seams_are_smooth(make_predictor, make_section, statistics):
    class Edges(nn.Module):
        """Answers differ near the border of a tile, as a network's do."""

        def forward(self, x):
            ramp = torch.linspace(-1, 1, x.shape[-1]).expand_as(x[:, 0])
            return torch.stack([ramp, -ramp], dim=1)

    section = make_section(28, 900)
    predictor = make_predictor(Edges(), tile=224, overlap=56)
    data = predictor.predict(section, statistics).data[0, 0]
    # Without blending the step at a seam is tanh(1) = 0.76.
    assert np.abs(np.diff(data)).max() < 0.05


def test_the_model_is_in_evaluation_mode_and_keeps_no_gradients(
    make_predictor, make_section, statistics
):
    class Noisy(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Sequential(nn.Conv2d(3, 2, 3, padding=1), nn.Dropout(0.9))

        def forward(self, x):
            logits = self.layer(x)
            assert not logits.requires_grad
            return logits

    predictor = make_predictor(Noisy().train())
    section = make_section(40, 40)
    first = predictor.predict(section, statistics).data
    np.testing.assert_array_equal(first, predictor.predict(section, statistics).data)


def test_impossible_tiles_are_refused_at_once(make_predictor, sign_model):
    with pytest.raises(SettingsError, match="cannot overlap"):
        make_predictor(sign_model(), tile=56, overlap=56)


def test_models_are_told_apart_by_their_identity(make_predictor, sign_model):
    first = ModelIdentity("faults", "outcrop-vit-tiny14", "ab" * 32, "f00d")
    assert make_predictor(sign_model(), identity=first).identity == first
    assert first != dataclasses.replace(first, encoder_sha256="cd" * 32)
    anonymous = make_predictor(sign_model())
    assert anonymous.identity.pipeline == anonymous.pipeline.fingerprint


def test_a_model_trained_on_enlarged_images_sees_sections_enlarged(
    classes, sign_model, make_section, statistics
):
    section = make_section(40, 30)
    section.data[:] = np.where(np.arange(30) < 15, -50.0, 50.0)
    section.data[:, 27:] = np.nan
    model = sign_model()
    predictor = Predictor(model, Pipeline(zoom=(2.1, 1.4)), classes, device="cpu")
    result = predictor.predict(section, statistics)
    assert model.sizes == [(1, 3, 84, 42)]
    assert result.data.shape == (2, 40, 30)
    np.testing.assert_allclose(result.data[:, :, :27].sum(axis=0), 1, atol=1e-5)
    assert (result.mask().data[:, :14] == 0).all()
    assert (result.mask().data[:, 16:27] == 1).all()
    assert (result.mask().data[:, 27:] == 255).all()
