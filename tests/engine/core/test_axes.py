"""Axes map indices to values and back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.axes import Axis
from engine.errors import ShapeError

axes = st.builds(
    Axis,
    name=st.just("inline"),
    unit=st.just("1"),
    first=st.integers(-10_000, 10_000).map(float),
    step=st.sampled_from([-12.5, -2.0, -1.0, 0.5, 1.0, 2.0, 4.0, 10.0]),
    size=st.integers(1, 500),
)


@given(axes, st.data())
def test_every_index_is_found_by_its_value(axis, data):
    index = data.draw(st.integers(0, axis.size - 1))
    assert axis.index(axis.value(index)) == index
    assert axis.index(axis.value(index + 0.4)) == index
    assert axis.clamp(axis.value(index)) == index


@given(axes)
def test_values_run_from_first_to_last(axis):
    values = axis.values()
    assert values.dtype == np.float64
    assert values.shape == (axis.size,)
    assert (values[0], values[-1]) == (axis.first, axis.last)


@given(axes)
def test_values_outside_are_refused_or_clamped(axis):
    for beyond, end in ((-1, 0), (axis.size, axis.size - 1)):
        with pytest.raises(ShapeError, match="outside") as caught:
            axis.index(axis.value(beyond))
        assert caught.value.hint
        assert axis.clamp(axis.value(beyond)) == end


@given(axes)
def test_json_gives_the_same_axis_back(axis):
    assert Axis.from_json(axis.to_json()) == axis


@pytest.mark.parametrize(
    "changes", [{"size": 0}, {"step": 0.0}, {"step": np.nan}, {"first": np.inf}]
)
def test_impossible_axes_are_refused(changes):
    fields = {"name": "twt", "unit": "ms", "first": 0.0, "step": 4.0, "size": 10} | changes
    with pytest.raises(ShapeError, match="twt"):
        Axis(**fields)


def test_labels_are_for_people():
    assert Axis("twt", "ms", 0, 4, 2).label == "TWT (ms)"
    assert Axis("depth", "m", 0, 5, 2).label == "Depth (m)"
    assert Axis("inline", "1", 0, 1, 2).label == "Inline"


def test_time_and_depth_are_sample_axes():
    assert Axis("twt", "ms", 0, 4, 2).is_samples
    assert Axis("depth", "m", 0, 4, 2).is_samples
    assert not Axis("crossline", "1", 0, 1, 2).is_samples
