import datetime as dt
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.utc import decimals_of, iso_utc, utc_clock, utc_date, utc_text


@pytest.fixture(autouse=True)
def far_from_utc(monkeypatch):
    monkeypatch.setenv("TZ", "America/Denver")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_times_are_utc_wherever_one_is():
    assert iso_utc(1679486400_100000001) == "2023-03-22T12:00:00.100000001Z"
    assert utc_date(1679486400.0) == "2023-03-22"
    assert utc_clock(1679486400.0) == "12:00:00"
    assert utc_text(1679486401.2) == "2023-03-22 12:00:01.200"


def test_a_time_just_before_a_minute_is_rounded_to_it():
    assert utc_clock(1679486459.9996, 3) == "12:01:00.000"
    assert utc_clock(-0.25, 2) == "23:59:59.75"


@settings(max_examples=60)
@given(st.integers(-(10**10), 10**10), st.integers(0, 999_999))
def test_clock_and_date_are_those_of_the_standard_library(seconds, micros):
    moment = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=seconds)
    value = seconds + micros / 1e6
    assert utc_text(seconds, 0) == f"{moment:%Y-%m-%d %H:%M:%S}"
    near = moment + dt.timedelta(microseconds=micros)
    shown = dt.datetime.fromisoformat(utc_text(value, 6) + "+00:00")
    assert abs(shown - near) <= dt.timedelta(microseconds=3)


@pytest.mark.parametrize(("step", "n"), [(1.0, 0), (0.5, 1), (0.005, 3), (0.0005, 4), (1e-9, 6)])
def test_decimals_tell_positions_apart(step, n):
    assert decimals_of(step) == n
