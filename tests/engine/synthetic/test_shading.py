"""Light and shadow on a surface."""

import numpy as np
import pytest

from engine.synthetic.shading import Sun, cast_shadows, shade


def plane(rise_rows, rise_cols, n=20):
    row, col = np.mgrid[:n, :n].astype(np.float32)
    return (rise_rows * row + rise_cols * col).astype(np.float32)


def test_level_ground_has_the_sine_of_the_suns_height_after_lambert():
    brightness = shade(plane(0, 0), Sun(123.0, 30.0), lambert=1.0)

    assert np.allclose(brightness, 0.5, atol=1e-6)


@pytest.mark.parametrize("lambert", [0.0, 0.5, 1.0])
def test_level_ground_below_the_zenith_has_brightness_1(lambert):
    assert np.allclose(shade(plane(0, 0), Sun(0.0, 90.0), lambert=lambert), 1, atol=1e-6)


def test_a_slope_at_right_angles_to_the_light_is_the_brightest():
    # Ground that falls to the right by 45 degrees faces a sun on the right at 45 degrees.
    facing = shade(plane(0, -1), Sun(90.0, 45.0), lambert=1.0)
    averted = shade(plane(0, 1), Sun(90.0, 45.0), lambert=1.0)

    assert np.allclose(facing, 1, atol=1e-6)
    assert np.allclose(averted, 0, atol=1e-6)


def test_the_azimuth_runs_clockwise_from_the_top():
    falls_to_the_top = plane(0.3, 0)
    values = {
        azimuth: shade(falls_to_the_top, Sun(azimuth, 30.0), lambert=1.0).mean()
        for azimuth in (0.0, 90.0, 180.0, 270.0)
    }

    assert max(values, key=values.get) == 0.0
    assert min(values, key=values.get) == 180.0
    assert values[90.0] == pytest.approx(values[270.0], abs=1e-6)


@pytest.mark.parametrize(("azimuth", "axis", "sign"), [(90, 1, -1), (270, 1, 1), (0, 0, 1)])
def test_a_wall_casts_a_shadow_as_long_as_trigonometry_says(azimuth, axis, sign):
    elevation = np.zeros((101, 101), dtype=np.float32)
    wall = [slice(None), slice(None)]
    wall[axis] = 50
    elevation[tuple(wall)] = 10.0
    lit = np.moveaxis(cast_shadows(elevation, Sun(float(azimuth), 30.0), penumbra=1e-3), axis, 0)

    dark = np.flatnonzero(lit[:, 50] < 0.5) - 50
    length = 10.0 / np.tan(np.deg2rad(30.0))
    assert (np.sign(dark) == sign).all()
    assert np.abs(dark).max() == pytest.approx(length, abs=1.0)
    assert np.abs(dark).min() == 1
    assert len(dark) == np.abs(dark).max()


def test_shadows_agree_with_a_search_along_every_ray():
    rng = np.random.default_rng(3)
    row, col = np.mgrid[:60, :60]
    hills = sum(
        6 * np.exp(-((row - r) ** 2 + (col - c) ** 2) / 30) for r, c in rng.uniform(5, 55, (8, 2))
    ).astype(np.float32)
    sun = Sun(65.0, 18.0)
    dr, dc = sun.direction
    expected = np.ones_like(hills)
    for r in range(60):
        for c in range(60):
            for s in np.arange(0.5, 60, 0.5):
                i, j = round(r + s * dr), round(c + s * dc)
                if not (0 <= i < 60 and 0 <= j < 60):
                    break
                if hills[i, j] - s * np.tan(np.deg2rad(18.0)) > hills[r, c] + 0.05:
                    expected[r, c] = 0
                    break
    ours = cast_shadows(hills, sun, penumbra=1e-3) > 0.5

    assert 0.05 < 1 - expected.mean() < 0.6
    assert (ours == (expected > 0.5)).mean() > 0.95
