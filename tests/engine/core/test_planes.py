"""Sections, masks and probabilities know their axes and their gaps."""

from __future__ import annotations

import numpy as np
import pytest

from engine.core.axes import Axis
from engine.core.probabilities import ClassProbabilities, Mask
from engine.core.section import Section
from engine.errors import ShapeError

ROWS, COLS = Axis("twt", "ms", 0, 4, 3), Axis("crossline", "1", 1, 1, 4)


def test_data_must_fit_the_axes():
    turned = np.zeros((4, 3), np.float32)
    with pytest.raises(ShapeError, match="section"):
        Section(turned, ROWS, COLS)
    with pytest.raises(ShapeError, match="mask"):
        Mask(turned.astype(np.uint8), ROWS, COLS)
    with pytest.raises(ShapeError, match="probabilities"):
        ClassProbabilities(turned[None], ROWS, COLS)
    with pytest.raises(ShapeError, match="probabilities"):
        ClassProbabilities(np.zeros((3, 4), np.float32), ROWS, COLS)


def test_nan_is_no_data():
    data = np.zeros((3, 4), np.float32)
    data[:, 2] = np.nan
    assert Section(data, ROWS, COLS).no_data.sum() == 3


def test_the_mask_is_the_likeliest_class_and_255_without_data():
    data = np.zeros((3, 3, 4), np.float32)
    data[2] = 1
    data[:, 0, 0] = (0.1, 0.7, 0.2)
    data[:, 1, 1] = np.nan
    result = ClassProbabilities(data, ROWS, COLS)
    mask = result.mask().data
    assert mask.dtype == np.uint8
    assert (mask[0, 0], mask[1, 1], mask[2, 3]) == (1, 255, 2)
    assert result.no_data.sum() == 1


def test_confidence_is_one_for_certainty_and_zero_for_none():
    data = np.zeros((4, 3, 4), np.float32)
    data[0] = 1
    data[:, 0, 0] = 0.25
    data[:, 1, 1] = np.nan
    confidence = ClassProbabilities(data, ROWS, COLS).confidence()
    assert confidence[2, 2] == pytest.approx(1, abs=1e-5)
    assert confidence[0, 0] == pytest.approx(0, abs=1e-5)
    assert np.isnan(confidence[1, 1])
