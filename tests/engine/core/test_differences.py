"""Two tables of settings compared in words."""

from engine.core.differences import differences


def test_equal_tables_differ_in_nothing():
    assert differences({"a": (1, 2), "b": {"c": None}}, {"a": [1, 2], "b": {"c": None}}) == ""


def test_what_differs_is_named_by_its_place():
    before = {"model": {"rank": 8, "decoder": "pup"}, "epochs": 3}
    after = {"model": {"rank": 4, "decoder": "pup"}, "epochs": 4}
    assert differences(before, after) == "model.rank is 4, was 8; epochs is 4, was 3"


def test_what_one_side_lacks_is_told():
    assert differences({"a": 1}, {"b": 2}) == "a is not there, was 1; b is 2, was not there"


def test_many_differences_are_counted_and_hashes_cut():
    before = {str(k): k for k in range(7)} | {"h": "a" * 64}
    text = differences(before, {"h": "b" * 64})
    assert text.endswith(", and 3 more")
    assert (
        differences({"h": "a" * 64}, {"h": "b" * 64}) == "h is bbbbbbbbbbbb..., was aaaaaaaaaaaa..."
    )
