import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.arbitrary_line import ArbitraryLine
from engine.core.levels import Levels
from engine.session.display_settings import DisplaySettings, OverlaySettings
from engine.session.session import Session
from engine.session.view_state import ViewState

STATE = ViewState(
    "crossline",
    {"inline": 3, "crossline": 7},
    {"crossline": ((1.5, 9.0), (800.0, 1200.0))},
    DisplaySettings(color_map="grey", gain_db=6.0, chosen_levels=Levels(-3.0, 5.0)),
    OverlaySettings(visible=False, opacity=0.25, hidden=frozenset({2, 5})),
    2,
    (ArbitraryLine(((100.0, 300.0), (120.0, 310.0))),),
    4,
)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)


def test_a_state_survives_json():
    stored = json.loads(json.dumps(STATE.to_json(), allow_nan=False))
    assert ViewState.from_json(stored) == STATE
    assert ViewState.from_json(ViewState().to_json()) == ViewState()
    assert ViewState.of(Session()) == ViewState()


def test_keys_of_a_later_version_are_passed_over():
    stored = STATE.to_json()
    stored["camera"] = {"pitch": 30}
    stored["display"]["shading"] = "phong"
    stored["overlay"]["pattern"] = 3
    assert ViewState.from_json(stored) == STATE


@pytest.mark.parametrize(
    ("part", "name", "value"),
    [
        ("display", "color_map", "rainbow"),
        ("display", "gain_db", 1e9),
        ("display", "gain_db", 10**400),
        ("display", "percentile", "99"),
        ("display", "flipped", 1),
        ("display", "chosen_levels", {"low": 5.0, "high": 5.0}),
        ("overlay", "opacity", -0.1),
        ("overlay", "hidden", "all"),
    ],
)
def test_one_value_that_makes_no_sense_costs_only_itself(part, name, value):
    stored = STATE.to_json()
    stored[part][name] = value
    default = getattr(type(getattr(STATE, part))(), name)
    expected = replace(STATE, **{part: replace(getattr(STATE, part), **{name: default})})
    assert ViewState.from_json(stored) == expected


@settings(derandomize=True)
@given(st.dictionaries(st.sampled_from(sorted(STATE.to_json())), json_values))
def test_whatever_is_stored_makes_a_state_that_can_be_stored(stored):
    state = ViewState.from_json(stored)
    json.dumps(state.to_json(), allow_nan=False)
    assert ViewState.from_json(state.to_json()) == state
