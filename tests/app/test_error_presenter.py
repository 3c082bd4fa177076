import logging
import sys
import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QWidget

from app.error_presenter import ErrorPresenter
from engine.errors import EngineError


@pytest.fixture
def window(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    return window


def box_of(qtbot, window):
    qtbot.waitUntil(lambda: window.findChild(QMessageBox) is not None, timeout=3000)
    return window.findChild(QMessageBox)


def test_an_engine_error_shows_message_and_hint(qtbot, window):
    ErrorPresenter(window).show_error(EngineError("x.sgy: is empty", hint="Copy it again."))
    box = box_of(qtbot, window)
    assert box.text() == "x.sgy: is empty"
    assert box.informativeText() == "Copy it again."
    box.close()


@pytest.mark.parametrize(
    ("error", "text", "hint"),
    [
        (OSError(28, "No space left on device", "/a.sgy"), "/a.sgy: No space left", "room"),
        (MemoryError(), "not enough memory", "Close other programs"),
    ],
)
def test_a_refusal_of_the_system_is_no_defect(qtbot, window, error, text, hint):
    ErrorPresenter(window).show_error(error)
    box = box_of(qtbot, window)
    assert text in box.text()
    assert hint in box.informativeText()
    assert box.icon() is QMessageBox.Icon.Warning
    box.close()


def test_details_can_be_copied_and_the_box_stays(qtbot, window):
    try:
        int("deep inside")
    except ValueError as error:
        ErrorPresenter(window).show_error(error)
    box = box_of(qtbot, window)
    assert "defect" in box.informativeText()
    copy = next(b for b in box.findChildren(QPushButton) if b.text() == "Copy details")
    qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
    text = QApplication.clipboard().text()
    assert "deep inside" in text
    assert "Traceback" in text
    assert box.isVisible()
    box.close()


def test_what_nothing_caught_is_logged_and_shown_from_any_thread(qtbot, window, caplog):
    presenter = ErrorPresenter(window)

    def work():
        try:
            {}["lost"]
        except KeyError:
            presenter.excepthook(*sys.exc_info())

    thread = threading.Thread(target=work)
    with caplog.at_level(logging.ERROR):
        thread.start()
        thread.join()
        box = box_of(qtbot, window)
    assert "lost" in box.text()
    assert any(record.exc_info for record in caplog.records)
    box.close()
