"""What a section is called above it."""

from __future__ import annotations

import pytest

from app.views.navigator import plane_text
from app.widgets.elided_label import ElidedLabel
from engine.core.axes import Axis
from engine.core.section import Plane
from tests.app.fakes import ReadingWork
from tests.engine.readers.segy.test_gathers import write_irregular


@pytest.fixture
def work():
    return ReadingWork()


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("cdp 1204 (3 of 90)", "CDP 1204 (3 of 90)"),
        ("receiver at 4, 5 (1 of 2)", "Receiver at 4, 5 (1 of 2)"),
        ("", "Inline 104"),
    ],
)
def test_a_label_names_a_section_before_its_place_does(label, text):
    axis = Axis("inline", "1", 100.0, 2.0, 9)
    assert plane_text(Plane("inline", 2, 104.0, label), axis) == text


def test_the_title_of_a_gather_has_its_own_number(qtbot, window, tmp_path):
    write_irregular(tmp_path / "a.sgy")
    window.files.open_path(tmp_path / "a.sgy", {"sort_key": "cdp"})
    qtbot.waitUntil(lambda: window.pane.view.shown is not None, timeout=3000)
    window._model.set_index(2)
    title = next(t for t in window.findChildren(ElidedLabel, "sectionTitle") if t.isVisible())
    qtbot.waitUntil(lambda: title.text() == "CDP 9 (3 of 3)", timeout=3000)
