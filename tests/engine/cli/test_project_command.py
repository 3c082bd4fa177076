"""``outcrop project`` tells what is in a project and who did what."""

import json

import numpy as np
import pytest

from engine.cli.main import main
from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.session.edits import LabelKey, Pick
from engine.session.label_scheme import LabelScheme
from engine.session.project import Project
from engine.session.project_data import refer_to
from engine.session.recorder import EditRecorder
from tests.synthetic import write_segy

SCHEME = LabelScheme(
    ClassScheme(tuple(SegmentationClass(name, "#102030") for name in ("rock", "salt [x]")))
)


@pytest.fixture
def folder(tmp_path):
    """A project of three steps by two people, one of them not saved."""
    write_segy(tmp_path / "a.sgy")
    folder = tmp_path / "north.outcrop"
    project = Project.create(folder, refer_to(tmp_path / "a.sgy", folder, {}), SCHEME)
    labels = project.load(lambda _direction, _index: (30, 40)).document
    author = ["Ann"]
    recorder = EditRecorder(labels, lambda: author[0])
    labels.paint(LabelKey("Ann", "inline", 3), 0, 0, np.ones((2, 2), np.uint8), title="Brush [red]")
    author[0] = "Bea \x1b[31m"
    labels.undo()
    project.append(recorder.take_records())
    project.save(recorder.snapshot(), view={})
    labels.add_pick(Pick("s", "stick", "crossline", 7, ((1.0, 2.0),), 1))
    project.append(recorder.take_records())
    project.close()
    return folder


def test_the_history_tells_who_did_what_and_where(folder, capsys):
    assert main(["project", str(folder), "--history", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["data"]["found"] == str(folder.parent / "a.sgy")
    assert (facts["steps"], facts["saved_steps"]) == (4, 3)
    assert facts["authors"] == {"Ann": 1, "Bea \x1b[31m": 1}
    told = [(s["step"], s["author"][:3], s["action"], s["title"]) for s in facts["history"]]
    assert told == [
        (1, "Ann", "begin", "New project"),
        (2, "Ann", "edit", "Brush [red]"),
        (3, "Bea", "undo", "Brush [red]"),
        (4, "Bea", "edit", "Pick"),
    ]
    assert [s["where"] for s in facts["history"]] == [[], ["inline 3"], [], ["crossline 7"]]


def test_the_table_shows_names_as_they_are_and_no_commands_of_a_terminal(folder, capsys):
    assert main(["project", str(folder), "--history"]) == 0
    text = capsys.readouterr().out
    assert "Brush [red]" in text
    assert "rock, salt [x]" in text
    assert "\x1b" not in text
    assert "3 of 4 steps" in text


def test_a_damaged_journal_and_missing_data_are_told(folder, capsys):
    (folder.parent / "a.sgy").unlink()
    journal = folder / "journal"
    journal.write_bytes(journal.read_bytes()[:-5])
    before = journal.read_bytes()
    assert main(["project", str(folder)]) == 0
    text = capsys.readouterr().out
    assert "a.sgy, not found" in text
    assert "behind step 3 cannot be used" in text
    assert journal.read_bytes() == before


def test_what_is_no_project_is_refused(tmp_path, capsys):
    assert main(["project", str(tmp_path)]) == 1
    assert "is no project" in capsys.readouterr().err
