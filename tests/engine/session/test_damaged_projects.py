"""Projects that were left in the middle of something, were damaged, or are of another version."""

from __future__ import annotations

import json
import zlib

import numpy as np
import pytest

from engine.errors import ReadError
from engine.session.edits import LabelKey
from engine.session.project import JOURNAL, Project
from engine.session.project_file import FILE_NAME, read_project_file
from tests.engine.session.desks import Desk, contents, history, paint, reopened, work


def test_recovered_steps_are_counted_and_saved_the_next_time(project):
    desk = Desk(project)
    paint(desk.labels)
    desk.save()
    paint(desk.labels, 2, place=(10, 10))
    paint(desk.labels, 2, place=(20, 10))
    desk.write()
    desk = reopened(project)
    assert desk.loaded.recovered == 2
    expected = contents(desk.labels)
    desk.save()
    (project.folder / JOURNAL).unlink()
    again = reopened(desk.project)
    assert contents(again.labels)[:3] == expected[:3]
    again.leave()


def test_a_crash_in_the_middle_of_saving_loses_nothing(project):
    desk = Desk(project)
    for index in range(4):
        paint(desk.labels, 1, LabelKey("Ann", "inline", index))
    desk.save()
    for index in range(4):
        paint(desk.labels, 2, LabelKey("Ann", "inline", index), (1, 1))
    desk.write()
    expected = contents(desk.labels)

    class Killed(BaseException):
        pass

    written = []

    def kill():
        written.append(1)
        if len(written) == 2:
            raise Killed

    with pytest.raises(Killed):
        project.save(desk.recorder.snapshot(), view={}, between=kill)
    assert contents(reopened(project).labels) == expected


def strange_class(project):
    packer = zlib.compressobj(wbits=31)
    path = next(project.folder.rglob("classes/c/*/*/*"))
    path.write_bytes(packer.compress(bytes([77]) * 65536) + packer.flush())


def change_metadata(project):
    path = next(project.folder.rglob("classes/zarr.json"))
    path.write_text(path.read_text().replace('"gzip"', '"pickle"'))


def bomb_chunk(project):
    packer = zlib.compressobj(wbits=31)
    packed = packer.compress(bytes(50_000_000)) + packer.flush()
    next(project.folder.rglob("c/*/*/*")).write_bytes(packed)


def damage_chunk(project):
    next(project.folder.rglob("c/*/*/*")).write_bytes(b"nonsense")


@pytest.mark.parametrize("damage", [damage_chunk, bomb_chunk, change_metadata, strange_class])
def test_damaged_labels_are_made_again_from_the_journal(project, damage):
    desk = Desk(project)
    work(desk.labels, np.random.default_rng(4), 12)
    paint(desk.labels)
    desk.save()
    expected = history(desk.labels)
    desk.write()
    damage(project)
    desk = reopened(project)
    assert "made again from the journal" in desk.loaded.notes[0]
    assert history(desk.labels) == expected
    desk.save()
    again = reopened(desk.project)
    assert again.loaded.notes == ()
    assert history(again.labels) == expected
    assert (project.folder / "labels.zarr-damaged-1").exists()
    again.leave()


def test_without_its_journal_a_project_keeps_its_labels(project):
    desk = Desk(project)
    paint(desk.labels)
    paint(desk.labels, 2)
    desk.save()
    expected = contents(desk.labels)
    journal = project.folder / JOURNAL
    raw = bytearray(journal.read_bytes())
    raw[60] ^= 1
    journal.write_bytes(raw)
    desk = reopened(project)
    assert contents(desk.labels)[:3] == expected[:3]
    assert desk.labels.undo_text == ""
    assert any("cannot be undone" in note for note in desk.loaded.notes)
    paint(desk.labels, 0, place=(50, 50))
    desk.write()
    expected = contents(desk.labels)
    again = reopened(desk.project)
    assert contents(again.labels) == expected
    assert again.labels.undo_text == "Brush"
    again.leave()


def test_what_is_no_project_is_refused(tmp_path):
    with pytest.raises(ReadError, match="no such project"):
        Project(tmp_path / "none.outcrop")
    with pytest.raises(ReadError, match="is no project"):
        Project(tmp_path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"version": 2}, "newer than this program"),
        ({"version": 0}, "does not read any more"),
        ({"version": None}, "tells no version"),
        ({"format": "other"}, "is no project file"),
        ({"data": {}}, "is incomplete"),
        ({"data": None}, "is incomplete"),
        ({"scheme": []}, "is incomplete"),
        ({"picks": [{}]}, "is incomplete"),
        ({"picks": 1}, "is incomplete"),
        ({"saved_sequence": -1}, "is incomplete"),
        ({"models": [1]}, "is incomplete"),
        ({"view": 3}, "is incomplete"),
    ],
)
def test_damaged_and_newer_project_files_are_refused(project, change, words):
    path = project.folder / FILE_NAME
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    project.close()
    with pytest.raises(ReadError, match=words) as caught:
        Project(project.folder)
    assert caught.value.hint
    path.write_text("[" * 100_000)
    with pytest.raises(ReadError, match="not JSON"):
        Project(project.folder)


def test_older_files_are_brought_up_to_date(project):
    path = project.folder / FILE_NAME
    value = json.loads(path.read_text())
    value["version"] = 0
    value["survey"] = value.pop("data")
    path.write_text(json.dumps(value))
    migrations = {0: lambda old: {**old, "data": old["survey"]}}
    assert read_project_file(project.folder, migrations).data.name == "a.sgy"
