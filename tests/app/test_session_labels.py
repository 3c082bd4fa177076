import numpy as np
import pytest

from app.session_model import SessionModel
from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.core.labels import CERTAIN, POSSIBLE
from engine.session.edits import LabelKey
from engine.session.label_scheme import FIRST_CLASSES
from engine.session.session import Session
from tests.app.fakes import CLASSES, FakeVolume, model_info

KEY = LabelKey("Ann", "inline", 3)
ONE = np.ones((2, 3), dtype=np.uint8)


@pytest.fixture
def model(qapp):
    return SessionModel(Session(author="Ann"))


def open_fake(model):
    volume = FakeVolume()
    model.open_volume(volume, volume.statistics())
    return model.session.labels


def test_each_open_volume_has_a_document_of_labels(model, qtbot):
    with qtbot.waitSignal(model.labels_replaced):
        first = open_fake(model)
    assert first.shape("inline", 3) == (50, 40)
    assert first.shape("twt", 0) == (30, 40)
    assert open_fake(model) is not first
    with qtbot.waitSignal(model.labels_replaced):
        model.close_volume()
    assert model.session.labels is None


def test_changes_of_the_present_document_are_told(model):
    old, heard = open_fake(model), []
    labels = open_fake(model)
    model.labels_changed.connect(heard.append)
    old.paint(KEY, 0, 0, ONE, title="Brush")
    assert heard == []
    labels.paint(KEY, 4, 5, ONE, title="Brush")
    assert [change.kind for change in heard] == ["samples", "history"]
    assert (heard[0].key, heard[0].rows, heard[0].cols) == (KEY, slice(4, 6), slice(5, 8))


def test_the_classes_follow_the_model_until_something_is_labelled(model):
    labels = open_fake(model)
    assert labels.scheme.classes == FIRST_CLASSES
    model.set_model(model_info(classes=CLASSES))
    assert labels.scheme.classes == CLASSES
    labels.paint(KEY, 0, 0, ONE, title="Brush")
    other = ClassScheme(tuple(SegmentationClass(n, "#000000") for n in "abc"))
    model.set_model(model_info("other", classes=other))
    assert labels.scheme.classes == CLASSES
    assert open_fake(model).scheme.classes == other


def test_the_class_to_label_with_is_always_one_of_the_scheme(model, qtbot):
    labels = open_fake(model)
    with qtbot.waitSignal(model.class_changed):
        model.set_class(0)
    with qtbot.assertNotEmitted(model.class_changed):
        model.set_class(-4)
    labels.set_scheme(labels.scheme.with_class(SegmentationClass("third", "#000000")))
    model.set_class(7)
    assert model.session.class_id == 2
    labels.undo()
    assert model.session.class_id == 1


def test_certainty_and_author_are_told_once(model, qtbot):
    with qtbot.waitSignal(model.class_changed):
        model.set_certainty(0)
    assert model.session.certainty == POSSIBLE
    model.set_certainty(9)
    assert model.session.certainty == CERTAIN
    with qtbot.assertNotEmitted(model.class_changed):
        model.set_author("Ann")
    model.set_author("Bea")
    assert model.session.author == "Bea"
