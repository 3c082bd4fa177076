from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.core.amplitudes import AmplitudeStatistics
from engine.core.levels import Levels
from engine.session.display_settings import DisplaySettings
from engine.session.model_info import ModelInfo
from engine.session.open_volume import OpenVolume
from engine.session.session import Session


def statistics(largest=200.0):
    ramp = tuple(float(v) for v in range(201))
    return AmplitudeStatistics(10, 0, -largest, largest, 0.0, 1.0, ramp, ramp)


def test_six_decibels_of_gain_halve_the_clip():
    plain = DisplaySettings(percentile=99.0).levels(statistics()).limit
    assert plain == pytest.approx(198.0)
    louder = DisplaySettings(percentile=99.0, gain_db=6.0206).levels(statistics()).limit
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


def model(name, domain, *, available=True):
    path = Path("/models") / name
    return ModelInfo(name, path, name, "task", "", "", available=available, domain=domain)


@pytest.mark.parametrize(
    ("kind", "present", "suited"),
    [
        ("volume", "faults", "faults"),
        ("record", "faults", "events"),
        ("image", "faults", "craters"),
        ("image", "own", "own"),
        ("line", "craters", "faults"),
        ("record", None, "events"),
    ],
)
def test_a_model_for_the_open_data_takes_the_place_of_one_for_others(kind, present, suited):
    models = {
        "faults": model("faults", "seismic"),
        "broken": model("broken", "das", available=False),
        "events": model("events", "das"),
        "craters": model("craters", "lunar"),
        "own": model("own", "any"),
    }
    session = Session(models=tuple(models[n] for n in ("broken", "faults", "events", "craters")))
    session.model = models.get(present)
    volume = SimpleNamespace(kind=kind)
    session.opened = OpenVolume(1, volume, statistics(), "inline", {"inline": 0})
    assert session.suited_model() == models[suited]


def test_without_a_model_for_the_open_data_the_present_one_stays():
    faults = model("faults", "seismic")
    session = Session(models=(faults,), model=faults)
    session.opened = OpenVolume(1, SimpleNamespace(kind="image"), statistics(), "image", {})
    assert session.suited_model() == faults


def test_levels_chosen_by_hand_take_the_place_of_the_percentile_and_gain_applies_to_them():
    chosen = DisplaySettings(percentile=90.0, chosen_levels=Levels(10.0, 30.0), gain_db=6.0206)
    levels = chosen.levels(statistics())
    assert (levels.low, levels.high) == pytest.approx((15.0, 25.0), rel=1e-4)
