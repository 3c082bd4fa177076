import pytest

from engine.core.amplitudes import AmplitudeStatistics
from engine.session.session import DisplaySettings, Session


def statistics(largest=200.0):
    ramp = tuple(float(v) for v in range(201))
    return AmplitudeStatistics(10, 0, -largest, largest, 0.0, 1.0, ramp, ramp)


def test_six_decibels_of_gain_halve_the_clip():
    plain = DisplaySettings(percentile=99.0).limit(statistics())
    assert plain == pytest.approx(198.0)
    louder = DisplaySettings(percentile=99.0, gain_db=6.0206).limit(statistics())
    assert louder == pytest.approx(99.0, rel=1e-5)


def test_gain_stays_inside_its_range():
    session = Session()
    session.display = session.with_gain(1000.0)
    assert session.display.gain_db == 30.0
    assert session.with_gain(-1000.0).gain_db == -30.0


def test_without_volume_or_model_there_is_no_key():
    session = Session()
    assert session.key() is None
    assert session.key_of(1, "inline", 0) is None
