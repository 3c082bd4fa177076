"""Many models in the panel: chosen by clicks and keys, described, and read about."""

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, Qt
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton, QTextBrowser

from app.composition import compose
from app.dialogs.model_card import ModelCardDialog
from app.panels.model_list import ModelList
from app.panels.model_panel import ModelPanel
from app.widgets.elided_label import ElidedLabel
from app.widgets.fact_grid import FactGrid
from engine.errors import ModelError
from engine.session.scores import ScoreTable
from tests.app.fakes import model_info

STARTERS = (
    model_info("faults-starter", shipped=True),
    model_info("craters-starter", task="crater", task_title="Lunar craters", shipped=True),
    model_info("salt-starter", task="salt", task_title="Salt bodies", shipped=True),
)
OWN = model_info("faults-north", path=Path("/mine/faults-north"))
LACKING = model_info(
    "big", available=False, reason="the weights are not on this machine. Fetch them: 'outcrop x'."
)
DAMAGED = model_info("aaa", task="", task_title="", available=False, reason="no model.json")
ALL = (OWN, *STARTERS, LACKING, DAMAGED)


@pytest.fixture
def many(qtbot, opened):
    opened._model.set_models(ALL)
    opened._model.set_model(STARTERS[0])
    return opened


@pytest.fixture
def folders(monkeypatch):
    """Places that the desktop was asked to open."""
    asked = []
    monkeypatch.setattr(QDesktopServices, "openUrl", asked.append)
    return asked


def rows(window):
    listed = window.findChild(ModelList)
    items = [listed.topLevelItem(row) for row in range(listed.topLevelItemCount())]
    return [(item.text(0), item.text(1)) for item in items]


def click(qtbot, window, name):
    listed = window.findChild(ModelList)
    item = next(i for i in listed.findItems(name, Qt.MatchFlag.MatchContains))
    center = listed.visualItemRect(item).center()
    qtbot.mouseClick(listed.viewport(), Qt.MouseButton.LeftButton, pos=center)


def visible_texts(widget):
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


def push(qtbot, window, text):
    panel = window.findChild(ModelPanel)
    button = next(b for b in panel.findChildren(QPushButton) if b.text() == text)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def wait_for_card(qtbot, window):
    qtbot.waitUntil(lambda: window.findChild(ModelCardDialog) is not None, timeout=3000)
    return window.findChild(ModelCardDialog)


def test_models_are_listed_by_task_and_those_that_cannot_be_read_last(many):
    assert rows(many) == [
        ("faults-north", "Faults"),
        ("faults-starter", "Faults"),
        ("⚠ big", "Faults"),
        ("craters-starter", "Lunar craters"),
        ("salt-starter", "Salt bodies"),
        ("⚠ aaa", "not readable"),
    ]


def test_one_click_chooses_a_model_and_the_keys_stay_with_the_section(qtbot, many):
    many.pane.view.setFocus()
    click(qtbot, many, "salt-starter")
    assert many.session.model == STARTERS[2]
    assert QApplication.focusWidget() is many.pane.view
    assert many.findChild(ElidedLabel, "modelTitle").text() == "salt-starter"


def test_arrow_keys_choose_in_the_list_and_move_no_slice(qtbot, many):
    listed = many.findChild(ModelList)
    listed.setFocus(Qt.FocusReason.TabFocusReason)
    index = many.session.opened.index
    qtbot.keyClick(listed, Qt.Key.Key_Up)
    assert many.session.model == OWN
    qtbot.keyClick(listed, Qt.Key.Key_End)
    assert many.session.model == DAMAGED
    assert many.session.opened.index == index


def test_m_goes_through_the_list_and_round(qtbot, many):
    seen = []
    for _ in ALL:
        qtbot.keyClick(many.pane.view, Qt.Key.Key_M)
        seen.append(many.session.model.name)
    assert seen[:2] == ["big", "craters-starter"]
    assert sorted(seen) == sorted(m.name for m in ALL)
    qtbot.keyClick(many.pane.view, Qt.Key.Key_M, Qt.KeyboardModifier.ShiftModifier)
    assert many.session.model == OWN
    current = many.findChild(ModelList).currentItem()
    assert current.text(0) == "faults-north"


def test_without_a_chosen_model_m_begins_at_either_end(qtbot, many):
    for modifier, name in (
        (Qt.KeyboardModifier.NoModifier, "faults-north"),
        (Qt.KeyboardModifier.ShiftModifier, "aaa"),
    ):
        many._model.set_model(None)
        assert not many.findChild(ModelList).selectedItems()
        qtbot.keyClick(many.pane.view, Qt.Key.Key_M, modifier)
        assert many.session.model.name == name


def test_facts_and_scores_are_those_of_the_chosen_model(qtbot, many):
    facts, scores = (many.findChild(FactGrid, name) for name in ("modelFacts", "modelScores"))
    qtbot.waitUntil(lambda: "LoRA, rank 4" in visible_texts(facts), timeout=3000)
    assert visible_texts(scores) == ["validation", "mIoU per sample", "0.712"]
    plain = model_info("plain", facts=(("Decoder", "DPT"),), scores=ScoreTable())
    many._model.set_models((*ALL, plain))
    click(qtbot, many, "plain")
    qtbot.waitUntil(lambda: visible_texts(facts) == ["Decoder", "DPT"], timeout=3000)
    assert not scores.isVisible()
    click(qtbot, many, "salt-starter")
    qtbot.waitUntil(lambda: len(visible_texts(facts)) == 6, timeout=3000)
    assert scores.isVisible()


def test_long_names_of_what_was_scored_do_not_wrap_the_heads(qtbot, many):
    parts = ("200 held-out synthetic", "3000 recorded, TGS Salt Identification Challenge")
    table = ScoreTable(parts, (("mIoU", ("0.705", "0.546")),))
    long = model_info("long", scores=table)
    many._model.set_models((*ALL, long))
    many._model.set_model(long)
    scored, scores = (many.findChild(FactGrid, name) for name in ("scoredParts", "modelScores"))
    qtbot.waitUntil(scored.isVisible, timeout=3000)
    assert visible_texts(scored) == ["A", parts[0], "B", parts[1]]
    heads = [label for label in scores.findChildren(QLabel) if label.text() in {"A", "B"}]
    assert len(heads) == 2
    assert all(head.height() <= head.fontMetrics().lineSpacing() + 2 for head in heads)
    many._model.set_model(STARTERS[0])
    assert not scored.isVisible()


def test_a_model_that_cannot_be_used_says_why_and_what_to_do(qtbot, many):
    problem = many.findChild(QLabel, "modelProblem")
    assert not problem.isVisible()
    click(qtbot, many, "big")
    assert problem.isVisible()
    assert "Fetch them: 'outcrop x'" in problem.text()
    assert "Look for models again" in problem.text()
    assert not many._actions.actions["segment"].isEnabled()
    click(qtbot, many, "salt-starter")
    assert not problem.isVisible()
    assert many._actions.actions["segment"].isEnabled()


def test_the_card_is_read_on_the_lane_and_drawn(qtbot, many, work, folders):
    push(qtbot, many, "Model card…")
    dialog = wait_for_card(qtbot, many)
    assert work.cards == [STARTERS[0].path]
    text = dialog.findChild(QTextBrowser)
    drawn = text.toPlainText()
    assert "faults-starter" in dialog.windowTitle()
    assert "Finds faults." in drawn
    assert "<b>not HTML</b>" in drawn
    assert "|" not in drawn, "tables are drawn as such"
    assert text.verticalScrollBar().value() == 0
    text.anchorClicked.emit(QUrl("other.md"))
    text.anchorClicked.emit(QUrl("file:///etc/passwd"))
    assert folders == []
    text.anchorClicked.emit(QUrl("https://example.org/more"))
    assert folders == [QUrl("https://example.org/more")]
    assert "Finds faults." in text.toPlainText()
    dialog.close()


def test_a_card_that_cannot_be_read_is_explained(qtbot, many, work):
    work.error = ModelError("/models/x/README.md: cannot be read", hint="Check its permissions.")
    many._actions.actions["model_card"].trigger()
    qtbot.waitUntil(lambda: bool(many.findChildren(QMessageBox)), timeout=3000)
    box = many.findChild(QMessageBox)
    assert "cannot be read" in box.text()
    box.close()


def test_the_folder_is_shown_from_the_panel_and_from_the_card(qtbot, many, folders):
    click(qtbot, many, "faults-north")
    push(qtbot, many, "Show folder")
    push(qtbot, many, "Model card…")
    dialog = wait_for_card(qtbot, many)
    button = next(b for b in dialog.findChildren(QPushButton) if b.text() == "Show folder")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert folders == [QUrl.fromLocalFile("/mine/faults-north")] * 2
    dialog.close()


def test_without_models_the_list_and_the_details_are_gone(many):
    many._model.set_models(())
    assert not many.findChild(ModelList).isVisible()
    assert not many.findChild(ModelPanel).details.isVisible()
    assert "No model was found" in many.findChild(QLabel, "modelProblem").text()
    for action in ("next_model", "previous_model", "model_card"):
        assert not many._actions.actions[action].isEnabled()


def test_names_keep_most_of_a_narrow_panel(qtbot, many):
    long = model_info("an_own_model_with_a_very_long_name", task_title="A task of many words")
    many._model.set_models((*ALL, long))
    many.resize(900, 600)
    listed = many.findChild(ModelList)
    qtbot.waitUntil(lambda: listed.columnWidth(0) > listed.columnWidth(1), timeout=3000)
    assert listed.columnWidth(0) + listed.columnWidth(1) <= listed.viewport().width()


def test_another_model_is_loaded_as_soon_as_it_is_chosen_once_the_first_is(qtbot, many, work):
    work.prepared.clear()
    many._warm_up._start()
    qtbot.waitUntil(lambda: work.prepared == [("faults-starter", "auto")], timeout=3000)
    click(qtbot, many, "salt-starter")
    qtbot.waitUntil(lambda: len(work.prepared) == 2, timeout=3000)
    click(qtbot, many, "big")
    click(qtbot, many, "faults-starter")
    qtbot.waitUntil(lambda: work.prepared[2:] == [("faults-starter", "auto")], timeout=3000)


def test_a_model_that_has_segmented_is_not_loaded_once_more(qtbot, many, work):
    work.prepared.clear()
    many._actions.actions["segment"].trigger()
    qtbot.waitUntil(lambda: many.pane.prediction is not None, timeout=3000)
    assert not many._warm_up._pause.isActive()
    qtbot.keyClick(many.pane.view, Qt.Key.Key_Right)
    assert not many._warm_up._pause.isActive()
    click(qtbot, many, "salt-starter")
    qtbot.waitUntil(lambda: work.prepared == [("salt-starter", "auto")], timeout=3000)


def test_models_are_looked_for_before_none_is_found(qtbot, qapp, work):
    gate, found = threading.Event(), ()

    class Slow(type(work)):
        def list_models(self, *_):
            gate.wait(20)
            return found

    window = compose(qapp, Slow())
    qtbot.addWidget(window)
    window.show()
    problem = window.findChild(QLabel, "modelProblem")
    assert problem.text() == "Looking for models…"
    gate.set()
    qtbot.waitUntil(lambda: problem.text().startswith("No model was found."), timeout=3000)
    window.close()


@pytest.mark.parametrize(
    ("kind", "word"),
    [("volume", "slice"), ("image", "image"), ("record", "window"), ("gathers", "gather")],
)
def test_one_section_is_called_as_its_kind_of_data_calls_it(opened, kind, word):
    opened.session.opened.volume.kind = kind
    counted = {"count": 3, "samples": 10, "overlap_samples": 0}
    opened.session.opened.description = {"windows": counted}
    opened._model.volume_changed.emit()
    panel = opened.findChild(ModelPanel)
    button = next(b for b in panel.findChildren(QPushButton) if b.text().startswith("Segment"))
    assert button.text() == f"Segment {word}"
    assert f"the {word} on the screen" in button.toolTip()
    actions = opened._actions.actions
    assert actions["segment"].text() == f"&Segment this {word}"
    assert f"the {word} on the screen" in actions["segment"].statusTip()
    assert actions["clear_slice"].text() == f"Clea&r {word}"
    assert actions["clear_slice"].iconText() == f"Clear {word}"
