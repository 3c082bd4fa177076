"""What the Label menu does with whole slices."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from app.workers.interpolating import BetweenRequest, interpolate_slices
from app.workers.segmenting import make_prediction
from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.core.labels import CERTAIN, POSSIBLE, PROBABLE, UNLABELLED
from engine.core.probabilities import ClassProbabilities
from engine.errors import DataError
from engine.jobs.context import NULL_JOB
from engine.session.edits import LabelKey, Pick
from engine.session.label_scheme import LabelScheme
from engine.session.labelling import LABEL_TOOLS
from engine.session.labels import LabelDocument
from tests.app.fakes import CLASSES

THREE = ClassScheme(tuple(SegmentationClass(f"c{n}", f"#{n + 1}01020") for n in range(3)))


class Menu:
    """Triggers actions and reads labels."""

    def __init__(self, qtbot, window):
        self.qtbot = qtbot
        self.window = window
        self.document.adopt_scheme(LabelScheme(THREE))
        self.told = []
        window.labelling.told.connect(self.told.append)

    @property
    def document(self):
        """The labels, when all steps that are worked out are in it."""
        self.qtbot.waitUntil(lambda: not self.window.steps.desk.busy, timeout=10_000)
        return self.window.session.labels

    def key(self, index=None):
        opened = self.window.session.opened
        at = opened.index if index is None else index
        return LabelKey(self.window.session.author, opened.direction, at)

    def block(self, index, row, col, class_id=1, size=6):
        classes = np.full((size, size), class_id, dtype=np.uint8)
        self.document.paint(self.key(index), row, col, classes, title="Test")

    def classes(self, index=None):
        return self.document.plane(self.key(index))[0]

    def do(self, name):
        self.window._actions.actions[name].trigger()


@pytest.fixture
def menu(qtbot, opened):
    return Menu(qtbot, opened)


def test_tools_keys_and_classes_are_actions(qtbot, menu):
    actions, session = menu.window._actions.actions, menu.window.session
    menu.do("brush")
    assert session.tool == "brush"
    menu.do("eraser")
    assert session.tool == "eraser"
    assert actions["eraser"].isChecked()
    assert not actions["brush"].isChecked()
    menu.do("class_2")
    assert session.class_id == 2
    assert actions["class_2"].text() == "c2"
    assert not actions["class_3"].isVisible()
    menu.do("probable")
    assert session.certainty == PROBABLE
    before = session.tools.brush
    menu.do("larger_brush")
    assert session.tools.brush > before
    menu.do("smaller_brush")
    assert session.tools.brush == before


def test_the_key_of_the_tool_in_use_keeps_it_and_escape_leaves_it(qtbot, menu):
    view, session = menu.window.pane.view, menu.window.session
    view.setFocus()
    tools = dict(zip("BEGFKAW", (*LABEL_TOOLS[:4], "pick", "accept", "similar"), strict=True))
    assert tools["F"] == "fill"
    for key, tool in tools.items():
        for _ in range(3):
            qtbot.keyClick(view, getattr(Qt.Key, f"Key_{key}"))
            assert session.tool == tool
        assert menu.window._actions.actions[tool].isChecked()
    changes = []
    menu.window._model.tool_changed.connect(lambda: changes.append(session.tool))
    qtbot.keyClick(view, Qt.Key.Key_B)
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert changes == ["brush", ""]
    assert not menu.window._actions.actions["brush"].isChecked()


def test_a_digit_without_a_class_says_which_there_are_and_how_to_add_one(qtbot, menu):
    window, view = menu.window, menu.window.pane.view
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_7)
    told = window.statusBar().currentMessage()
    assert told == (
        "There is no class 7, but 0 c0, 1 c1, 2 c2. Add one with + in the panel Labels."
    )
    assert window.session.class_id != 7
    window.statusBar().clearMessage()
    qtbot.keyClick(view, Qt.Key.Key_2)
    assert window.session.class_id == 2
    assert not window.statusBar().currentMessage()
    window._docks.label_panel.add_class()
    qtbot.keyClick(view, Qt.Key.Key_3)
    assert window.session.class_id == 3
    assert not window.statusBar().currentMessage()


def test_interpolation_fills_the_slices_between_as_probable_in_one_step(qtbot, menu):
    menu.block(10, 10, 5)
    menu.block(20, 10, 15)
    menu.do("interpolate")
    qtbot.waitUntil(lambda: menu.document.undo_text == "Interpolate", timeout=5000)
    for index in range(11, 20):
        found = np.argwhere(menu.classes(index) == 1)
        # The block moves by one column a slice; where it no longer overlaps it thins out.
        assert found.size == 0 or abs(found[:, 1].mean() - (index - 10) - 7.5) < 5
    certainty = menu.document.plane(menu.key(12))[1]
    assert set(np.unique(certainty[menu.classes(12) == 1])) == {PROBABLE}
    assert menu.document.plane(menu.key(10))[1].max() == CERTAIN
    assert "labelled as probable" in menu.told[-1]
    assert menu.document.undo_text == "Interpolate"
    menu.document.undo()
    assert all((menu.classes(index) == UNLABELLED).all() for index in range(11, 20))


def test_interpolation_is_no_surer_than_the_less_certain_slice(qtbot, menu):
    for index, sure in ((10, CERTAIN), (20, POSSIBLE)):
        classes = np.full((6, 6), 1, dtype=np.uint8)
        menu.document.paint(menu.key(index), 10, 5, classes, sure, title="Test")
    menu.do("interpolate")
    qtbot.waitUntil(lambda: menu.document.undo_text == "Interpolate", timeout=5000)
    for index in range(11, 20):
        classes, certainty = menu.document.plane(menu.key(index))
        assert set(np.unique(certainty[classes == 1])) == {POSSIBLE}
    assert menu.told[-1] == ("9 slices between inline 120 and inline 140 are labelled as possible.")


def test_interpolation_without_two_slices_says_what_to_do(menu):
    menu.block(10, 10, 5)
    menu.do("interpolate")
    assert "Label two slices" in menu.told[-1]


def test_too_many_samples_between_are_refused():
    document = LabelDocument(lambda *_: (20000, 20000), LabelScheme(THREE))
    request = BetweenRequest(LabelKey("x", "inline", 0), (0, 9), CERTAIN)
    with pytest.raises(DataError, match="too many"):
        interpolate_slices(request, "Interpolate", document, NULL_JOB)


def test_copying_goes_to_the_next_slice_and_keeps_what_is_there(qtbot, menu):
    menu.block(15, 10, 5)
    menu.block(16, 10, 8, class_id=2)
    nodes = ((1.0, 1.0), (2.0, 5.0))
    menu.document.add_pick(Pick("p", "stick", "inline", 15, nodes, 1, author=menu.key().author))
    menu.do("copy_to_next")
    qtbot.waitUntil(lambda: menu.window.session.opened.index == 16, timeout=3000)
    assert (menu.classes(16)[10:16, 5:8] == 1).all()
    assert (menu.classes(16)[10:16, 8:14] == 2).all()
    assert [p.nodes for p in menu.document.picks("inline", 16)] == [nodes]
    menu.document.undo()
    assert not menu.document.picks("inline", 16)
    assert (menu.classes(16)[10:16, 5:8] == UNLABELLED).all()
    menu.window._model.set_index(29)
    qtbot.waitUntil(lambda: menu.window.pane.view.shown.request.index == 29, timeout=3000)
    menu.do("copy_to_next")
    assert "last slice" in menu.told[-1]


def test_accepting_takes_the_prediction_where_nothing_is_labelled(menu):
    menu.do("accept_visible")
    assert "Shift+L" in menu.told[-1]
    window = menu.window
    section = window.pane.view.shown.section
    menu.document.adopt_scheme(LabelScheme(CLASSES))
    probability = np.zeros((2, *section.data.shape), dtype=np.float32)
    probability[1, 20:] = 1
    probability[0] = 1 - probability[1]
    probabilities = ClassProbabilities(probability, section.rows, section.cols)
    window._model.add_prediction(
        make_prediction(window.session.key(), CLASSES, probabilities, elapsed_s=0.1, device="cpu")
    )
    menu.block(15, 30, 10, class_id=0)
    menu.do("accept_visible")
    classes = menu.classes()
    assert (classes[30:36, 10:16] == 0).all()
    assert (classes[40:48, 10:16] == 1).all()
    assert (classes[2:18, 10:16] == 0).all()
    assert menu.document.undo_text == "Accept prediction"


def test_the_rest_of_a_slice_becomes_background_and_no_other_label_changes(menu):
    first, *others = THREE.classes
    menu.document.adopt_scheme(LabelScheme(ClassScheme((replace(first, background=True), *others))))
    menu.block(15, 10, 5)
    other = LabelKey("somebody else", "inline", 15)
    menu.document.paint(other, 30, 0, np.ones((2, 4), dtype=np.uint8), title="Test")
    menu.window._model.set_class(1)
    menu.do("label_rest")
    assert (menu.classes()[10:16, 5:8] == 1).all()
    assert (menu.classes()[30:32, :4] == UNLABELLED).all()
    merged = menu.document.merged("inline", 15)
    n_rest = np.count_nonzero(merged.classes == 0)
    assert n_rest == merged.n_labelled - np.count_nonzero(merged.classes == 1)
    assert merged.n_labelled == merged.classes.size
    assert menu.told[-1] == f"Samples labelled as c0: {n_rest:,}."
    assert menu.document.undo_text == "Label the rest as c0"


def test_the_rest_gets_the_chosen_class_where_none_is_background(menu):
    menu.window._model.set_class(2)
    menu.do("label_rest")
    assert (menu.classes() == 2).all()


def test_picks_are_painted_with_their_width(menu):
    menu.do("paint_picks")
    assert "no picks" in menu.told[-1]
    nodes = ((10.0, 5.0), (10.0, 40.0))
    menu.document.add_pick(
        Pick("p", "stick", "inline", 15, nodes, 1, PROBABLE, author=menu.key().author)
    )
    menu.window._model.set_tools(line_width=4.0)
    menu.do("paint_picks")
    classes = menu.classes()
    assert (classes[5:41, 8:13] == 1).all()
    assert (classes[:, 14:] == UNLABELLED).all()
    assert set(np.unique(menu.document.plane(menu.key())[1])) == {0, PROBABLE}


def test_clearing_takes_labels_and_picks_of_this_author_only(menu):
    menu.block(15, 10, 5)
    other = LabelKey("somebody else", "inline", 15)
    menu.document.paint(other, 0, 0, np.ones((2, 2), dtype=np.uint8), title="Test")
    nodes = ((1.0, 1.0), (2.0, 5.0))
    for author in (menu.key().author, "somebody else"):
        menu.document.add_pick(Pick(author, "stick", "inline", 15, nodes, 1, author=author))
    menu.do("clear_slice")
    assert (menu.classes() == UNLABELLED).all()
    assert (menu.document.plane(other)[0][:2, :2] == 1).all()
    assert [p.author for p in menu.document.picks("inline", 15)] == ["somebody else"]
    menu.document.undo()
    assert (menu.classes()[10:16, 5:11] == 1).all()


def test_labelled_slices_are_gone_through(menu):
    menu.block(3, 10, 5)
    menu.block(22, 10, 5)
    menu.do("next_labelled")
    assert menu.window.session.opened.index == 22
    menu.do("next_labelled")
    assert "No further slice" in menu.told[-1]
    menu.do("previous_labelled")
    assert menu.window.session.opened.index == 3


def test_switches_show_labels_others_and_disagreement(menu):
    session = menu.window.session
    menu.do("show_labels")
    assert not session.label_look.visible
    for name, field in (("show_others", "others"), ("show_disagreement", "disagreement")):
        menu.do(name)
        assert getattr(session.label_look, field)
        assert menu.window._actions.actions[name].isChecked()
