"""Classes named on the command line or in a file."""

import json

import pytest

from engine.errors import EngineError
from engine.tasks.own_classes import parse_classes


def test_names_and_colours_are_taken_in_the_order_of_the_ids():
    scheme = parse_classes("Background, Gas hydrate:#ff00aa,Chimney")
    assert scheme.names == ("Background", "Gas hydrate", "Chimney")
    assert scheme.classes[1].color == "#ff00aa"
    assert scheme.classes[0].background
    assert not scheme.classes[1].background
    assert len({item.color for item in scheme.classes}) == 3


def test_a_first_class_that_is_something_is_drawn():
    assert not parse_classes("Sand,Shale").classes[0].background


def test_twelve_classes_without_colours_have_twelve_colours():
    scheme = parse_classes(",".join(f"facies {i}" for i in range(12)))
    assert len({item.color for item in scheme.classes}) == 12


def test_a_file_may_hold_names_or_objects_or_a_preset(tmp_path):
    path = tmp_path / "classes.json"
    items = ["Rock", {"name": "Salt", "color": "#112233", "background": False}]
    for content in (items, {"classes": items}):
        path.write_text(json.dumps(content))
        scheme = parse_classes(str(path))
        assert scheme.names == ("Rock", "Salt")
        assert scheme.classes[1].color == "#112233"


@pytest.mark.parametrize("text", ["", "a", "a,a", "a:red,b", "a:#12345,b", "a,,b", "nowhere.json"])
def test_texts_that_name_no_classes_are_refused(text):
    with pytest.raises(EngineError):
        parse_classes(text)


@pytest.mark.parametrize("content", ["{", "3", "[1, 2]", '[{"color": "#112233"}]', "[" * 100_000])
def test_files_that_name_no_classes_are_refused_with_a_hint(tmp_path, content):
    path = tmp_path / "classes.json"
    path.write_text(content)
    with pytest.raises(EngineError, match=r"classes\.json") as caught:
        parse_classes(str(path))
    assert caught.value.hint
