import pytest

from engine.core.degrees import degrees_text


@pytest.mark.parametrize(
    ("longitude", "latitude", "told"),
    [
        (-26.57, -87.05, ("87.05° S", "26.57° W")),
        (333.43, 87.05, ("87.05° N", "333.43° E")),
        (0.0, 0.0, ("0.00° N", "0.00° E")),
    ],
)
def test_a_place_has_letters_and_no_signs(longitude, latitude, told):
    assert degrees_text(longitude, latitude, 2) == told
