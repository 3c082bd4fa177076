import pytest

from engine.core.round_numbers import round_length


@pytest.mark.parametrize(
    ("most", "length"), [(999, 500), (1000, 1000), (0.3, 0.2), (5.5, 5), (1e-9, 1e-9)]
)
def test_lengths_of_scale_bars_are_round(most, length):
    assert round_length(most) == pytest.approx(length)
