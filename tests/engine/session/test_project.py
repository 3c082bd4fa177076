"""A project comes back as it was left."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
import zarr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.core.labels import CERTAIN, LEFT_OUT, UNLABELLED
from engine.core.place_lock import PlaceTakenError
from engine.errors import WriteError
from engine.session.edits import LabelKey
from engine.session.project import LABELS, Project
from engine.session.project_data import refer_to
from engine.session.project_file import read_project_file
from tests.engine.session.desks import (
    ANN,
    ODD,
    SCHEME,
    SHAPE,
    Desk,
    contents,
    history,
    paint,
    reopened,
    work,
)


def test_a_new_project_knows_its_data_and_classes(project, data):
    info = read_project_file(project.folder)
    assert (info.data.path, info.data.name) == ("../data/a.sgy", "a.sgy")
    assert info.data.options == {"inline": 5}
    assert info.scheme == SCHEME
    assert sorted(path.name for path in project.folder.iterdir()) == [
        "journal",
        "models",
        "project.json",
    ]


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.integers(0, 2**32 - 1))
def test_whatever_was_saved_when_all_comes_back_with_its_history(tmp_path, data, seed):
    rng = np.random.default_rng(seed)
    folder = tmp_path / f"{seed}.outcrop"
    shutil.rmtree(folder, ignore_errors=True)
    desk = Desk(Project.create(folder, refer_to(data, folder, {}), SCHEME))
    for _ in range(3):
        work(desk.labels, rng, int(rng.integers(0, 9)))
        if rng.integers(2):
            desk.save()
        work(desk.labels, rng, int(rng.integers(0, 5)))
        desk.write()
        expected = history(desk.labels)
        desk.write()
        desk.project.close()  # as after a crash: what came after the save is in the journal only
        desk = Desk(Project(folder))
        assert desk.loaded.notes == ()
        assert history(desk.labels) == expected
    desk.leave()


def test_zarr_reads_what_was_saved(project):
    desk = Desk(project)
    paint(desk.labels, 1, ANN, (254, 250), (40, 270))
    paint(desk.labels, LEFT_OUT, ODD)
    desk.save()
    root = zarr.open_group(project.folder / LABELS, mode="r")
    found = {}
    for _, group in root.groups():
        about = dict(group.attrs)
        found[about["author"], about["direction"]] = group
    classes, certainty = desk.labels.plane(ANN)
    group = found["Ann", "inline"]
    assert group["classes"].shape == (4, *SHAPE)
    assert np.array_equal(group["classes"][3], classes)
    assert np.array_equal(group["certainty"][3], certainty)
    assert (group["classes"][:3] == UNLABELLED).all()
    assert np.array_equal(found[ODD.author, "twt"]["classes"][0], desk.labels.plane(ODD)[0])


def test_only_what_changed_is_written(project):
    desk = Desk(project)
    for index in range(5):
        paint(desk.labels, 1, LabelKey("Ann", "inline", index))
    desk.save()
    chunks = {path: path.stat().st_mtime_ns for path in project.folder.rglob("c/*/*/*")}
    assert len(chunks) == 10
    paint(desk.labels, 2, ANN)
    desk.save()
    changed = [p for p, before in chunks.items() if p.stat().st_mtime_ns != before]
    assert {path.parent.parent.name for path in changed} == {"3"}


def test_erased_blocks_vanish_from_the_disk(project):
    desk = Desk(project)
    paint(desk.labels)
    desk.save()
    paint(desk.labels, UNLABELLED)
    desk.save()
    assert not list(project.folder.rglob("c/*/*/*"))
    assert reopened(project).labels.keys() == ()


def test_view_and_sequence_are_saved(project):
    desk = Desk(project)
    paint(desk.labels)
    desk.save({"direction": "inline", "index": 7})
    info = read_project_file(project.folder)
    assert info.view == {"direction": "inline", "index": 7}
    assert info.saved_sequence == 2


def test_a_second_window_is_noticed_and_may_read(project):
    desk = Desk(project)
    paint(desk.labels)
    desk.save()
    with pytest.raises(PlaceTakenError, match="open in another window"):
        Project(project.folder)
    reader = Desk(Project(project.folder, read_only=True))
    assert contents(reader.labels)[:3] == contents(desk.labels)[:3]
    assert reader.labels.undo_text == ""
    assert paint(reader.labels, 2) is None
    assert reader.labels.undo() is None
    before = {p: p.read_bytes() for p in project.folder.rglob("*") if p.is_file()}
    reader.save()
    reader.leave()
    assert {p: p.read_bytes() for p in project.folder.rglob("*") if p.is_file()} == before


def test_a_copy_is_complete_and_goes_on_there(project, data, tmp_path):
    desk = Desk(project)
    paint(desk.labels)
    desk.save()
    paint(desk.labels, 2)
    desk.write()
    old, new = project.folder, tmp_path / "elsewhere" / "south.outcrop"
    project.copy_to(new, refer_to(data, new, {}))
    paint(desk.labels, 0)
    desk.leave()
    assert read_project_file(new).data.path == "../../data/a.sgy"
    assert Desk(Project(new)).labels.undo_text == "Brush"
    left = Desk(Project(old))
    assert left.labels.plane(ANN)[0][0, 0] == 2
    left.leave()


def test_a_place_that_is_taken_stays_as_it_is(project, data, tmp_path):
    taken = tmp_path / "taken.outcrop"
    taken.mkdir()
    with pytest.raises(WriteError, match="exists"):
        Project.create(taken, refer_to(data, taken, {}), SCHEME)
    with pytest.raises(WriteError, match="exists"):
        project.copy_to(taken, project.info.data)
    assert list(taken.iterdir()) == []
    desk = Desk(project)
    paint(desk.labels)
    desk.save()


def test_certainty_is_kept(project):
    desk = Desk(project)
    desk.labels.paint(
        ANN, 0, 0, np.ones((1, 3), np.uint8), np.array([[1, 2, 3]], np.uint8), title="B"
    )
    desk.save()
    assert reopened(project).labels.plane(ANN)[1][0, :4].tolist() == [1, 2, CERTAIN, 0]
