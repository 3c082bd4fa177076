"""A small window, and light and dark at run time."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDockWidget,
    QLabel,
    QPushButton,
    QStyle,
    QStyleOptionButton,
    QToolButton,
)

from app.panels.data_panel import DataPanel
from app.panels.dock_widths import DockWidths
from app.theme import apply_theme
from app.views.color_bar import ColorBar
from tests.app.fakes import model_info
from tests.app.window_steps import named, wait_shown


@pytest.fixture(autouse=True)
def system_scheme(qapp):
    yield
    apply_theme(qapp, "system")


def luma(color):
    return QColor(color).lightnessF()


def test_the_window_fits_a_small_screen(qtbot, opened):
    opened.resize(900, 600)
    qtbot.waitUntil(lambda: (opened.width(), opened.height()) == (900, 600), timeout=3000)
    inside = opened.rect()
    for dock in opened.findChildren(QDockWidget):
        if not dock.isHidden():
            dock.raise_()  # of several behind each other, the one in front has a place
            qtbot.waitUntil(lambda dock=dock: not dock.visibleRegion().isEmpty(), timeout=3000)
        assert inside.contains(QRect(dock.mapTo(opened, QPoint(0, 0)), dock.size()))
    qtbot.waitUntil(lambda: opened.pane.view.width() > 250, timeout=3000)


@pytest.mark.parametrize(("n_views", "width"), [(1, 720), (2, 840), (3, 960)])
def test_a_narrow_window_shows_all_of_its_sections(qtbot, opened, n_views, width):
    opened._model.set_views(n_views)
    views = opened.pane.views[:n_views]
    qtbot.waitUntil(lambda: all(view.shown is not None for view in views), timeout=3000)
    opened.resize(width, 600)
    qtbot.waitUntil(lambda: opened.width() == width, timeout=3000)
    QApplication.processEvents()
    assert opened.width() == width
    qtbot.waitUntil(lambda: all(view.width() >= 100 for view in views), timeout=3000)


def test_directions_are_in_a_box_where_their_buttons_have_no_room(qtbot, opened):
    opened.resize(720, 600)
    box = named(opened, QComboBox, "Direction")
    qtbot.waitUntil(box.isVisible, timeout=3000)
    button = next(b for b in opened.findChildren(QToolButton) if b.text() == "Crossline")
    assert not button.isVisible()
    assert box.currentText() == "Inline"
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    wait_shown(qtbot, opened, "crossline", 20)
    opened._model.set_direction("twt")
    assert box.currentText() == "Time slice"
    opened.resize(1400, 600)
    qtbot.waitUntil(button.isVisible, timeout=3000)
    assert not box.isVisible()


def test_the_processing_of_a_record_does_not_widen_the_window(qtbot, window):
    window.resize(720, 600)
    window.findChild(QDockWidget, "processing").show()
    QApplication.processEvents()
    assert window.width() == 720


def test_long_paths_opened_last_do_not_widen_the_window(qtbot, window):
    window.preferences.recent_changed.emit(("/data/" + "far/" * 60 + "survey.sgy",))
    window.resize(720, 600)
    qtbot.waitUntil(lambda: window.width() == 720, timeout=3000)
    (button,) = (b for b in window.findChildren(QPushButton) if b.toolTip().startswith("/data"))
    metrics = button.fontMetrics()
    qtbot.waitUntil(lambda: metrics.horizontalAdvance(button.text()) < button.width(), timeout=3000)


def test_what_a_model_lacks_is_wrapped_and_not_cut_in_a_low_window(qtbot, opened):
    opened.resize(900, 600)
    reason = "A reason of many words that goes on and on. " * 12
    lacking = model_info("lacking", available=False, reason=reason)
    opened._model.set_models((lacking,))
    opened._model.set_model(lacking)
    text = opened.findChild(QLabel, "modelProblem")
    qtbot.waitUntil(lambda: text.height() >= text.heightForWidth(text.width()), timeout=3000)


def test_values_that_do_not_fit_are_shortened_and_told_in_full(qtbot, opened):
    panel, widths = opened.findChild(DataPanel), opened.findChild(DockWidths)
    dock = opened.findChild(QDockWidget, "data")
    opened.resize(1500, 600)
    widths.set_wanted((150, 240))
    qtbot.waitUntil(lambda: dock.width() < 250, timeout=3000)
    assert not panel.horizontalScrollBar().isVisible()
    item = panel.topLevelItem(0).child(0)
    assert item.toolTip(1) == item.text(1) == "3-D volume"
    narrow = panel.columnWidth(1)
    widths.set_wanted((400, 240))
    qtbot.waitUntil(lambda: panel.columnWidth(1) > narrow + 100, timeout=3000)


@pytest.mark.parametrize("schemes", [("light", "dark"), ("dark", "light")])
def test_direction_buttons_follow_a_change_of_scheme(qapp, opened, schemes):
    crossline = next(b for b in opened.findChildren(QToolButton) if b.text() == "Crossline")
    apply_theme(qapp, schemes[0])
    QApplication.processEvents()
    apply_theme(qapp, schemes[1])
    QApplication.processEvents()
    image = crossline.grab().toImage()
    ground = luma(image.pixelColor(image.width() // 2, 4))
    assert ground < 0.4 if schemes[1] == "dark" else ground > 0.7


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_unchecked_box_is_seen(qapp, opened, scheme):
    apply_theme(qapp, scheme)
    QApplication.processEvents()
    box = next(b for b in opened.findChildren(QCheckBox) if b.text() == "Outlines only")
    option = QStyleOptionButton()
    box.initStyleOption(option)
    part = QStyle.SubElement.SE_CheckBoxIndicator
    indicator = box.style().subElementRect(part, option, box)
    image = opened.grab(QRect(box.mapTo(opened, indicator.topLeft()), indicator.size())).toImage()
    edge = image.pixelColor(image.width() // 2, 1), image.pixelColor(image.width() // 2, 0)
    ground = luma(opened.palette().window().color())
    assert max(abs(luma(color) - ground) for color in edge) > 0.15


def test_paths_opened_last_have_room_below_the_line(qtbot, window):
    names = tuple(f"/data/survey_{n}/jagged_gypsum_py.sgy" for n in range(9))
    window.preferences.recent_changed.emit(names)
    buttons = [b for b in window.findChildren(QPushButton) if b.toolTip().startswith("/data")]
    qtbot.waitUntil(lambda: all(b.isVisible() for b in buttons), timeout=3000)
    for button in buttons:
        assert button.height() >= button.fontMetrics().height() + 10


def test_colour_bar_numbers_keep_off_their_ticks(qtbot, opened):
    bar = opened.findChild(ColorBar)
    image = bar.grab().toImage()
    line = bar.fontMetrics().height()
    top, bottom = 3 * line + 8, bar.height() - 6 * line - 8
    ground = image.pixelColor(60, 2)
    # The lowest tick ends before x = 29; its minus sign must not look like its continuation.
    assert all(image.pixelColor(x, bottom) == ground for x in range(30, 34))
    assert top < bottom
