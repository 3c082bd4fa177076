"""Random changes that keep image and labels together."""

import numpy as np
import pytest

from engine.data.augmentation import AugmentationSettings, augment
from engine.errors import SettingsError

_OFF = AugmentationSettings(flip=False)


def _sample(rows=12, cols=12):
    image = np.arange(rows * cols, dtype=np.float32).reshape(rows, cols)
    return image, (image % 5).astype(np.uint8)


def _draws(settings, n=64, shape=(12, 12)):
    image, labels = _sample(*shape)
    return [augment(image, labels, settings, np.random.default_rng(i)) for i in range(n)]


def _symmetries(image):
    turns = [np.rot90(image, k) for k in range(4)]
    return [*turns, *(turn[:, ::-1] for turn in turns)]


def test_nothing_happens_when_nothing_is_asked_for():
    image, labels = _sample()
    for changed, moved in _draws(_OFF, 8):
        assert np.array_equal(changed, image)
        assert np.array_equal(moved, labels)


def test_half_are_mirrored_left_to_right_and_none_is_upside_down():
    image, labels = _sample()
    n_mirrored = 0
    for changed, moved in _draws(AugmentationSettings()):
        mirrored = np.array_equal(changed, image[:, ::-1])
        assert mirrored or np.array_equal(changed, image)
        assert np.array_equal(moved, labels[:, ::-1] if mirrored else labels)
        n_mirrored += mirrored
    assert 20 < n_mirrored < 44


@pytest.mark.parametrize("shape", [(12, 12), (9, 12)])
def test_changes_for_sections_never_reverse_the_rows(shape):
    # amplitudes grow downwards; a small stretch and no noise cannot change that
    settings = AugmentationSettings(gain=1.0, stretch=0.1)
    for changed, _ in _draws(settings, shape=shape):
        assert changed.shape == shape
        middle = changed[2:-2, shape[1] // 2]
        assert (np.diff(middle) > 0).all()


def test_craters_are_turned_and_mirrored_all_eight_ways():
    image, labels = _sample()
    seen = set()
    for changed, moved in _draws(AugmentationSettings(rotate=True), 128):
        (way,) = [i for i, s in enumerate(_symmetries(image)) if np.array_equal(changed, s)]
        assert np.array_equal(moved, _symmetries(labels)[way])
        seen.add(way)
    assert seen == set(range(8))


def test_a_picture_that_is_not_square_keeps_its_shape_when_turned():
    image, _ = _sample(6, 10)
    ways = [image, image[:, ::-1], image[::-1], image[::-1, ::-1]]
    seen = set()
    for changed, _ in _draws(AugmentationSettings(rotate=True), shape=(6, 10)):
        seen.add([np.array_equal(changed, way) for way in ways].index(True))
    assert seen == {0, 1, 2, 3}


def test_gain_multiplies_by_a_factor_within_its_range_and_leaves_labels():
    image, labels = _sample()
    factors = []
    for changed, moved in _draws(AugmentationSettings(flip=False, gain=0.5)):
        factor = changed[3, 3] / image[3, 3]
        assert np.allclose(changed, image * factor, rtol=1e-6)
        assert np.array_equal(moved, labels)
        factors.append(factor)
    assert min(factors) >= 1 / 1.5
    assert max(factors) <= 1.5
    assert min(factors) < 0.75
    assert max(factors) > 1.3


def test_noise_has_at_most_the_given_standard_deviation():
    image = np.zeros((64, 64), dtype=np.float32)
    labels = np.zeros((64, 64), dtype=np.uint8)
    settings = AugmentationSettings(flip=False, noise=0.4)
    stds = [augment(image, labels, settings, np.random.default_rng(i))[0].std() for i in range(40)]
    assert max(stds) < 0.42
    assert max(stds) > 0.3
    assert min(stds) < 0.1


def test_a_stretched_ramp_stays_a_ramp_about_its_centre():
    rows = np.arange(41, dtype=np.float32) - 20
    image = np.repeat(rows[:, None], 41, axis=1)
    labels = np.where(rows[:, None] >= 0, 1, 0).astype(np.uint8).repeat(41, axis=1)
    settings = AugmentationSettings(flip=False, stretch=0.25)
    slopes = []
    for i in range(40):
        changed, moved = augment(image, labels, settings, np.random.default_rng(i))
        slope = changed[21, 20]
        slopes.append(1 / slope)
        assert changed[20, 20] == 0
        inside = np.abs(rows * slope) <= 20  # what the stretched picture still covers
        assert np.allclose(changed[inside, 20], rows[inside] * slope, atol=1e-4)
        assert (moved[20:36, 20] == 1).all()
        assert (moved[5:19, 20] == 0).all()
    assert 1 / 1.25 <= min(slopes) < 0.9
    assert 1.1 < max(slopes) <= 1.25


def test_a_shrunk_sample_leaves_a_rim_that_is_not_labelled():
    image, labels = np.ones((40, 40), np.float32), np.ones((40, 40), np.uint8)
    settings = AugmentationSettings(flip=False, stretch=0.5)
    rims = 0
    for i in range(40):
        changed, moved = augment(image, labels, settings, np.random.default_rng(i))
        assert np.array_equal(changed == 0, moved == 255)
        assert set(np.unique(moved)) <= {1, 255}
        rims += bool((moved == 255).any())
    assert 10 < rims < 40


def test_the_same_chance_gives_the_same_sample_and_inputs_stay_as_they_are():
    settings = AugmentationSettings(gain=0.3, noise=0.2, stretch=0.1, rotate=True)
    image, labels = _sample()
    image.setflags(write=False)
    labels.setflags(write=False)
    first, again = (augment(image, labels, settings, np.random.default_rng(5)) for _ in range(2))
    assert np.array_equal(first[0], again[0])
    assert np.array_equal(first[1], again[1])
    assert first[0].dtype == np.float32
    assert first[1].dtype == np.uint8


@pytest.mark.parametrize("domain", ["seismic", "das"])
def test_sections_and_records_cannot_be_rotated(domain):
    with pytest.raises(SettingsError, match=domain):
        AugmentationSettings(rotate=True).check_domain(domain)
    AugmentationSettings(gain=1).check_domain(domain)
    AugmentationSettings(rotate=True).check_domain("lunar")


@pytest.mark.parametrize(
    "values", [{"gain": -0.1}, {"gain": 5}, {"noise": 3}, {"stretch": 0.6}, {"noise": float("nan")}]
)
def test_strengths_outside_their_range_are_refused(values):
    with pytest.raises(SettingsError, match=next(iter(values))):
        AugmentationSettings(**values)


def test_settings_go_through_json():
    settings = AugmentationSettings(gain=0.5, rotate=True)
    assert AugmentationSettings.from_json(settings.to_json()) == settings
    with pytest.raises(SettingsError, match="spin"):
        AugmentationSettings.from_json({"spin": 1})
