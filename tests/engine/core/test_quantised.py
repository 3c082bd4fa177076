"""Probabilities in eight bits tell what those in float do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, seed
from hypothesis import strategies as st

from engine.core.axes import Axis
from engine.core.probabilities import ClassProbabilities
from engine.core.quantised import confidence, difference, quantise
from engine.errors import ShapeError


def drawn(n_classes, sharpness, number):
    rng = np.random.default_rng(number)
    data = rng.dirichlet(np.full(n_classes, sharpness), size=(7, 9)).astype(np.float32)
    return ClassProbabilities(
        np.ascontiguousarray(data.transpose(2, 0, 1)),
        Axis("twt", "ms", 0, 4, 7),
        Axis("crossline", "1", 1, 1, 9),
    )


@seed(0)
@given(st.integers(2, 8), st.floats(0.05, 5), st.integers(0, 1000))
def test_confidence_is_that_of_the_exact_probabilities(n_classes, sharpness, number):
    exact = drawn(n_classes, sharpness, number)
    found = confidence(quantise(exact)) / 255
    np.testing.assert_allclose(found, exact.confidence(), atol=0.03)


def test_no_data_are_zero():
    exact = drawn(3, 1.0, 0)
    exact.data[:, 2, 3] = np.nan
    shares = quantise(exact)
    assert (shares[:, 2, 3] == 0).all()
    assert np.abs(shares.sum(axis=0).astype(int) - 255)[0].max() <= 2


def test_the_difference_is_the_total_variation():
    one, other = drawn(4, 0.4, 1), drawn(4, 0.4, 2)
    exact = np.abs(one.data - other.data).sum(axis=0) / 2
    found = difference(quantise(one), quantise(other)) / 255
    np.testing.assert_allclose(found, exact, atol=0.01)
    sure = np.zeros((2, 1, 1), dtype=np.uint8)
    sure[0] = 255
    assert difference(sure, sure[::-1]).item() == 255
    assert difference(sure, sure).item() == 0


def test_models_of_other_classes_are_not_compared():
    with pytest.raises(ShapeError):
        difference(quantise(drawn(3, 1, 0)), quantise(drawn(4, 1, 0)))
