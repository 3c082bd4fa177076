"""The View menu and the display panel change the same things."""

import pytest
from PySide6.QtWidgets import QCheckBox, QComboBox

from app.composition import compose
from tests.app.fakes import FakeWork


def named(window, kind, name):
    return next(w for w in window.findChildren(kind) if w.accessibleName() == name)


@pytest.mark.parametrize("drawing", ["wiggles", "both", "density"])
def test_traces_are_drawn_as_menu_or_panel_say(opened, drawing):
    actions = opened._actions.actions
    actions["both" if drawing != "both" else "density"].trigger()
    actions[drawing].trigger()
    assert opened.session.display.drawing == drawing
    assert named(opened, QComboBox, "Traces").currentData() == drawing
    assert [name for name in ("density", "wiggles", "both") if actions[name].isChecked()] == [
        drawing
    ]
    box = named(opened, QComboBox, "Traces")
    other = (box.currentIndex() + 1) % 3
    box.setCurrentIndex(other)
    assert actions[box.currentData()].isChecked()


def test_the_display_is_reversed_by_menu_and_panel_and_named_on_the_colour_bar(opened):
    before = opened.pane.grab().toImage()
    opened._actions.actions["flipped"].trigger()
    box = next(b for b in opened.findChildren(QCheckBox) if b.text() == "Reverse the display")
    assert box.isChecked()
    assert opened.pane.grab().toImage() != before
    box.click()
    assert not opened.session.display.flipped
    assert opened.pane.grab().toImage() == before


def test_how_traces_are_drawn_is_remembered(qtbot, qapp, opened):
    opened._model.set_display(drawing="both", flipped=True)
    opened.close()
    again = compose(qapp, FakeWork())
    qtbot.addWidget(again)
    try:
        assert again.session.display.drawing == "both"
        assert again.session.display.flipped
    finally:
        again.close()
