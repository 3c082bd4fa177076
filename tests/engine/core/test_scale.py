import pytest

from engine.core.axes import Axis
from engine.core.scale import metres_per_unit
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
