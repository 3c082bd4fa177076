"""``outcrop labels`` writes and reads the labels of a project."""

import numpy as np
import pytest

from engine.cli.main import main
from engine.readers.detect import open_volume
from engine.session.edits import LabelKey
from engine.session.journal import read_journal
from engine.session.label_scheme import FIRST_CLASSES, LabelScheme
from engine.session.project import Project
from engine.session.project_data import refer_to
from engine.session.recorder import EditRecorder
from tests.synthetic import write_segy

KEY = LabelKey("Ann", "inline", 1)


def make_project(folder, data):
    project = Project.create(folder, refer_to(data, folder, {}), LabelScheme(FIRST_CLASSES))
    project.begin()
    project.close()
    return folder


@pytest.fixture
def data(tmp_path):
    write_segy(tmp_path / "a.sgy")
    return tmp_path / "a.sgy"


@pytest.fixture
def labelled(tmp_path, data):
    folder = make_project(tmp_path / "north.outcrop", data)
    volume, project = open_volume(data), Project(folder)
    document = project.load(volume.section_shape).document
    recorder = EditRecorder(document, lambda: "Ann")
    document.paint(KEY, 2, 1, np.ones((3, 2), np.uint8), title="Brush")
    project.append(recorder.take_records())
    project.close()
    volume.close()
    return folder


def labels_of(folder, data):
    volume, project = open_volume(data), Project(folder, read_only=True)
    document = project.load(volume.section_shape).document
    volume.close()
    return {s.index: s.classes.tolist() for s in document.labelled_sections()}


@pytest.mark.parametrize("name", ["out", "out.png", "out.npy", "out.sgy", "out.json"])
def test_labels_go_from_one_project_to_another(labelled, data, tmp_path, capsys, name):
    out = tmp_path / name
    before = {p: p.read_bytes() for p in labelled.rglob("*") if p.is_file()}
    assert main(["labels", "export", str(labelled), str(out)]) == 0
    assert "labelled sections: 1" in capsys.readouterr().out
    assert {p: p.read_bytes() for p in labelled.rglob("*") if p.is_file()} == before
    other = make_project(tmp_path / "south.outcrop", data)
    assert main(["labels", "import", str(other), str(out), "--author", "Bea"]) == 0
    assert "sections and picks changed: 1" in capsys.readouterr().out
    assert labels_of(other, data) == labels_of(labelled, data)
    last = read_journal(other / "journal").records[-1]
    assert (last.author, last.title) == ("Bea", "Import labels")


def test_the_place_that_was_written_is_told(labelled, data, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "1000")
    assert main(["labels", "export", str(labelled), str(tmp_path / "x.png")]) == 0
    assert f"PNG for each section: {tmp_path / 'x.png'}\n" in capsys.readouterr().out
    assert (tmp_path / "x.png").is_file()
    assert main(["labels", "import", str(labelled), str(tmp_path / "x.png")]) == 0
    (tmp_path / "x.png").unlink()
    volume = open_volume(data)
    shape = tuple(axis.size for axis in volume.axes)
    volume.close()
    np.save(tmp_path / "all.npy", np.ones(shape, np.uint8))
    assert main(["labels", "import", str(labelled), str(tmp_path / "all.npy")]) == 0
    capsys.readouterr()
    assert main(["labels", "export", str(labelled), str(tmp_path / "x.png")]) == 0
    assert f"PNG for each section: {tmp_path / 'x'}\n" in capsys.readouterr().out
    assert len(list((tmp_path / "x").glob("*.png"))) > 1
    assert not (tmp_path / "x.png").exists()


def test_a_file_that_is_there_is_replaced_only_on_demand(labelled, tmp_path, capsys):
    out = tmp_path / "out.npy"
    out.write_bytes(b"precious")
    assert main(["labels", "export", str(labelled), str(out)]) == 1
    assert "--overwrite" in capsys.readouterr().err
    assert out.read_bytes() == b"precious"
    assert main(["labels", "export", str(labelled), str(out), "--overwrite"]) == 0
    assert out.read_bytes() != b"precious"


def test_a_project_that_is_open_elsewhere_is_not_written_to(labelled, data, tmp_path, capsys):
    assert main(["labels", "export", str(labelled), str(tmp_path / "out.npy")]) == 0
    project = Project(labelled)
    try:
        assert main(["labels", "import", str(labelled), str(tmp_path / "out.npy")]) == 1
    finally:
        project.close()
    assert "open in another window" in capsys.readouterr().err


def test_picks_that_are_not_there_leave_no_empty_file(labelled, tmp_path, capsys):
    for name in ("out.dat", "out.pol"):
        assert main(["labels", "export", str(labelled), str(tmp_path / name)]) == 1
        assert "to export" in capsys.readouterr().err
        assert not (tmp_path / name).exists()


def test_an_unknown_format_is_refused(labelled, tmp_path, capsys):
    assert main(["labels", "export", str(labelled), str(tmp_path / "out.doc")]) == 1
    assert "unknown" in capsys.readouterr().err
