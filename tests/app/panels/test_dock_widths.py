"""The panels beside the section while the window changes its size."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QDockWidget

from app.composition import compose

WIDE, SMALL = (1400, 800), (900, 600)


def width(window, name="data"):
    return window.findChild(QDockWidget, name).width()


def resize(qtbot, window, size):
    window.resize(*size)
    qtbot.waitUntil(lambda: (window.width(), window.height()) == size, timeout=3000)


@pytest.fixture
def wide(qtbot, opened):
    """The window on a large screen, its panels as wide as they like to be."""
    resize(qtbot, opened, WIDE)
    qtbot.waitUntil(lambda: (width(opened), width(opened, "model")) == (290, 310), timeout=3000)
    return opened


def drag_left_border(qtbot, window, by):
    """Drag the border between the data and the section."""
    dock = window.findChild(QDockWidget, "data")
    place = dock.mapTo(window, QPoint(dock.width() + 1, dock.height() // 2))
    button = Qt.MouseButton.LeftButton
    qtbot.mousePress(window, button, pos=place)
    qtbot.mouseMove(window, place + QPoint(by, 0))
    wanted = dock.width() + by
    # Qt moves borders by a timer.
    qtbot.waitUntil(lambda: dock.width() == wanted, timeout=3000)
    qtbot.mouseRelease(window, button, pos=place + QPoint(by, 0))


def test_panels_get_their_widths_back_when_the_window_is_enlarged_again(qtbot, wide):
    resize(qtbot, wide, SMALL)
    qtbot.waitUntil(lambda: width(wide) < 200, timeout=3000)
    resize(qtbot, wide, WIDE)
    qtbot.waitUntil(lambda: (width(wide), width(wide, "model")) == (290, 310), timeout=3000)


def test_a_border_that_was_dragged_is_where_it_was_after_a_small_window(qtbot, wide):
    drag_left_border(qtbot, wide, 90)
    qtbot.waitUntil(lambda: wide._docks.widths.wanted == (380, 310), timeout=3000)
    resize(qtbot, wide, SMALL)
    qtbot.waitUntil(lambda: width(wide) < 200, timeout=3000)
    resize(qtbot, wide, WIDE)
    qtbot.waitUntil(lambda: width(wide) == 380, timeout=3000)


def test_a_border_dragged_into_the_section_is_not_taken_back(qtbot, wide):
    drag_left_border(qtbot, wide, 300)
    qtbot.waitUntil(lambda: wide._docks.widths.wanted[0] == 590, timeout=3000)
    resize(qtbot, wide, (WIDE[0] - 1, WIDE[1]))
    QApplication.processEvents()
    assert 588 <= width(wide) <= 590


def test_widths_outlive_a_small_window_that_is_closed(qtbot, qapp, wide, work):
    resize(qtbot, wide, SMALL)
    qtbot.waitUntil(lambda: width(wide) < 200, timeout=3000)
    wide.close()
    again = compose(qapp, work)
    qtbot.addWidget(again)
    again.show()
    resize(qtbot, again, WIDE)
    qtbot.waitUntil(lambda: width(again) == 290, timeout=3000)
    again.close()
