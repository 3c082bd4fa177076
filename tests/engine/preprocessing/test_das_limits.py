"""Chains are held against the axes of a record, before anything is read."""

from __future__ import annotations

import pytest

from engine.core.axes import Axis
from engine.errors import SettingsError
from engine.preprocessing.das_chain import DasChain
from engine.preprocessing.das_limits import check_chain

CHANNELS = Axis("distance", "m", 0.0, 2.0, 30)
TIME = Axis("utc", "s", 1679486400.0, 0.005, 400)


@pytest.mark.parametrize(
    "chain",
    [
        DasChain(),
        DasChain(difference=True, difference_channels=28),
        DasChain(band=True, low_hz=5.0, high_hz=99.0),
        DasChain(velocity=True, slowest=0.0, runs="forward"),
        DasChain(gain=True, gain_s=0.01),
        DasChain(gain=True, gain_s=2.0),
    ],
)
def test_numbers_that_fit_are_let_through(chain):
    check_chain(chain, CHANNELS, TIME)


@pytest.mark.parametrize(
    ("chain", "words"),
    [
        (DasChain(difference=True, difference_channels=30), "difference over 30 channels of 30"),
        (DasChain(band=True, low_hz=5.0, high_hz=100.0), "5 Hz to 100 Hz at 200 samples a second"),
        (DasChain(band=True, low_hz=0.0), "band open to open"),
        (DasChain(velocity=True, slowest=0.0), "apparent velocities open to open"),
        (DasChain(gain=True, gain_s=0.005), "0.005 s is shorter than two samples"),
        (DasChain(gain=True, gain_s=2.1), "2.1 s is longer than the record of 2 s"),
    ],
)
def test_numbers_that_do_not_fit_are_refused_in_words(chain, words):
    with pytest.raises(SettingsError, match=words) as told:
        check_chain(chain, CHANNELS, TIME)
    assert told.value.hint


def test_numbers_of_steps_that_are_off_do_not_matter():
    check_chain(DasChain(gain_s=1e6, high_hz=1e6, difference_channels=3), CHANNELS, TIME)


def test_what_is_no_time_has_no_sampling_rate():
    with pytest.raises(SettingsError, match="not times in seconds"):
        check_chain(DasChain(band=True), CHANNELS, Axis("twt", "ms", 0.0, 4.0, 400))
