"""Whole volumes, read section by section."""

from __future__ import annotations

import numpy as np


def whole_cube(volume):
    """Stack all inlines as (inline, crossline, sample)."""
    size = volume.axes[0].size
    return np.stack([volume.section("inline", i).data.T for i in range(size)])


def assert_all_directions(volume, expected):
    np.testing.assert_array_equal(whole_cube(volume), expected)
    crosslines = [volume.section("crossline", i).data.T for i in range(volume.axes[1].size)]
    np.testing.assert_array_equal(np.stack(crosslines, axis=1), expected)
    slices = [volume.section(volume.axes[2].name, i).data for i in range(volume.axes[2].size)]
    np.testing.assert_array_equal(np.stack(slices, axis=2), expected)
