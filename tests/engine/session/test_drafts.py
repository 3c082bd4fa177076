"""Steps worked out beside the document."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.core.labels import UNLABELLED
from engine.errors import JobCancelledError
from engine.jobs.context import NULL_JOB
from engine.session.class_removal import remove_class
from engine.session.drafts import Draft
from engine.session.edits import LabelKey, Pick
from engine.session.label_scheme import LabelScheme
from engine.session.labels import LabelDocument

SHAPE = (600, 300)
SCHEME = LabelScheme(
    ClassScheme(tuple(SegmentationClass(f"c{n}", f"#{n + 1}01020") for n in range(4)))
)
HERE, THERE = (LabelKey("ann", "inline", index) for index in (3, 4))
STICK = Pick("p", "stick", "inline", 3, ((1.0, 2.0), (3.0, 40.0)), 1, author="ann")


def new_document():
    return LabelDocument(lambda *_: SHAPE, SCHEME)


def block(document, key, row, col, class_id, size=50):
    classes = np.full((size, size), class_id, dtype=np.uint8)
    return document.paint(key, row, col, classes, title="Block")


def labels_of(document):
    planes = {key: [values.tolist() for values in document.plane(key)] for key in document.keys()}  # noqa: SIM118 - not a mapping
    return planes, document.all_picks(), document.scheme


def work(document, _job):
    with document.group("Work"):
        block(document, HERE, 200, 200, 1, 90)
        block(document, THERE, 0, 0, 2)
        document.add_pick(STICK)
    return "done"


def test_what_is_done_in_a_draft_is_the_same_as_done_in_the_document():
    document, other = new_document(), new_document()
    for one in (document, other):
        block(one, HERE, 230, 210, 3)
    draft = Draft(document)
    draft.run(work, NULL_JOB)
    assert draft.fits(document)
    told, steps = [], []
    document.subscribe(told.append)
    document.subscribe_edits(lambda action, edit: steps.append((action, edit.title)))
    before = labels_of(document)
    draft.enter(document)
    work(other, NULL_JOB)
    assert labels_of(document) == labels_of(other)
    assert draft.result == "done"
    assert steps == [("edit", "Work")]
    assert told[-1].kind == "history"
    assert {change.key for change in told if change.kind == "samples"} == {HERE, THERE}
    document.undo()
    assert labels_of(document) == before
    document.redo()
    assert labels_of(document) == labels_of(other)


def test_a_draft_and_its_document_do_not_change_each_other():
    document = new_document()
    block(document, HERE, 0, 0, 1)
    before = labels_of(document)
    draft = Draft(document)
    draft.run(work, NULL_JOB)
    assert labels_of(document) == before
    copy = document.copy()
    block(document, HERE, 10, 10, 2)
    document.undo()
    document.undo()
    assert labels_of(copy) == before


def test_nothing_is_left_of_a_draft_that_was_given_up():
    document = new_document()
    block(document, HERE, 0, 0, 1)
    before = labels_of(document)

    class Cancelled:
        def check(self):
            raise JobCancelledError

        def report(self, done, total, message=""):
            pass

    with pytest.raises(JobCancelledError):
        Draft(document).run(work, Cancelled())
    assert labels_of(document) == before
    assert document.undo_text == "Block"


def test_what_is_painted_meanwhile_stays():
    document = new_document()
    draft = Draft(document)
    draft.run(work, NULL_JOB)
    block(document, HERE, 210, 210, 3, 20)
    assert not draft.fits(document)
    again = Draft(document)
    again.run_after(draft, work, NULL_JOB)
    assert again.fits(document)
    again.enter(document)
    classes, _ = document.plane(HERE)
    assert (classes[210:230, 210:230] == 3).all()
    assert np.count_nonzero(classes == 1) == 90 * 90 - 20 * 20
    assert document.all_picks() == (STICK,)
    assert again.result == "done"
    document.undo()
    classes, _ = document.plane(HERE)
    assert np.count_nonzero(classes == 3) == 400
    assert np.count_nonzero(classes == 1) == 0


def test_strokes_elsewhere_do_not_matter():
    document = new_document()
    draft = Draft(document)
    draft.run(work, NULL_JOB)
    block(document, HERE, 540, 0, 3)  # another block of samples
    assert draft.fits(document)
    draft.enter(document)
    assert (document.plane(HERE)[0][540:590, :50] == 3).all()
    assert document.undo_text == "Work"


def test_a_pick_that_was_changed_meanwhile_stays_as_it_is():
    document = new_document()
    document.add_pick(STICK)

    def remove(labels, _job):
        labels.remove_pick("p")

    draft = Draft(document)
    draft.run(remove, NULL_JOB)
    document.replace_pick(replace(STICK, class_id=2))
    assert not draft.fits(document)
    again = Draft(document)
    again.run_after(draft, remove, NULL_JOB)
    again.enter(document)
    assert [pick.class_id for pick in document.all_picks()] == [2]


def test_where_ids_change_their_meaning_all_is_worked_out_anew():
    document = new_document()
    block(document, HERE, 0, 0, 3)

    def remove(labels, job):
        remove_class(1, labels, job)

    draft = Draft(document)
    draft.run(remove, NULL_JOB)
    block(document, HERE, 10, 10, 2)
    block(document, THERE, 10, 10, 2)
    again = Draft(document)
    again.run_after(draft, remove, NULL_JOB)
    again.enter(document)
    classes, _ = document.plane(HERE)
    assert document.scheme.names == ("c0", "c2", "c3")
    assert classes[0, 0] == 2
    assert classes[30, 30] == 1
    assert document.plane(THERE)[0][30, 30] == 1


def test_undo_and_redo_can_be_worked_out_beside_the_document():
    document = new_document()
    work(document, NULL_JOB)
    after = labels_of(document)
    for action in ("undo", "redo"):
        draft = Draft(document)
        draft.run(lambda labels, job, name=action: getattr(labels, name)(job), NULL_JOB)
        assert draft.fits(document)
        draft.enter(document)
        assert labels_of(document) == (after if action == "redo" else labels_of(new_document()))
    assert (document.undo_text, document.redo_text) == ("Work", "")


def test_an_undo_that_was_overtaken_by_a_stroke_does_not_fit():
    document = new_document()
    work(document, NULL_JOB)
    draft = Draft(document)
    draft.run(lambda labels, job: labels.undo(job), NULL_JOB)
    block(document, LabelKey("ann", "inline", 9), 0, 0, 1)
    assert draft.remakes_history
    assert not draft.fits(document)


@settings(max_examples=40)
@given(st.data())
def test_any_steps_and_strokes_keep_history_and_labels_together(data):
    """Undoing all leads to nothing, and doing all again to where one was."""
    document = new_document()
    places = st.tuples(
        st.sampled_from((HERE, THERE)),
        st.integers(0, 500),
        st.integers(0, 250),
        st.sampled_from((0, 1, 2, UNLABELLED)),
    )
    for _ in range(data.draw(st.integers(1, 5))):
        draft = Draft(document)
        wanted = data.draw(st.lists(places, min_size=1, max_size=3))

        def step(labels, _job, wanted=wanted):
            with labels.group("Step"):
                for place in wanted:
                    block(labels, *place, size=90)

        draft.run(step, NULL_JOB)
        for place in data.draw(st.lists(places, max_size=2)):
            block(document, *place, size=40)
        while not draft.fits(document):
            earlier, draft = draft, Draft(document)
            draft.run_after(earlier, step, NULL_JOB)
        draft.enter(document)
    after = labels_of(document)
    while document.undo() is not None:
        pass
    assert labels_of(document) == labels_of(new_document())
    while document.redo() is not None:
        pass
    assert labels_of(document) == after
