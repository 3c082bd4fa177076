"""Fan filters on plane waves whose velocities are known."""

from __future__ import annotations

import numpy as np
import pytest

from engine.core.axes import Axis
from engine.core.section import Section
from engine.errors import SettingsError
from engine.preprocessing.das_velocity_filter import velocity_filter

INNER = (slice(150, 650), slice(30, 90))


def waves(*velocities, spacing_m=2.0, frequency_hz=20.0):
    """Return plane waves, shape (800, 120), 200 samples a second; each has amplitude 1."""
    rows = Axis("utc", "s", 1679486400.0, 1 / 200.0, 800)
    cols = Axis("distance", "m", 10.0, spacing_m, 120)
    seconds = rows.step * np.arange(800)[:, None]
    data = sum(np.cos(2 * np.pi * frequency_hz * (seconds - cols.values() / v)) for v in velocities)
    return Section(np.asarray(data, dtype=np.float32), rows, cols)


@pytest.mark.parametrize("spacing_m", [2.0, -2.0])
@pytest.mark.parametrize(
    ("limits", "direction", "kept"),
    [
        ((200, 1000), "both", (400.0, -400.0)),
        ((1000, None), "both", (4000.0,)),
        ((None, 1000), "both", (400.0, -400.0)),
        ((200, 1000), "forward", (400.0,)),
        ((200, 1000), "backward", (-400.0,)),
        ((None, None), "forward", (400.0, 4000.0)),
    ],
)
def test_only_waves_of_the_velocities_are_kept(limits, direction, kept, spacing_m):
    everything = waves(400.0, -400.0, 4000.0, spacing_m=spacing_m)
    result = velocity_filter(everything, *limits, direction=direction)
    expected = waves(*kept, spacing_m=spacing_m)
    error = (result.data - expected.data)[INNER]
    assert np.sqrt((error**2).mean()) < 0.12


def test_what_all_channels_share_is_infinitely_fast():
    data = waves(400.0)
    shared = np.random.default_rng(0).normal(size=(800, 1)).astype(np.float32)
    both = Section(data.data + shared, data.rows, data.cols)
    result = velocity_filter(both, 200, 1000)
    assert (result.data - data.data)[INNER].std() < 0.12
    kept = velocity_filter(both, 5000, None)
    assert (kept.data - shared)[INNER].std() < 0.12


def test_gaps_stay_and_nothing_runs_over_them():
    section = waves(400.0)
    section.data[300:340] = np.nan
    section.data[:, 7] = np.nan
    missing = section.no_data
    result = velocity_filter(section, 200, 1000)
    np.testing.assert_array_equal(result.no_data, missing)
    section.data[:300] *= 1e6
    louder = velocity_filter(section, 200, 1000)
    np.testing.assert_array_equal(louder.data[340:], result.data[340:])


@pytest.mark.parametrize("limits", [(0, 100), (500, 100), (100, 100), (None, None), (-5, None)])
def test_velocities_out_of_order_are_refused(limits):
    with pytest.raises(SettingsError, match="apparent velocities"):
        velocity_filter(waves(400.0), *limits)


def test_an_unknown_way_is_refused():
    with pytest.raises(SettingsError, match="'sideways'"):
        velocity_filter(waves(400.0), 100, None, direction="sideways")
