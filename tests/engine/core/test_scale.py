import pytest

from engine.core.axes import Axis
from engine.core.scale import metres_per_degree, metres_per_unit
from engine.core.survey import Survey

SURVEY = Survey((0.0, 0.0), (3.0, 4.0), (0.0, 12.5))


@pytest.mark.parametrize(
    ("name", "unit", "metres"),
    [
        ("depth", "m", 1.0),
        ("depth", "ft", 0.3048),
        ("twt", "ms", 1.25),
        ("twt", "s", 1250.0),
        ("inline", "1", 5.0),
        ("crossline", "1", 12.5),
        ("column", "px", 1.0),
        ("trace", "1", None),
        ("utc", "s", None),
    ],
)
def test_a_unit_of_an_axis_is_so_many_metres(name, unit, metres):
    assert metres_per_unit(Axis(name, unit, 0.0, 1.0, 9), SURVEY, 2500.0) == metres


def test_lines_in_feet_are_metres_too_and_angles_are_no_lengths():
    axis = Axis("crossline", "1", 0.0, 1.0, 9)
    feet = Survey((0.0, 0.0), (3.0, 4.0), (0.0, 100.0), "ft")
    assert metres_per_unit(axis, feet, 2000.0) == pytest.approx(30.48)
    arcs = Survey((0.0, 0.0), (3.0, 4.0), (0.0, 100.0), "arc seconds")
    assert metres_per_unit(axis, arcs, 2000.0) is None
    assert metres_per_unit(axis, None, 2000.0) is None


@pytest.mark.parametrize(("middle", "narrower"), [(0.0, 1.0), (60.0, 0.5), (-60.0, 0.5)])
def test_a_degree_of_longitude_is_shorter_away_from_the_equator(middle, narrower):
    rows = Axis("latitude", "deg", middle + 2, -1.0, 5)
    cols = Axis("longitude", "deg", 30.0, 1.0, 9)
    across, down = metres_per_degree(rows, cols, 1_737_400.0)
    assert down == pytest.approx(30_323.35, rel=1e-6)  # the Moon's circumference / 360
    assert across == pytest.approx(narrower * down)


def test_other_axes_and_a_map_centred_on_a_pole_have_no_length_of_a_degree():
    cols = Axis("longitude", "deg", 30.0, 1.0, 9)
    assert metres_per_degree(Axis("northing", "m", 0.0, -1.0, 5), cols, 1.0) is None
    assert metres_per_degree(Axis("latitude", "deg", 92.0, -1.0, 5), cols, 1.0) is None
