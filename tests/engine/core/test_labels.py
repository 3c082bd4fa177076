import numpy as np
import pytest

from engine.core.class_scheme import IGNORE
from engine.core.labels import (
    CERTAIN,
    LEFT_OUT,
    POSSIBLE,
    PROBABLE,
    UNLABELLED,
    LabelledSection,
)
from engine.errors import DataError


def _section() -> LabelledSection:
    classes = np.array([[0, 1, 1, LEFT_OUT, UNLABELLED]], dtype=np.uint8)
    certainty = np.array([[CERTAIN, PROBABLE, POSSIBLE, CERTAIN, 0]], dtype=np.uint8)
    return LabelledSection("inline", 3, classes, certainty)


def test_only_classes_count_in_training() -> None:
    np.testing.assert_array_equal(_section().targets, [[0, 1, 1, IGNORE, IGNORE]])
    assert _section().n_labelled == 3


def test_doubtful_labels_weigh_less() -> None:
    np.testing.assert_array_equal(_section().weights, [[1.0, 0.5, 0.25, 0.0, 0.0]])


def test_certainties_of_another_shape_are_refused() -> None:
    with pytest.raises(DataError, match="certainties of shape"):
        LabelledSection("inline", 0, np.zeros((2, 3), np.uint8), np.zeros((3, 2), np.uint8))
