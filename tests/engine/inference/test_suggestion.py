"""The slice to label next."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, seed
from hypothesis import strategies as st

from engine.core.probabilities import ClassProbabilities
from engine.inference.suggestion import (
    SliceFacts,
    best,
    facts_of,
    order_of_looking,
    suggest,
)


@seed(0)
@given(st.integers(1, 500))
def test_every_slice_is_looked_at_once_coarse_ones_first(n_slices):
    order = order_of_looking(n_slices)
    assert sorted(order) == list(range(n_slices))
    coarse = sorted(order[:5])
    assert n_slices < 50 or min(np.diff(coarse)) >= n_slices // 12


def test_an_unsure_slice_comes_before_a_sure_one():
    facts = {i: SliceFacts(0.9 if i == 7 else 0.1, 1.0) for i in range(20)}
    chosen = best(suggest(20, facts, []))
    assert chosen is not None
    assert (chosen.index, chosen.n_away) == (7, None)


def test_slices_between_those_looked_at_are_interpolated():
    found = suggest(11, {0: SliceFacts(0.2, 1.0), 10: SliceFacts(0.4, 0.5)}, [])
    assert found[5].uncertainty == pytest.approx(0.75)
    assert found[5].quality == pytest.approx(0.75)


def test_what_is_labelled_is_not_suggested_and_wide_gaps_are():
    facts = {i: SliceFacts(0.5, 1.0) for i in range(101)}
    found = suggest(101, facts, [20, 40])
    assert found[20].score == found[40].score == 0
    chosen = best(found)
    assert chosen is not None
    # The middle of what is nearer to it than to slice 40, up to the end.
    assert chosen.index == pytest.approx(40 + 60 * 2 / 3, abs=1)
    assert (chosen.score, chosen.n_away) == (1.0, chosen.index - 40)


def test_two_ends_call_for_the_middle():
    chosen = best(suggest(101, {}, [0, 100]))
    assert chosen is not None
    assert chosen.index == 50


@seed(0)
@given(st.integers(2, 60), st.integers(0, 10**6), st.integers(1, 4))
def test_the_score_is_the_weighted_distance_saved(n_slices, number, n_labelled):
    rng = np.random.default_rng(number)
    labelled = sorted(set(rng.integers(0, n_slices, n_labelled).tolist()))
    facts = {i: SliceFacts(*rng.uniform(0.1, 1, 2)) for i in range(n_slices)}

    def total(known):
        return sum(
            facts[j].uncertainty * facts[j].quality * min(abs(j - k) for k in known)
            for j in range(n_slices)
        )

    saved = [facts[i].quality * (total(labelled) - total([*labelled, i])) for i in range(n_slices)]
    expected = np.array(saved) / max(*saved, 1e-12)
    found = [item.score for item in suggest(n_slices, facts, labelled)]
    np.testing.assert_allclose(found, expected, atol=1e-9)


def test_many_slices_are_compared_in_steps():
    chosen = best(suggest(20_000, {}, [0, 19_999]))
    assert chosen is not None
    assert chosen.index == pytest.approx(10_000, abs=25)


def test_bad_data_are_not_suggested():
    facts = {i: SliceFacts(0.5, 0.0 if i > 50 else 1.0) for i in range(101)}
    chosen = best(suggest(101, facts, [0]))
    assert chosen is not None
    assert 25 <= chosen.index <= 50


def test_without_anything_known_the_middle_is_the_first():
    chosen = best(suggest(9, {}, []))
    assert chosen is not None
    assert chosen.index == 4
    assert best(suggest(1, {}, [0])) is None
    assert best([]) is None


def test_facts_of_a_section_count_what_is_live(make_section):
    section = make_section(40, 30)
    flat = np.full((2, 40, 30), 0.5, dtype=np.float32)
    probabilities = ClassProbabilities(flat, section.rows, section.cols)
    assert facts_of(section, probabilities) == SliceFacts(pytest.approx(1.0), 1.0)
    section.data[:, :15] = np.nan
    flat[0, :, 15:], flat[1, :, 15:] = 1.0, 0.0
    flat[:, :, :15] = np.nan
    facts = facts_of(section, probabilities)
    assert facts == SliceFacts(pytest.approx(0.0, abs=1e-5), 0.5)
    section.data[:, 15:] = 7.0
    assert facts_of(section, probabilities).quality == pytest.approx(0.5 / 40)
    section.data[:] = np.nan
    assert facts_of(section, probabilities) == SliceFacts(0.0, 0.0)
