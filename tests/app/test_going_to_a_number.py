"""Typing a line number, and what becomes of the keyboard."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDoubleSpinBox


@pytest.fixture
def box(qtbot, opened):
    qtbot.waitExposed(opened)
    opened.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None, timeout=3000)
    qtbot.keyClick(opened.pane.view, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    box = next(
        w
        for w in opened.findChildren(QDoubleSpinBox)
        if w.accessibleName() == "Line number or time"
    )
    assert QApplication.focusWidget() is box
    return box


def test_return_goes_there_and_the_arrows_work_again(qtbot, opened, box):
    qtbot.keyClicks(box, "120")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert opened.session.opened.index == 10
    assert QApplication.focusWidget() is opened.pane.view
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
    assert opened.session.opened.index == 11


def test_escape_restores_the_number_and_gives_the_keyboard_back(qtbot, opened, box):
    qtbot.keyClicks(box, "120")
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert box.text() == "130"
    assert opened.session.opened.index == 15
    assert QApplication.focusWidget() is opened.pane.view


@pytest.mark.parametrize(
    ("typed", "index", "text"),
    [
        ("999", 29, "999 lies outside 100 to 158: this is inline 158."),
        ("-7", 0, "-7 lies outside 100 to 158: this is inline 100."),
    ],
)
def test_a_number_outside_goes_to_the_end_and_says_so(qtbot, opened, box, typed, index, text):
    qtbot.keyClicks(box, typed)
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert opened.session.opened.index == index
    assert opened.statusBar().currentMessage() == text


def test_a_time_outside_is_told_with_its_unit(qtbot, opened, box):
    opened._model.set_direction("twt")
    box.selectAll()
    qtbot.keyClicks(box, "5000")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert opened.statusBar().currentMessage() == (
        "5000 ms lies outside 0 to 196 ms: this is time slice 196 ms."
    )


def test_a_number_inside_says_nothing(qtbot, opened, box):
    qtbot.keyClicks(box, "158")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert opened.statusBar().currentMessage() == ""


def test_closing_the_window_while_a_number_is_typed_is_quiet(qtbot, opened, box):
    qtbot.keyClicks(box, "120")
    opened.close()
    assert not opened.isVisible()
    assert opened.statusBar().currentMessage() == ""


def test_letters_are_not_taken(qtbot, opened, box):
    qtbot.keyClicks(box, "12x0")
    assert box.text() == "120"
