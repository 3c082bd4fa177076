"""What the command line asks of the window, with fake jobs."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox

from app.actions.start_up import StartOptions
from app.composition import compose
from tests.app.fakes import model_info

FILE = Path("/survey/fake.sgy")


@pytest.fixture
def start(qtbot, qapp, work):
    windows = []

    def start(**options):
        window = compose(qapp, work, StartOptions(**options))
        qtbot.addWidget(window)
        window.show()
        windows.append(window)
        return window

    yield start
    for window in windows:
        window.close()


def test_a_section_can_be_asked_for_by_its_number(qtbot, start):
    window = start(files=(FILE,), direction="crossline", number=305, color_map="grey")
    qtbot.waitUntil(
        lambda: (
            window.pane.view.shown is not None
            and window.pane.view.shown.request.direction == "crossline"
        ),
        timeout=3000,
    )
    assert window.pane.view.shown.request.index == 5
    assert window.session.display.color_map == "grey"


def test_the_section_is_segmented_by_the_model_asked_for(qtbot, start, work):
    window = start(files=(FILE,), direction="twt", number=40, model="other", segment=True)
    qtbot.waitUntil(lambda: window.pane.view.shown_prediction is not None, timeout=3000)
    (key,) = work.segmented
    assert (key.direction, key.index, key.model) == ("twt", 10, "other")


def test_the_model_asked_for_is_used_even_if_it_is_for_other_data(qtbot, start, work):
    work.models = (model_info("faults", domain="seismic"), model_info("craters", domain="lunar"))
    window = start(files=(FILE,), model="craters")
    qtbot.waitUntil(lambda: window.pane.view.shown is not None and bool(window.session.models))
    qtbot.wait(50)
    assert window.session.model.name == "craters"
    plain = start(files=(FILE,))
    qtbot.waitUntil(lambda: plain.session.model is not None, timeout=3000)
    assert plain.session.model.name == "faults"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"number": 9999}, "inline 9999 lies outside"),
        ({"direction": "depth"}, "no direction 'depth'"),
        ({"model": "nonesuch"}, "there is no model 'nonesuch'"),
    ],
)
def test_what_cannot_be_is_explained(qtbot, start, options, message):
    window = start(files=(FILE,), **options)
    qtbot.waitUntil(lambda: window.findChild(QMessageBox) is not None, timeout=3000)
    box = window.findChild(QMessageBox)
    assert message in box.text()
    assert box.informativeText()
    box.close()


def test_a_model_that_cannot_be_used_is_told_once(qtbot, start, work):
    work.models = (model_info(available=False, reason="its encoder is not here"),)
    window = start(files=(FILE,), segment=True)
    qtbot.waitUntil(lambda: window.findChild(QMessageBox) is not None, timeout=3000)
    window._model.step(1)
    qtbot.waitUntil(lambda: window.pane.view.shown.request.index == 16, timeout=3000)
    qtbot.wait(50)
    (box,) = window.findChildren(QMessageBox)
    assert box.text() == "faults cannot be used: its encoder is not here"
    assert "--model" in box.informativeText()
    box.close()


def test_further_files_are_listed_as_recent(qtbot, start):
    window = start(files=(FILE, Path("/survey/second.sgy")))
    qtbot.waitUntil(lambda: window.session.opened is not None, timeout=3000)
    assert window.preferences.settings.recent == (str(FILE), "/survey/second.sgy")


def test_a_screenshot_ends_the_start(qtbot, start, tmp_path):
    png = tmp_path / "window.png"
    window = start(files=(FILE,), segment=True, screenshot=png)
    with qtbot.waitSignal(window.start_up.ended, timeout=5000) as ended:
        pass
    assert ended.args == [None]
    assert png.read_bytes().startswith(b"\x89PNG")
    assert window.pane.view.shown_prediction is not None


def test_a_screenshot_that_cannot_be_written_is_an_error(qtbot, start, tmp_path):
    window = start(files=(FILE,), screenshot=tmp_path / "none" / "window.png")
    with qtbot.waitSignal(window.start_up.ended, timeout=5000) as ended:
        pass
    assert "cannot be written" in str(ended.args[0])
