import pytest

from engine.core.axes import Axis
from engine.core.measure import Measurement

TWT, CROSSLINE = Axis("twt", "ms", 0, 4, 9), Axis("crossline", "1", 1, 1, 9)


def test_on_a_time_section_of_known_spacing():
    # 40 crosslines of 25 m, 100 ms at 2000 m/s: 1000 m across, 100 m down.
    line = Measurement(TWT, CROSSLINE, -40, 100, (25.0, 1.0))
    assert line.metres == (-1000, 100)
    assert line.distance_m == pytest.approx(1004.9876)
    assert line.dip_deg == pytest.approx(5.7106, abs=1e-3)
    assert line.apparent_velocity() == pytest.approx(10_000)
    assert line.slope == -2.5


def test_where_an_axis_is_no_length_only_what_is_known_is_told():
    line = Measurement(TWT, CROSSLINE, 10, 100)
    assert line.metres is line.distance_m is line.dip_deg is None
    assert line.apparent_velocity() is None
    assert line.slope == 10


def test_a_record_of_distances_and_times_has_an_apparent_velocity():
    line = Measurement(Axis("utc", "s", 0, 1, 9), Axis("distance", "m", 0, 1, 9), 500, 0.25)
    assert line.apparent_velocity(1.0) == 2000


def test_upright_level_and_empty_lines_divide_by_nothing():
    assert Measurement(TWT, CROSSLINE, 0, 100, (25.0, 1.0)).slope is None
    assert Measurement(TWT, CROSSLINE, 0, 100, (25.0, 1.0)).dip_deg == 90
    assert Measurement(TWT, CROSSLINE, 9, 0, (25.0, 1.0)).apparent_velocity() is None
    assert Measurement(TWT, CROSSLINE, 0, 0, (25.0, 1.0)).dip_deg is None
