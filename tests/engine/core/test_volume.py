"""The axis along which sections are stacked."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from engine.core.axes import Axis
from engine.core.volume import direction_axis

CROSSLINE = Axis("crossline", "1", 7, 1, 5)


def test_a_direction_of_a_volume_is_one_of_its_axes():
    volume = SimpleNamespace(directions=("inline", "crossline"), axes=(CROSSLINE,))
    assert direction_axis(volume, "crossline") is CROSSLINE


def test_a_line_has_one_position():
    volume = SimpleNamespace(directions=("line",), axes=(CROSSLINE,))
    assert direction_axis(volume, "line").size == 1


def test_an_unknown_direction_is_refused():
    volume = SimpleNamespace(directions=("inline", "crossline"), axes=(CROSSLINE,))
    with pytest.raises(ValueError, match="'twt' among inline, crossline"):
        direction_axis(volume, "twt")
