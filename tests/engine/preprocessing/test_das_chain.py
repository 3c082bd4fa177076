"""Chains of steps as values, and what they do in their order."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.axes import Axis
from engine.core.section import Section
from engine.errors import SettingsError
from engine.preprocessing.das_chain import RUNS, SWITCHES, DasChain
from engine.preprocessing.das_processing import apply_chain
from engine.preprocessing.das_steps import agc, band_pass, remove_common_mode

EVERYTHING = DasChain(
    common_mode=True,
    difference=True,
    difference_channels=4,
    band=True,
    low_hz=5.0,
    high_hz=40.0,
    velocity=True,
    slowest=300.0,
    runs="forward",
    gain=True,
)


def record(n_rows=400, n_cols=30, seed=0):
    rows = Axis("utc", "s", 1679486400.0, 0.005, n_rows)
    data = np.random.default_rng(seed).normal(size=(n_rows, n_cols)).astype(np.float32)
    return Section(data, rows, Axis("distance", "m", 0.0, 2.0, n_cols))


def test_steps_follow_one_another_in_the_order_that_is_shown():
    chain = DasChain(gain=True, gain_s=0.3, band=True, low_hz=5, high_hz=40, common_mode=True)
    result = apply_chain(chain, record())
    by_hand = agc(band_pass(remove_common_mode(record()), 5, 40), 0.3)
    np.testing.assert_array_equal(result.data, by_hand.data)
    assert result.processing == "common mode removed, band-pass 5–40 Hz, AGC 0.3 s"
    assert [step["name"] for step in chain.steps()] == ["common_mode", "band", "gain"]


def test_the_words_and_the_steps_hold_every_number():
    assert EVERYTHING.text() == (
        "common mode removed, difference over 4 channels, band-pass 5–40 Hz, "
        "f-k above 300 m/s forward, AGC 0.5 s"
    )
    assert EVERYTHING.text("1").count("channels/s") == 1
    assert json.loads(json.dumps(EVERYTHING.steps())) == [
        {"name": "common_mode"},
        {"name": "difference", "channels": 4},
        {"name": "band", "low_hz": 5.0, "high_hz": 40.0},
        {"name": "velocity", "slowest": 300.0, "fastest": None, "runs": "forward"},
        {"name": "gain", "window_s": 0.5},
    ]


def test_nothing_is_done_at_first():
    chain = DasChain()
    assert not chain.active
    assert (chain.text(), chain.steps(), chain.margin_s(1e4)) == ("", (), 0.0)
    section = record()
    assert apply_chain(chain, section).data is section.data


_NUMBERS = st.floats(0, 1e6)


@settings(max_examples=50)
@given(st.sets(st.sampled_from(SWITCHES)), _NUMBERS, _NUMBERS, st.sampled_from(RUNS))
def test_a_chain_comes_back_from_json_as_it_was(switches, low, high, runs):
    chain = DasChain(low_hz=low, fastest=high, runs=runs, **dict.fromkeys(switches, True))
    assert DasChain.from_json(json.loads(json.dumps(chain.to_json()))) == chain
    assert chain.margin_s(1000.0) >= 0


@pytest.mark.parametrize(
    "value",
    [{"unknown": 1}, {"low_hz": "much"}, {"low_hz": -1}, {"gain_s": float("nan")}, {"runs": "up"}],
)
def test_what_is_no_chain_is_refused(value):
    with pytest.raises(SettingsError, match="processing"):
        DasChain.from_json(value)


def test_what_is_left_out_is_as_at_first():
    assert DasChain.from_json({"band": True}) == DasChain(band=True)
