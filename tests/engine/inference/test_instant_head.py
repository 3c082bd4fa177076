"""A linear head is fitted to strokes at once and can be kept as a model."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.core.amplitudes import AmplitudeStatistics
from engine.core.axes import Axis
from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.core.labels import CERTAIN, LEFT_OUT, POSSIBLE, UNLABELLED, LabelledSection
from engine.core.section import Section
from engine.errors import DataError, JobCancelledError, ModelError, ShapeError
from engine.inference.feature_maps import FeatureMaps
from engine.inference.instant_bundle import save_head
from engine.inference.instant_head import InstantHead, LabelledFeatures, fit_head
from engine.inference.prediction import load_predictor
from engine.jobs.context import ThrottledContext
from engine.preprocessing.tiling import TileGrid
from engine.store.bundle import read_bundle
from engine.store.bundle_store import BundleStore
from engine.store.resuming import load_trainable
from engine.synthetic.facies import synthetic_facies
from engine.synthetic.salt import synthetic_salt
from tests.bundles import write_bundle
from tests.engine.inference.strokes import draw_strokes, mean_iou

pytestmark = pytest.mark.usefixtures("one_thread")

THREE = ClassScheme(tuple(SegmentationClass(name, "#00ff00") for name in ("sand", "shale", "salt")))


def blobs(shape=(84, 112), n_channels=8, seed=0):
    """Features that tell left from right, with noise; one tile of one patch a value."""
    rng = torch.Generator().manual_seed(seed)
    grid = TileGrid.cover(*shape, tile=518, overlap=56)
    maps = torch.randn(1, n_channels, shape[0] // 14, shape[1] // 14, generator=rng)
    maps[0, 0, :, : maps.shape[3] // 2] += 12
    maps = maps * 100 + 1000  # neither centred nor of unit scale
    axes = Axis("twt", "ms", 0, 4, shape[0]), Axis("crossline", "1", 1, 1, shape[1])
    return FeatureMaps(grid, tuple(grid), maps, *axes, np.zeros(shape, dtype=bool))


def labelled(shape=(84, 112)):
    """Return two strokes: class 1 at the left, class 0 at the right."""
    classes = np.full(shape, UNLABELLED, dtype=np.uint8)
    classes[30:34, 5:40] = 1
    classes[50:54, 70:105] = 0
    certainty = np.where(classes == UNLABELLED, 0, CERTAIN).astype(np.uint8)
    return LabelledSection("inline", 0, classes, certainty)


def test_two_strokes_part_a_section():
    maps = blobs()
    head = fit_head([LabelledFeatures(labelled(), maps)], 2)
    mask = head.classify(maps).mask().data
    assert (mask[:, :42] == 1).mean() > 0.85
    assert (mask[:, 70:] == 0).mean() > 0.85
    assert head.n_samples == 35 * 4 * 2
    assert head.loss < 0.1


def test_the_optimum_is_that_of_scipy():
    """The same objective, minimised by another library in 64 bits."""
    optimize = pytest.importorskip("scipy.optimize")
    maps, labels = blobs(), labelled()
    head = fit_head([LabelledFeatures(labels, maps)], 2)
    rows, cols = np.nonzero(labels.classes != UNLABELLED)
    patches = maps.patches.double()
    mean, std = patches.mean(0), patches.std(0)
    x = ((maps.at(rows, cols).features.double() - mean) / std).numpy()
    y = labels.classes[rows, cols]

    def objective(flat):
        w = flat.reshape(2, -1)
        logits = x @ w[:, :-1].T + w[:, -1]
        top = logits.max(axis=1)
        norm = top + np.log(np.exp(logits - top[:, None]).sum(axis=1))
        loss = norm - logits[np.arange(len(y)), y]
        return loss.mean() + 1e-2 * (w[:, :-1] ** 2).sum()

    best = optimize.minimize(objective, np.zeros(2 * 9), method="BFGS", options={"gtol": 1e-7})
    own = (head.weight.double() * std).numpy()
    np.testing.assert_allclose(own, best.x.reshape(2, -1)[:, :-1], atol=0.02)


def test_a_warm_start_ends_at_the_same_place():
    first = fit_head([LabelledFeatures(labelled(), blobs())], 2)
    again = fit_head([LabelledFeatures(labelled(), blobs())], 2, start=first)
    np.testing.assert_allclose(again.weight.numpy(), first.weight.numpy(), atol=1e-4)


def test_what_was_left_out_or_is_doubtful_counts_less():
    maps, labels = blobs(), labelled()
    wrong = labels.classes.copy()
    wrong[10:14, 5:40] = 0  # against the stroke of class 1
    certainty = labels.certainty.copy()
    certainty[10:14, 5:40] = POSSIBLE
    doubtful = LabelledSection("inline", 0, wrong, certainty)
    sure = LabelledSection("inline", 0, wrong, np.where(certainty, CERTAIN, 0).astype(np.uint8))
    out = LabelledSection("inline", 0, np.where(certainty == POSSIBLE, LEFT_OUT, wrong), certainty)
    left = [
        fit_head([LabelledFeatures(item, maps)], 2).classify(maps).data[1, :, :42].mean()
        for item in (sure, doubtful, out, labels)
    ]
    assert left[0] < left[1] < left[2]
    assert left[2] == pytest.approx(left[3])


def test_labels_where_there_are_no_data_do_not_count():
    maps, labels = blobs(), labelled()
    maps.no_data[:, 70:] = True
    with pytest.raises(DataError, match="fewer than two classes"):
        fit_head([LabelledFeatures(labels, maps)], 2)


def test_one_class_alone_is_refused_with_a_hint():
    labels = labelled()
    labels.classes[labels.classes == 0] = UNLABELLED
    with pytest.raises(DataError, match="fewer than two classes") as caught:
        fit_head([LabelledFeatures(labels, blobs())], 2)
    assert "second class" in caught.value.hint
    with pytest.raises(DataError, match="fewer than two classes"):
        fit_head([], 2)


def test_a_class_the_scheme_does_not_have_is_refused():
    with pytest.raises(DataError, match="label of class 1"):
        fit_head([LabelledFeatures(labelled(), blobs())], 1)


def test_labels_of_another_section_are_refused():
    with pytest.raises(ShapeError):
        LabelledFeatures(labelled((84, 98)), blobs())
    head = InstantHead(torch.zeros(2, 5), torch.zeros(2), 1, 0.0)
    with pytest.raises(ShapeError, match="5 channels"):
        head.classify(blobs())


def test_fitting_can_be_cancelled():
    job = ThrottledContext(lambda *_: None)
    job.cancel()
    with pytest.raises(JobCancelledError):
        fit_head([LabelledFeatures(labelled(), blobs())], 2, job=job)


@pytest.mark.parametrize("method", ["frozen", "lora", "adapter"])
def test_a_kept_head_predicts_what_it_gave(method, tmp_path, make_section, statistics):
    base = write_bundle(tmp_path / "base", method=method, decoder="pup")
    predictor = load_predictor(base.path, "cpu")
    section = make_section(120, 250)
    maps = predictor.features(section, statistics)
    classes = np.full((120, 250), UNLABELLED, dtype=np.uint8)
    for class_id in range(3):
        classes[10:20, 80 * class_id : 80 * class_id + 60] = class_id
    labels = LabelledSection("inline", 0, classes, np.full_like(classes, CERTAIN))
    head = fit_head([LabelledFeatures(labels, maps)], 3)
    path = tmp_path / "kept"
    facts = {"n_labelled": labels.n_labelled}
    save_head(head, base, path, classes=THREE, training=facts)
    kept = load_predictor(path, "cpu")
    expected = head.classify(maps).data
    np.testing.assert_allclose(kept.predict(section, statistics).data, expected, atol=1e-4)
    assert expected.std() > 0.05
    bundle = read_bundle(path)
    assert (bundle.name, bundle.task, bundle.spec.decoder) == ("kept", "own", "linear")
    assert bundle.training["started_from"] == base.name
    assert bundle.spec.tuning == base.spec.tuning
    assert "n_labelled" in (path / "README.md").read_text(encoding="utf-8")


def test_training_goes_on_from_a_kept_head(tmp_path):
    base = write_bundle(tmp_path / "base")
    head = InstantHead(torch.randn(2, 192), torch.randn(2), 10, 0.1)
    bundle = save_head(head, base, tmp_path / "kept", classes=base.classes, training={})
    assert bundle.task == base.task
    model = load_trainable(bundle)
    assert torch.equal(model.decoder.classifier.weight[:, :, 0, 0], head.weight)
    assert model.decoder.classifier.weight.requires_grad


def test_a_scheme_of_another_length_is_refused(tmp_path):
    base = write_bundle(tmp_path / "base")
    head = InstantHead(torch.randn(2, 192), torch.randn(2), 10, 0.1)
    with pytest.raises(ModelError, match="3"):
        save_head(head, base, tmp_path / "kept", classes=THREE, training={})
    assert not (tmp_path / "kept").exists()


@pytest.mark.parametrize(
    ("generate", "model", "bound"),
    [(synthetic_facies, "facies-starter", 0.5), (synthetic_salt, "salt-starter", 0.7)],
)
def test_a_few_strokes_of_each_class_give_a_sensible_map(generate, model, bound):
    """Three strokes of 40 samples a class; scored on the whole of the section."""
    predictor = load_predictor(BundleStore().find(model).path, "cpu")
    scores = []
    for seed in (0, 1, 3):
        amplitudes, labels = generate(seed, (224, 448))
        axes = Axis("twt", "ms", 0, 4, 224), Axis("crossline", "1", 1, 1, 448)
        section = Section(amplitudes, *axes)
        maps = predictor.features(section, AmplitudeStatistics.from_samples(amplitudes))
        strokes = draw_strokes(labels, seed=seed)
        if len(np.unique(strokes.targets)) < 3:
            continue  # only one class is there
        head = fit_head([LabelledFeatures(strokes, maps)], int(labels.max()) + 1)
        scores.append(mean_iou(head.classify(maps).mask().data, labels))
    assert np.mean(scores) > bound, scores
