"""A frozen encoder sees each input once, and nothing else changes."""

import numpy as np
import pytest
import torch

from engine.data.augmentation import AugmentationSettings
from engine.data.fitting import Fit
from engine.models.decoders.base import sees_image
from engine.models.decoders.detail import DetailDecoder
from engine.models.decoders.linear import LinearDecoder
from engine.models.decoders.pup import PupDecoder
from engine.models.encoder import Encoder
from engine.models.segmenter import Segmenter
from engine.training.feature_cache import CachedSegmenter, FeatureStore, reason_not_to_cache
from engine.training.fine_tune import train_bundle
from engine.training.records import TrainingHooks
from tests.engine.training.conftest import SMALL


class _Shallow(LinearDecoder):
    """Reads the first and the third map, and not the last."""

    def forward(self, features, size):
        return super().forward([features[0] + 2 * features[2]], size)


def _model(decoder=LinearDecoder, **options):
    torch.manual_seed(0)
    image = (3,) if sees_image(decoder) else ()
    model = Segmenter(Encoder(SMALL), decoder((*image, *(24,) * 4), 2, **options))
    model.encoder.requires_grad_(requires_grad=False)
    return model


def _count_samples(monkeypatch, model):
    seen = []
    original = model.encoder.forward

    def forward(x):
        seen.append(len(x))
        return original(x)

    monkeypatch.setattr(model.encoder, "forward", forward)
    return seen


def _images(n, seed=1):
    return torch.randn(n, 1, 28, 28, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize(
    ("decoder", "options"),
    [
        (LinearDecoder, {}),
        (PupDecoder, {"width": 8}),
        (_Shallow, {}),
        (DetailDecoder, {"width": 8}),
    ],
)
@pytest.mark.parametrize("memory", [1 << 20, 0])
def test_logits_and_gradients_are_those_of_the_model(decoder, options, memory, tmp_path):
    plain, cached = _model(decoder, **options), _model(decoder, **options)
    store = FeatureStore(memory, lambda _: None, tmp_path)
    network = CachedSegmenter(cached, store)
    images = _images(3)
    for _ in range(2):  # computed, then looked up
        plain.zero_grad()
        cached.zero_grad()
        expected, logits = (
            plain(images.expand(-1, 3, -1, -1)),
            network(images.expand(-1, 3, -1, -1)),
        )
        torch.testing.assert_close(logits, expected, atol=1e-5, rtol=1e-5)
        expected.square().mean().backward()
        logits.square().mean().backward()
        for a, b in zip(cached.decoder.parameters(), plain.decoder.parameters(), strict=True):
            torch.testing.assert_close(a.grad, b.grad, atol=1e-5, rtol=1e-4)
    store.close()


def test_each_input_and_its_mirror_image_are_computed_once(monkeypatch, tmp_path):
    model = _model()
    seen = _count_samples(monkeypatch, model)
    network = CachedSegmenter(model, FeatureStore(1 << 20, lambda _: None, tmp_path))
    images = _images(4)
    network(images.expand(-1, 3, -1, -1))
    seen.clear()
    network(images.flip(0).expand(-1, 3, -1, -1))
    assert seen == []
    network(images.flip(-1).expand(-1, 3, -1, -1))
    assert sum(seen) == 4
    with torch.inference_mode():
        network(images.clone().expand(-1, 3, -1, -1))
    assert sum(seen) == 4


def test_features_do_not_depend_on_the_batch_they_were_computed_in(tmp_path):
    images = _images(5)
    rows = []
    for order in (slice(None), slice(3, 4)):
        network = CachedSegmenter(_model(), FeatureStore(1 << 20, lambda _: None, tmp_path))
        rows.append(network(images[order].expand(-1, 3, -1, -1)))
    assert torch.equal(rows[0][3:4], rows[1])


@pytest.mark.parametrize("first_half", [False, True])
def test_an_image_scored_in_another_precision_has_features_of_its_own(first_half, tmp_path):
    """As one that lies in training and validation both."""
    model = _model()
    network = CachedSegmenter(model, FeatureStore(1 << 20, lambda _: None, tmp_path))
    images = _images(2).expand(-1, 3, -1, -1)
    for half in (first_half, not first_half):
        with torch.autocast("cpu", torch.bfloat16, enabled=half):
            assert network(images).allclose(model(images), rtol=0.05, atol=0.02)


def test_looking_at_the_decoder_leaves_its_batch_statistics_and_mode(tmp_path):
    model = _model(PupDecoder, width=8).train()
    before = {k: v.clone() for k, v in model.decoder.state_dict().items()}
    network = CachedSegmenter(model, FeatureStore(1 << 20, lambda _: None, tmp_path))
    with torch.inference_mode():
        network._features(_images(1).expand(-1, 3, -1, -1))
    assert all(torch.equal(v, before[k]) for k, v in model.decoder.state_dict().items())
    assert model.decoder.training


def test_a_store_beyond_its_memory_uses_the_disk_and_gives_back_the_same_bytes(
    tmp_path, monkeypatch
):
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("U", (), {"free": 900, "total": 1000}))
    notes = []
    store = FeatureStore(25, notes.append, tmp_path)
    rows = {(i,): np.arange(10, dtype=np.uint8) + i for i in range(6)}
    for key, row in rows.items():
        store.put(key, row)
    for key, row in rows.items():
        np.testing.assert_array_equal(store.get(key), row)
    assert store.get((7,)) is None
    assert store.n_bytes_on_disk == 40
    assert len(notes) == 1
    assert "temporary file" in notes[0]
    store.close()
    assert store.get((0,)) is None
    assert not list(tmp_path.iterdir())


def test_a_full_disk_ends_keeping_and_not_the_run(tmp_path, monkeypatch):
    notes = []
    store = FeatureStore(0, notes.append, tmp_path)
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("U", (), {"free": 1, "total": 1000}))
    store.put((1,), np.zeros(10, dtype=np.uint8))
    store.put((2,), np.zeros(10, dtype=np.uint8))
    assert store.get((1,)) is None
    assert notes == ["no more features are kept: the disk is nearly full"]
    network = CachedSegmenter(_model(), store)
    assert network(_images(2).expand(-1, 3, -1, -1)).shape == (2, 2, 28, 28)


@pytest.mark.parametrize(
    ("fit", "augmentation", "words"),
    [
        (Fit.RESIZE, AugmentationSettings(), ""),
        (Fit.RESIZE, AugmentationSettings(flip=False), ""),
        (Fit.CROP, AugmentationSettings(), "crops are cut at random"),
        (Fit.RESIZE, AugmentationSettings(noise=0.1), "more than mirroring"),
        (Fit.RESIZE, AugmentationSettings(rotate=True), "more than mirroring"),
    ],
)
def test_the_cache_is_off_where_inputs_never_come_again(fit, augmentation, words):
    reason = reason_not_to_cache(fit, augmentation)
    assert words in reason
    assert bool(reason) == bool(words)


def test_a_run_with_the_cache_loses_what_one_without_does(make_request, weights):
    runs = [
        train_bundle(
            make_request("frozen", "linear", out=str(cached), cache_features=cached),
            device=torch.device("cpu"),
            weights=weights,
        ).result
        for cached in (True, False)
    ]
    assert runs[0].losses == pytest.approx(runs[1].losses, abs=1e-5)
    assert runs[0].best.mean_iou == pytest.approx(runs[1].best.mean_iou, abs=0.01)


def test_a_run_that_cannot_use_the_cache_says_why(make_request, weights):
    notes = []
    request = make_request(epochs=1, augmentation=AugmentationSettings(gain=0.2))
    report = train_bundle(
        request, device=torch.device("cpu"), weights=weights, hooks=TrainingHooks(note=notes.append)
    )
    assert any("not cached: samples are changed at random" in note for note in notes)
    assert report.bundle.training["notes"] == notes
