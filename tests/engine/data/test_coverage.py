"""What is said of parts that lack a class, labels or size."""

from dataclasses import dataclass

import numpy as np
import pytest

from engine.data.coverage import check_split, class_pixels
from engine.data.splits import Split
from engine.errors import DataError

_NAMES = ("rock", "salt", "water")
_SPLIT = Split((0, 1), (2,), (3,))


@dataclass
class _Samples:
    class_pixels: np.ndarray
    shapes: tuple = ((20, 30),) * 4

    @property
    def names(self):
        return tuple("abcd"[: len(self.shapes)])


def _samples(*rows, **other):
    return _Samples(np.array(rows, dtype=np.int64), **other)


def test_complete_parts_give_no_warning():
    assert check_split(_samples(*[[5, 5, 5]] * 4), _SPLIT, _NAMES, patch=14) == ()


def test_the_pixels_of_the_training_part_alone_are_counted():
    samples = _samples([1, 2, 0], [10, 20, 0], [100, 0, 7], [0, 0, 9])
    assert class_pixels(samples, _SPLIT.training) == (11, 22, 0)


def test_a_class_in_no_label_is_named():
    (warning,) = check_split(_samples(*[[5, 5, 0]] * 4), _SPLIT, _NAMES, patch=14)
    assert warning == "class water is in no label: the model cannot learn it"


def test_a_class_missing_from_training_is_named():
    rows = [[5, 5, 0], [5, 5, 0], [5, 5, 5], [5, 5, 5]]
    (warning,) = check_split(_samples(*rows), _SPLIT, _NAMES, patch=14)
    assert warning.startswith("class water is not in the training part")


def test_a_class_missing_from_validation_and_test_is_named_with_both():
    rows = [[5, 5, 5], [5, 5, 5], [5, 5, 0], [5, 5, 0]]
    (warning,) = check_split(_samples(*rows), _SPLIT, _NAMES, patch=14)
    assert warning.startswith("class water is not in the validation nor the test part")
    assert warning.endswith("the last epoch is kept")


def test_samples_without_labels_are_counted_and_named():
    rows = [[5, 5, 5], [0, 0, 0], [5, 5, 5], [5, 5, 5]]
    (warning,) = check_split(_samples(*rows), _SPLIT, _NAMES, patch=14)
    assert warning == "1 of 4 samples have no label at all and teach nothing: b"


@pytest.mark.parametrize(("row", "part"), [(2, "validation"), (3, "test")])
def test_a_part_without_a_single_label_is_refused(row, part):
    rows = [[5, 5, 5]] * 4
    rows[row] = [0, 0, 0]
    with pytest.raises(DataError, match=f"{part} part is labelled") as caught:
        check_split(_samples(*rows), _SPLIT, _NAMES, patch=14)
    assert caught.value.hint


def test_a_training_part_of_one_class_is_refused_and_the_class_named():
    rows = [[5, 0, 0], [5, 0, 0], [5, 5, 5], [5, 5, 5]]
    with pytest.raises(DataError, match="is rock"):
        check_split(_samples(*rows), _SPLIT, _NAMES, patch=14)


def test_an_image_smaller_than_a_patch_is_named_with_its_size():
    shapes = ((20, 30), (20, 30), (13, 40), (20, 30))
    with pytest.raises(DataError, match="c: 13 x 40 pixels"):
        check_split(_samples(*[[5, 5, 5]] * 4, shapes=shapes), _SPLIT, _NAMES, patch=14)
    exact = ((14, 14),) * 4
    assert check_split(_samples(*[[5, 5, 5]] * 4, shapes=exact), _SPLIT, _NAMES, patch=14) == ()
