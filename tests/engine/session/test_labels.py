import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.core.labels import CERTAIN, LEFT_OUT, POSSIBLE, PROBABLE, UNLABELLED
from engine.errors import DataError, ShapeError
from engine.session.edits import LabelKey, Pick
from engine.session.label_scheme import LabelScheme
from engine.session.labels import LabelDocument

SHAPE = (300, 520)
SCHEME = LabelScheme(
    ClassScheme(tuple(SegmentationClass(name, "#102030") for name in ("rock", "salt", "fault")))
)
ANN = LabelKey("Ann", "inline", 3)
BEA = LabelKey("Bea", "inline", 3)


def document():
    return LabelDocument(lambda _direction, _index: SHAPE, SCHEME)


def rectangle(value, shape=(4, 5)):
    return np.full(shape, value, dtype=np.uint8)


def stick(pick_id="s", class_id=2, col=1.0):
    return Pick(pick_id, "stick", "inline", 3, ((col, 2.0), (4.0, 9.5)), class_id, author="Ann")


def contents(labels):
    planes = {key: np.stack(labels.plane(key)).tobytes() for key in tuple(labels.keys())}
    return planes, {pick.id: pick for pick in labels.all_picks()}, labels.scheme


def test_what_is_painted_is_there_and_nothing_else():
    labels = document()
    edit = labels.paint(ANN, 254, 255, rectangle(1), PROBABLE, title="Brush")
    classes, certainty = labels.plane(ANN)
    expected = np.full(SHAPE, UNLABELLED, dtype=np.uint8)
    expected[254:258, 255:260] = 1
    assert np.array_equal(classes, expected)
    assert np.array_equal(certainty, np.where(expected == 1, PROBABLE, 0))
    assert labels.keys() == (ANN,)
    (patch,) = edit.changes
    assert (patch.row, patch.col, patch.shape) == (254, 255, (4, 5))
    assert (patch.before_classes == UNLABELLED).all()
    assert (patch.before_certainty == 0).all()
    assert (patch.after_classes == 1).all()
    assert (patch.after_certainty == PROBABLE).all()


def test_painting_the_same_again_is_no_edit():
    labels = document()
    labels.paint(ANN, 0, 0, rectangle(1), title="Brush")
    assert labels.paint(ANN, 1, 1, rectangle(1, (2, 2)), title="Brush") is None
    assert labels.paint(BEA, 1, 1, rectangle(UNLABELLED), title="Eraser") is None
    labels.undo()
    assert labels.undo_text == ""
    assert labels.redo_text == "Brush"


@pytest.mark.parametrize("place", [(-4, 0), (0, -5), (300, 0), (0, 520), (-900, -900)])
def test_painting_outside_the_section_is_no_edit(place):
    assert document().paint(ANN, *place, rectangle(1), title="Brush") is None


def test_what_reaches_beyond_the_edge_is_cut_off():
    labels = document()
    labels.paint(ANN, -2, 518, rectangle(1), title="Brush")
    classes, _ = labels.plane(ANN)
    assert np.argwhere(classes == 1).tolist() == [[0, 518], [0, 519], [1, 518], [1, 519]]


def test_erasing_everything_leaves_no_plane():
    labels = document()
    labels.paint(ANN, 0, 0, rectangle(1), title="Brush")
    labels.paint(ANN, 0, 0, rectangle(UNLABELLED, SHAPE), title="Eraser")
    assert labels.keys() == ()
    labels.undo()
    assert labels.keys() == (ANN,)


def test_locked_classes_are_neither_painted_over_nor_painted():
    labels = document()
    labels.paint(ANN, 0, 0, rectangle(1, (1, 2)), title="Brush")
    labels.set_scheme(SCHEME.with_lock(1, locked=True))
    labels.paint(ANN, 0, 0, rectangle(2, (1, 4)), title="Brush")
    assert labels.paint(ANN, 0, 0, rectangle(1, (1, 4)), title="Brush") is None
    labels.paint(ANN, 0, 0, rectangle(UNLABELLED, (1, 3)), title="Eraser")
    classes, _ = labels.window(ANN, slice(0, 1), slice(0, 5))
    assert classes.tolist() == [[1, 1, UNLABELLED, 2, UNLABELLED]]
    assert labels.add_pick(stick(class_id=1)) is None


def test_several_edits_are_one_step_of_undo():
    labels = document()
    with labels.group("Stroke"):
        labels.paint(ANN, 0, 0, rectangle(1), title="Brush")
        with labels.group("Inner"):
            labels.paint(ANN, 2, 2, rectangle(2), title="Brush")
        labels.add_pick(stick())
        assert labels.undo() is None
    assert labels.undo_text == "Stroke"
    labels.undo()
    assert labels.keys() == ()
    assert labels.all_picks() == ()
    assert labels.redo_text == "Stroke"


def test_an_empty_group_is_no_step():
    labels = document()
    with labels.group("Stroke"):
        pass
    assert labels.undo_text == ""


def test_a_group_that_fails_leaves_nothing():
    labels = document()
    labels.paint(ANN, 0, 0, rectangle(1), title="Brush")
    before = contents(labels)

    def fail():
        with labels.group("Stroke"):
            labels.paint(ANN, 1, 1, rectangle(2), title="Brush")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert contents(labels) == before
    assert labels.undo_text == "Brush"


def test_listeners_hear_where_and_of_the_end():
    labels, heard, edits = document(), [], []
    stop = labels.subscribe(heard.append)
    labels.subscribe_edits(lambda action, edit: edits.append((action, edit.title)))
    labels.paint(ANN, 7, 8, rectangle(1), title="Brush")
    labels.undo()
    labels.redo()
    stop()
    labels.undo()
    first = heard[0]
    assert (first.kind, first.key) == ("samples", ANN)
    assert (first.rows, first.cols) == (slice(7, 11), slice(8, 13))
    assert [news.kind for news in heard] == ["samples", "history"] * 3
    assert edits == [(action, "Brush") for action in ("edit", "undo", "redo", "undo")]


def test_the_surer_interpreter_is_believed_and_equals_who_differ_are_left_out():
    labels = document()
    labels.paint(ANN, 0, 0, np.array([[0, 1, 1, 1]], np.uint8), POSSIBLE, title="Brush")
    sure = np.array([[CERTAIN, POSSIBLE, POSSIBLE, 0]], dtype=np.uint8)
    bea = np.array([[2, 1, 2, UNLABELLED]], np.uint8)
    labels.paint(BEA, 0, 0, bea, np.maximum(sure, 1), title="Brush")
    merged = labels.merged("inline", 3)
    assert merged.classes[0, :5].tolist() == [2, 1, LEFT_OUT, 1, UNLABELLED]
    assert merged.certainty[0, :5].tolist() == [CERTAIN, POSSIBLE, POSSIBLE, POSSIBLE, 0]
    differ = labels.disagreement("inline", 3)
    assert differ[0, :5].tolist() == [True, False, True, False, False]
    assert differ.sum() == 2
    (only,) = labels.labelled_sections()
    assert np.array_equal(only.classes, merged.classes)


def test_merging_does_not_depend_on_the_names_of_the_authors():
    rng = np.random.default_rng(3)
    planes = [
        (rng.choice([0, 1, 2, LEFT_OUT, UNLABELLED], SHAPE).astype(np.uint8), rng.integers(1, 4))
        for _ in range(3)
    ]
    results = []
    for names in (("a", "b", "c"), ("c", "a", "b"), ("b", "c", "a")):
        labels = document()
        for name, (classes, certainty) in zip(names, planes, strict=True):
            labels.paint(LabelKey(name, "inline", 0), 0, 0, classes, int(certainty), title="Fill")
        merged = labels.merged("inline", 0)
        results.append((merged.classes.tobytes(), merged.certainty.tobytes()))
    assert len(set(results)) == 1


def test_unknown_classes_certainties_and_shapes_are_refused():
    labels = document()
    with pytest.raises(DataError, match="class 3 is none of 3"):
        labels.paint(ANN, 0, 0, rectangle(3), title="Brush")
    with pytest.raises(DataError, match="from 1 to 3"):
        labels.paint(ANN, 0, 0, rectangle(1), 0, title="Brush")
    with pytest.raises(DataError, match="from 1 to 3"):
        labels.paint(ANN, 0, 0, rectangle(1), 4, title="Brush")
    with pytest.raises(ShapeError):
        labels.paint(ANN, 0, 0, rectangle(1), rectangle(1, (2, 2)), title="Brush")
    with pytest.raises(ShapeError):
        labels.paint(ANN, 0, 0, np.zeros(3, np.uint8), title="Brush")
    assert labels.pristine


def test_picks_are_added_replaced_and_removed():
    labels = document()
    labels.add_pick(stick())
    labels.replace_pick(stick(col=7.0))
    assert labels.picks("inline", 3)[0].nodes[0] == (7.0, 2.0)
    assert labels.picks("inline", 4) == ()
    assert labels.replace_pick(stick(col=7.0)) is None
    labels.remove_pick("s")
    assert labels.all_picks() == ()
    labels.undo()
    labels.undo()
    assert labels.picks("inline", 3) == (stick(),)
    with pytest.raises(DataError, match="already"):
        labels.add_pick(stick())
    with pytest.raises(DataError, match="no pick other"):
        labels.remove_pick("other")
    with pytest.raises(DataError, match="class 9"):
        labels.add_pick(stick("t", class_id=9))


def test_a_class_in_use_keeps_its_name():
    labels = document()
    labels.paint(ANN, 0, 0, rectangle(2), title="Brush")
    shorter = SCHEME.without(2)
    with pytest.raises(DataError, match="fault is in use"):
        labels.set_scheme(shorter)
    labels.undo()
    labels.set_scheme(shorter)
    labels.undo()
    assert labels.scheme == SCHEME


def test_the_scheme_is_adopted_only_before_the_first_edit():
    labels = document()
    labels.adopt_scheme(SCHEME.without(2))
    assert labels.pristine
    assert labels.undo_text == ""
    labels.paint(ANN, 0, 0, rectangle(1), title="Brush")
    with pytest.raises(DataError):
        labels.adopt_scheme(SCHEME)


def test_a_huge_section_costs_only_what_is_labelled():
    labels = LabelDocument(lambda _direction, _index: (30_000, 30_000), SCHEME)
    labels.paint(ANN, 29_990, 29_990, rectangle(1, (50, 50)), title="Brush")
    classes, _ = labels.window(ANN, slice(29_985, 40_000), slice(29_989, 30_000))
    assert classes.shape == (15, 11)
    assert np.count_nonzero(classes == 1) == 100
    assert sum(block.nbytes for block in labels._state.planes[ANN].blocks.values()) == 2 * 256**2


def test_a_large_stroke_is_kept_small():
    labels = document()
    edit = labels.paint(ANN, 0, 0, rectangle(1, SHAPE), title="Fill")
    assert len(edit.changes[0].packed) < SHAPE[0] * SHAPE[1] / 50


PAINTS = st.tuples(
    st.just("paint"),
    st.sampled_from([ANN, BEA, LabelKey("Ann", "crossline", 0)]),
    st.integers(-20, SHAPE[0] + 20),
    st.integers(-20, SHAPE[1] + 20),
    st.integers(0, 2**32 - 1),
)
STEPS = st.lists(
    st.one_of(
        PAINTS,
        st.tuples(st.just("stick"), st.integers(0, 3), st.floats(-5, 500)),
        st.tuples(st.just("lock"), st.integers(0, 2), st.booleans()),
        st.tuples(st.sampled_from(["undo", "redo"])),
    ),
    max_size=25,
)


def take(labels, step):
    if step[0] == "paint":
        _, key, row, col, seed = step
        rng = np.random.default_rng(seed)
        shape = tuple(rng.integers(1, 300, 2))
        classes = rng.choice(np.array([0, 1, 2, LEFT_OUT, UNLABELLED], np.uint8), shape)
        labels.paint(key, row, col, classes, rng.integers(1, 4, shape), title="Brush")
    elif step[0] == "stick":
        pick = stick(f"s{step[1]}", col=step[2])
        there = {item.id for item in labels.all_picks()}
        (labels.replace_pick if pick.id in there else labels.add_pick)(pick)
    elif step[0] == "lock":
        labels.set_scheme(labels.scheme.with_lock(step[1], locked=step[2]))
    else:
        getattr(labels, step[0])()


@settings(max_examples=40, derandomize=True)
@given(STEPS)
def test_undo_and_redo_go_through_the_same_states_bit_by_bit(steps):
    labels = document()
    for step in steps:
        take(labels, step)
    states = [contents(labels)]
    while labels.undo() is not None:
        states.append(contents(labels))
    assert states[-1] == ({}, {}, SCHEME)
    while states:
        assert contents(labels) == states.pop()
        labels.redo()
    assert labels.redo_text == ""
