"""Synthetic crater fields: how many of which size, how they wear, how they are lit."""

import numpy as np
import pytest

from engine.errors import SettingsError
from engine.synthetic.crater import CraterSettings, synthetic_crater
from engine.synthetic.crater_field import (
    TRASK,
    CraterTable,
    draw_diameters,
    mark,
    raise_relief,
    survivors,
)
from engine.synthetic.crater_profile import (
    MOST_WEAR,
    REACH,
    RIM_SHARE,
    SHAPES,
    fresh_profile,
    worn_elevation,
)


def table(*craters):
    """Craters as (row, col, diameter, wear)."""
    row, col, diameter, wear = np.array(craters, dtype=np.float32).T
    ones = np.ones_like(row)
    bowl = np.zeros(len(row), dtype=np.intp)
    return CraterTable(row, col, diameter, ones, 0 * ones, wear, np.float32(0.2) * ones, bowl)


def dug(craters, shape=(80, 80)):
    elevation = np.zeros(shape, dtype=np.float32)
    albedo = np.ones(shape, dtype=np.float32)
    raise_relief(elevation, albedo, craters, np.zeros(len(craters), dtype=np.float32))
    return elevation


def cumulative_slope(diameters, low, high):
    """Maximum-likelihood power of a truncated Pareto distribution, by bisection."""
    d = diameters[(diameters >= low) & (diameters < high)]
    mean = np.log(d / low).mean()
    ratio = np.log(high / low)
    a, b = 0.05, 20.0
    for _ in range(60):
        power = 0.5 * (a + b)
        if 1 / power - ratio / np.expm1(power * ratio) > mean:
            a = power
        else:
            b = power
    return power


def test_the_same_seed_gives_the_same_bits():
    first, again = synthetic_crater(5), synthetic_crater(5)

    assert first.amplitudes.tobytes() == again.amplitudes.tobytes()
    assert first.labels.tobytes() == again.labels.tobytes()
    assert first.sun == again.sun
    assert first.amplitudes.tobytes() != synthetic_crater(6).amplitudes.tobytes()


@pytest.mark.parametrize("shape", [(224, 224), (90, 260), (16, 16)])
def test_images_have_the_shape_asked_for_and_are_finite(shape):
    for seed in range(12):
        sample = synthetic_crater(seed, shape)

        assert sample.amplitudes.shape == sample.labels.shape == shape
        assert sample.amplitudes.dtype == np.float32
        assert np.isfinite(sample.amplitudes).all()
        assert set(np.unique(sample.labels)) <= {0, 1}


def test_a_field_that_is_too_small_is_refused():
    with pytest.raises(SettingsError, match="224 x 8"):
        synthetic_crater(0, (224, 8))


def test_craters_cover_a_plausible_share():
    share = np.array([synthetic_crater((1, k)).labels.mean() for k in range(50)])

    assert 0.03 < np.median(share) < 0.3
    assert share.max() < 0.8


def test_sizes_follow_trasks_line_below_equilibrium_and_production_above():
    rng = np.random.default_rng(0)
    area = 4e7
    sizes = draw_diameters(rng, area, limits=(3, 1000), equilibrium=30.0, slope=3.0)

    assert cumulative_slope(sizes, 3, 30) == pytest.approx(2.0, abs=0.02)
    assert cumulative_slope(sizes, 30, 1000) == pytest.approx(3.0, abs=0.06)
    # Trask: 10^10.9 D^-2 craters larger than D metres on 10^6 square kilometres.
    assert (sizes >= 10).sum() == pytest.approx(10**10.9 * 10**-2 * area / 1e12, rel=0.03)


def test_the_labelled_craters_of_many_images_follow_the_same_slope():
    settings = CraterSettings(equilibrium=(200.0, 200.0), density=(1.0, 1.0))
    fields = [synthetic_crater((3, k), settings=settings).craters for k in range(60)]
    sizes = np.concatenate(
        [f.diameter[(f.row >= 0) & (f.row < 224) & (f.col >= 0) & (f.col < 224)] for f in fields]
    )

    # Those hit by larger ones are missing at all sizes alike, but for the largest.
    assert cumulative_slope(sizes, 10, 60) == pytest.approx(2.0, abs=0.25)
    assert len(sizes) < 60 * 224**2 * TRASK / 100


def test_a_fresh_bowl_has_the_depth_and_the_rim_of_pike():
    assert fresh_profile("bowl", np.float32([0.0]))[0] == pytest.approx(RIM_SHARE - 1)
    assert fresh_profile("bowl", np.float32([1.0]))[0] == pytest.approx(RIM_SHARE, rel=1e-3)
    assert fresh_profile("bowl", np.float32([2.0]))[0] == pytest.approx(RIM_SHARE / 16, rel=0.1)


def test_a_complex_crater_has_a_flat_floor_and_a_central_peak():
    floor = fresh_profile("complex", np.linspace(0.35, 0.5, 20, dtype=np.float32))
    peak = fresh_profile("complex", np.float32([0.0]))[0]

    assert np.ptp(floor) < 0.02
    assert 0.2 < peak - floor.mean() < 0.4


@pytest.mark.parametrize("wear", [0.16, 0.4])
def test_wear_solves_the_diffusion_equation(wear):
    # Explicit differences in the radius, which know nothing of Gaussians.
    n, dr = 400, 0.02
    r = (np.arange(n) + 0.5) * dr
    h = fresh_profile("bowl", r.astype(np.float32)).astype(float)
    dt = 0.2 * dr**2
    for _ in range(round(0.5 * wear**2 / dt)):
        flux = (r[:-1] + 0.5 * dr) * np.diff(h) / dr
        flux = np.concatenate([[0.0], flux, [0.0]])
        h += dt * np.diff(flux) / (r * dr)
    where = r < 2
    ours = worn_elevation(np.zeros(1, np.intp), np.float32([wear]), r[where].astype(np.float32))

    assert np.allclose(ours, h[where], atol=0.03)


def test_wear_makes_craters_shallower():
    depth = [
        -worn_elevation(np.zeros(1, np.intp), np.float32([w]), np.float32([0.0]))[0]
        for w in np.linspace(0, MOST_WEAR, 9)
    ]

    assert np.all(np.diff(depth) < 0)
    assert depth[-1] < 0.4 * depth[0]


@pytest.mark.parametrize("diameter", [7.0, 30.0])
def test_a_crater_lies_where_the_table_says(diameter):
    elevation = dug(table((30, 50, diameter, 0.0)))

    assert np.unravel_index(elevation.argmin(), elevation.shape) == (30, 50)
    assert elevation.min() == pytest.approx(0.2 * diameter * (RIM_SHARE - 1), rel=0.02)
    ring = elevation[30, 50 + round(diameter / 2)]
    assert 0 < ring < 0.2 * diameter * RIM_SHARE * 1.01


def test_a_younger_crater_erases_an_older_one():
    small, large = (40, 40, 20, 0.0), (40, 44, 50, 0.0)
    young_last, young_first = dug(table(small, large)), dug(table(large, small))
    alone = dug(table(large))

    inside = np.s_[30:50, 30:50]
    kept = np.abs(young_first - alone)[inside].mean()
    assert np.abs(young_last - alone)[inside].mean() < 0.3 * kept
    assert survivors(table(small, large)).tolist() == [False, True]
    assert survivors(table(large, small)).tolist() == [True, True]


def test_labels_are_the_discs_inside_the_rims():
    labels = mark(table((40, 40, 40, 0.0), (10, 5, 12, 0.0)), (80, 80))

    row, col = np.mgrid[:80, :80]
    expected = (np.hypot(row - 40, col - 40) <= 20) | (np.hypot(row - 10, col - 5) <= 6)
    assert np.array_equal(labels.astype(bool), expected)


def test_craters_below_the_labelled_diameter_are_not_listed():
    for seed in range(10):
        craters = synthetic_crater(seed).craters
        assert (craters.diameter >= 10).all()


def test_the_wall_that_faces_the_sun_is_the_bright_one():
    settings = CraterSettings(
        noise=(0.01, 0.011), blur=(0.0, 0.1), roughness=(1e-4, 2e-4), sun_elevation=(20.0, 40.0)
    )
    right_side = []
    for seed in range(40):
        sample = synthetic_crater(seed, settings=settings)
        rows, cols = sample.sun.direction
        for k in np.flatnonzero((sample.craters.diameter > 20) & (sample.craters.wear < 0.3)):
            step = 0.3 * sample.craters.diameter[k]
            near, far = (
                (
                    round(float(sample.craters.row[k] + side * step * rows)),
                    round(float(sample.craters.col[k] + side * step * cols)),
                )
                for side in (1, -1)
            )
            if all(0 <= v < 224 for v in (*near, *far)):
                right_side.append(sample.amplitudes[far] > sample.amplitudes[near])

    # The far wall of a hollow faces the sun.
    assert len(right_side) > 30
    assert np.mean(right_side) > 0.9


def test_profiles_end_at_their_reach():
    end = worn_elevation(
        np.arange(len(SHAPES)), np.float32([0.0, 0.3, 0.6]), np.float32([REACH, REACH, 9.0])
    )

    assert np.allclose(end, 0, atol=1e-3)
