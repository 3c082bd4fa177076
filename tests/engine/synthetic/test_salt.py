"""Synthetic salt: repeatable, labelled where the salt is, and like the tiles of the field."""

import numpy as np
import pytest

from engine.errors import SettingsError
from engine.synthetic.salt import SaltSettings, synthetic_salt
from engine.synthetic.salt_bodies import draw_body, half_plane

WITH_SALT = SaltSettings(tiles=0.0, without_salt=0.0, all_salt=0.0, noise=(0.02, 0.03))


@pytest.mark.parametrize("tiles", [0.0, 1.0])
def test_the_same_seed_gives_the_same_bits(tiles):
    settings = SaltSettings(tiles=tiles)
    first, again = (synthetic_salt((4, 2), settings=settings) for _ in range(2))

    assert first.amplitudes.tobytes() == again.amplitudes.tobytes()
    assert first.labels.tobytes() == again.labels.tobytes()
    assert first.amplitudes.tobytes() != synthetic_salt((4, 3)).amplitudes.tobytes()


@pytest.mark.parametrize("shape", [(224, 224), (101, 101), (90, 260), (16, 16)])
@pytest.mark.parametrize("tiles", [0.0, 1.0])
def test_images_have_the_shape_asked_for_and_are_finite(shape, tiles):
    for seed in range(12):
        data, labels = synthetic_salt(seed, shape, SaltSettings(tiles=tiles))

        assert data.shape == labels.shape == shape
        assert data.dtype == np.float32
        assert labels.dtype == np.uint8
        assert np.isfinite(data).all()
        assert set(np.unique(labels)) <= {0, 1}


def test_an_image_that_is_too_small_is_refused():
    with pytest.raises(SettingsError, match="15 x 224"):
        synthetic_salt(0, (15, 224))


def test_some_images_hold_no_salt_some_are_all_salt_and_the_rest_lies_between():
    share = np.array([synthetic_salt((1, k), (101, 101)).labels.mean() for k in range(200)])

    # 39 % of the TGS tiles are empty; their mean share is 0.25.
    assert 0.3 < (share == 0).mean() < 0.5
    assert (share > 0.99).any()
    assert 0.15 < share.mean() < 0.35


def test_tiles_are_scaled_to_8_bits_one_by_one():
    for seed in range(10):
        data, _ = synthetic_salt(seed, (101, 101), SaltSettings(tiles=1.0, blank=0.0))
        steps = np.diff(np.unique(data))

        assert len(np.unique(data)) <= 256
        assert np.allclose(steps / steps.min(), np.rint(steps / steps.min()), atol=1e-3)


def test_a_tile_spreads_over_the_grey_scale_as_those_of_the_field():
    settings = SaltSettings(tiles=1.0, blank=0.0)
    grey = [synthetic_salt((2, k), (101, 101), settings)[0] * 34 + 122 for k in range(150)]

    # Medians of 3000 TGS tiles: 123 and 28.
    assert np.median([g.mean() for g in grey]) == pytest.approx(123, abs=8)
    assert np.median([g.std() for g in grey]) == pytest.approx(28, abs=4)


def test_vertical_frequencies_lie_in_the_band_of_the_wavelet():
    settings = SaltSettings(tiles=0.0, without_salt=1.0, section_period=(8.0, 8.0))
    power = np.zeros(113)
    for seed in range(40):
        data = synthetic_salt(seed, settings=settings).amplitudes
        power += np.mean(np.abs(np.fft.rfft(data - data.mean(), axis=0)) ** 2, axis=1)

    frequency = np.fft.rfftfreq(224)
    mean = (power * frequency).sum() / power.sum()
    assert 1 / 24 < mean < 1 / 6
    assert power[frequency > 0.35].sum() < 0.02 * power.sum()


def test_salt_is_quieter_inside_than_the_beds_around_it():
    ratios = []
    for seed in range(50):
        data, labels = synthetic_salt(seed, settings=WITH_SALT)
        salt = labels.astype(bool)
        deep = salt.copy()
        for axis in (0, 1):
            deep &= np.roll(salt, 24, axis) & np.roll(salt, -24, axis)
        if deep.sum() > 400 and (~salt).sum() > 400:
            ratios.append(data[deep].std() / data[~salt].std())

    assert len(ratios) > 20
    assert np.median(ratios) < 0.6


def test_the_border_of_the_salt_reflects_more_than_the_beds():
    ratios = []
    for seed in range(40):
        data, labels = synthetic_salt(seed, settings=WITH_SALT)
        top = np.diff(labels.astype(int), axis=0, prepend=0) == 1
        top[0] = False
        if top.sum() > 60:
            ratios.append(np.abs(data[top]).mean() / np.abs(data[labels == 0]).mean())

    assert np.median(ratios) > 2


def test_a_half_plane_without_tilt_is_a_top_and_turned_round_a_base():
    x = np.arange(80, dtype=np.float32)[:, None]
    z = np.arange(80, dtype=np.float32)[None, :]
    top = half_plane(np.random.default_rng(0), x, z, angle=0.0, offset=0.0)
    base = half_plane(np.random.default_rng(0), x, z, angle=np.pi, offset=0.0)
    left = half_plane(np.random.default_rng(0), x, z, angle=np.pi / 2, offset=0.0)

    assert (top[:, -1] > 0).mean() > 0.9
    assert (top[:, 0] < 0).mean() > 0.9
    assert (base[:, 0] > 0).mean() > 0.9
    assert (left[0] > 0).mean() > 0.9
    assert (left[-1] < 0).mean() > 0.9


def test_bodies_cover_a_part_of_the_picture():
    x = np.arange(120, dtype=np.float32)[:, None]
    z = np.arange(120, dtype=np.float32)[None, :]
    share = [
        (draw_body(np.random.default_rng(k), x, z, closeup=bool(k % 2)) > 0).mean()
        for k in range(100)
    ]

    assert 0.2 < np.mean(share) < 0.6
