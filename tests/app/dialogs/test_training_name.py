"""Names proposed for trainings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.dialogs.fine_tune import _NAME
from app.dialogs.training_name import training_name


@pytest.mark.parametrize(
    ("data", "base", "name"),
    [
        ("f3", "f3 trial epoch 5", "f3-trial-epoch-5"),
        ("F3", "f3-trial", "F3-trial"),
        ("parihaka_crop", "instant-parihaka_crop", "parihaka_crop-instant"),
        ("parihaka_crop", "instant-parihaka_crop-2", "parihaka_crop-instant-2"),
        ("f3", "f3", "f3"),
        ("f3", "f30-faults", "f3-f30-faults"),
        ("north sea", "facies-starter", "north-sea-facies"),
        ("a" * 50, f"{'a' * 40}-faults", "a" * 40 + "-faults"),
        ("f3", "a model with a very long name epoch 12", "f3-a-model-with-a-very-long-name"),
    ],
)
def test_a_name_tells_data_and_base_once(data, base, name):
    assert training_name(data, base, frozenset()) == name


def test_a_name_that_is_taken_gets_a_number():
    assert training_name("f3", "faults", frozenset({"f3-faults", "f3-faults-2"})) == "f3-faults-3"


@given(st.text(max_size=60), st.text(max_size=60))
def test_what_is_proposed_can_be_used_as_it_stands(data, base):
    name = training_name(data, base, frozenset())
    assert _NAME.fullmatch(name)
    assert name == name.strip()
