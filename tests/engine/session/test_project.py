import json
import shutil
import zlib

import numpy as np
import pytest
import zarr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.core.labels import CERTAIN, LEFT_OUT, UNLABELLED
from engine.core.place_lock import PlaceTakenError
from engine.errors import ReadError, WriteError
from engine.session.edits import LabelKey, Pick
from engine.session.label_scheme import LabelScheme
from engine.session.project import JOURNAL, LABELS, Project
from engine.session.project_data import refer_to
from engine.session.project_file import FILE_NAME, read_project_file
from engine.session.recorder import EditRecorder

SHAPE = (300, 520)
SCHEME = LabelScheme(
    ClassScheme(tuple(SegmentationClass(name, "#102030") for name in ("rock", "salt", "fault")))
)
ANN = LabelKey("Ann", "inline", 3)
ODD = LabelKey("Bea / ../ Ö \n", "twt", 0)


def shape_of(_direction, _index):
    return SHAPE


DESKS = []


class Desk:
    """Someone who labels in a project, as the window does it."""

    def __init__(self, project):
        DESKS.append(self)
        self.project = project
        self.loaded = project.load(shape_of)
        self.labels = self.loaded.document
        self.recorder = EditRecorder(
            self.labels,
            lambda: "Ann",
            sequence=self.loaded.sequence,
            saved=project.info.saved_sequence,
        )
        self.recorder.touch(self.loaded.changed)

    def write(self):
        self.project.append(self.recorder.take_records())

    def save(self, view=None):
        self.write()
        self.project.save(self.recorder.snapshot(), view=view or {})

    def leave(self):
        self.write()
        self.project.close()


def contents(labels):
    planes = {key: np.stack(labels.plane(key)).tobytes() for key in tuple(labels.keys())}
    picks = {pick.id: pick for pick in labels.all_picks()}
    return planes, picks, labels.scheme, labels.undo_text, labels.redo_text


def history(labels):
    """All states back to the first and forth again; ends where it began."""
    states, n_undone = [contents(labels)], 0
    while labels.undo() is not None:
        states.append(contents(labels))
        n_undone += 1
    for _ in range(n_undone):
        labels.redo()
    return states


def work(labels, rng, n_steps):
    for step in range(n_steps):
        kind = rng.integers(0, 7)
        if kind == 0:
            labels.undo()
        elif kind == 1:
            labels.redo()
        elif kind == 2:
            nodes = ((float(rng.normal()), 2.5), (3.0, 4.0))
            number = f"p{rng.integers(2**40)}-{step}"
            labels.add_pick(Pick(number, "stick", "inline", 3, nodes, 2, author="Ann"))
        elif kind == 3:
            labels.set_scheme(labels.scheme.with_lock(2, locked=bool(rng.integers(2))))
        else:
            key = (ANN, ODD, LabelKey("Ann", "inline", 11))[rng.integers(3)]
            classes = rng.choice(np.array([0, 1, 2, 254, 255, 255], np.uint8))
            rectangle = np.full(rng.integers(1, 300, 2), classes)
            labels.paint(key, *rng.integers(-9, 500, 2), rectangle, title=f"Brush {step}")


@pytest.fixture(autouse=True)
def left_desks():
    """Close what is still open."""
    yield
    while DESKS:
        DESKS.pop().project.close()


@pytest.fixture
def data(tmp_path):
    path = tmp_path / "data" / "a.sgy"
    path.parent.mkdir()
    path.write_bytes(b"amplitudes" * 100)
    return path


@pytest.fixture
def project(tmp_path, data):
    folder = tmp_path / "north.outcrop"
    project = Project.create(folder, refer_to(data, folder, {"inline": 5}), SCHEME)
    yield project
    project.close()


def reopened(project):
    project.close()
    return Desk(Project(project.folder))


def paint(labels, value=1, key=ANN, place=(0, 0), shape=(4, 5)):
    return labels.paint(key, *place, np.full(shape, value, np.uint8), title="Brush")


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


def damage_chunk(project):
    next(project.folder.rglob("c/*/*/*")).write_bytes(b"nonsense")


def bomb_chunk(project):
    packer = zlib.compressobj(wbits=31)
    packed = packer.compress(bytes(50_000_000)) + packer.flush()
    next(project.folder.rglob("c/*/*/*")).write_bytes(packed)


def change_metadata(project):
    path = next(project.folder.rglob("classes/zarr.json"))
    path.write_text(path.read_text().replace('"gzip"', '"pickle"'))


def strange_class(project):
    packer = zlib.compressobj(wbits=31)
    path = next(project.folder.rglob("classes/c/*/*/*"))
    path.write_bytes(packer.compress(bytes([77]) * 65536) + packer.flush())


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


def test_certainty_is_kept(project):
    desk = Desk(project)
    desk.labels.paint(
        ANN, 0, 0, np.ones((1, 3), np.uint8), np.array([[1, 2, 3]], np.uint8), title="B"
    )
    desk.save()
    assert reopened(project).labels.plane(ANN)[1][0, :4].tolist() == [1, 2, CERTAIN, 0]


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
