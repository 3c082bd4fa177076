import shutil

import pytest

from engine.errors import ReadError
from engine.session.label_scheme import FIRST_CLASSES, LabelScheme
from engine.session.project import Project
from engine.session.project_data import (
    DataMovedError,
    check_same,
    find_data,
    fingerprint_data,
    refer_to,
)
from engine.session.untitled import is_untitled, new_untitled, untitled_of


@pytest.fixture
def data(tmp_path):
    path = tmp_path / "surveys" / "a.sgy"
    path.parent.mkdir()
    path.write_bytes(b"amplitudes" * 100)
    return path


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "work" / "a.outcrop"
    path.mkdir(parents=True)
    return path


def test_data_are_found_where_they_were(data, folder):
    assert find_data(folder, refer_to(data, folder, {})) == data


def test_project_and_data_may_move_together(data, folder, tmp_path):
    known = refer_to(data, folder, {})
    moved = tmp_path / "disk"
    moved.mkdir()
    shutil.move(tmp_path / "surveys", moved)
    shutil.move(tmp_path / "work", moved)
    assert find_data(moved / "work" / "a.outcrop", known) == moved / "surveys" / "a.sgy"


@pytest.mark.parametrize("name", ["a.sgy", "renamed.SGY"])
def test_data_are_known_again_beside_the_project(data, folder, name):
    known = refer_to(data, folder, {})
    data.rename(folder.parent / name)
    assert find_data(folder, known) == folder.parent / name


def test_other_data_in_their_place_are_not_taken_for_them(data, folder):
    known = refer_to(data, folder, {})
    data.write_bytes(b"something else")
    with pytest.raises(DataMovedError, match="that was labelled"):
        find_data(folder, known)
    data.unlink()
    with pytest.raises(DataMovedError, match="are not found") as caught:
        find_data(folder, known)
    assert caught.value.data == known


def test_a_file_that_the_user_names_is_checked(data, folder, tmp_path):
    known = refer_to(data, folder, {})
    copy = shutil.copy(data, tmp_path / "copy.sgy")
    check_same(tmp_path / "copy.sgy", known)
    assert copy
    (tmp_path / "copy.sgy").write_bytes(b"other")
    with pytest.raises(ReadError, match="is not the"):
        check_same(tmp_path / "copy.sgy", known)
    with pytest.raises(ReadError):
        check_same(tmp_path / "none", known)


def test_a_folder_is_known_by_its_files(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        (folder / "part").mkdir(parents=True)
        (folder / "part" / "0").write_bytes(b"123")
    assert fingerprint_data(one) == fingerprint_data(two)
    (two / "part" / "1").write_bytes(b"")
    assert fingerprint_data(one) != fingerprint_data(two)


def test_untitled_projects_are_found_by_their_data_and_how_they_are_opened(data):
    made = []
    for options in ({}, {"inline": 5}, {}):
        folder = new_untitled()
        project = Project.create(
            folder, refer_to(data, folder, options), LabelScheme(FIRST_CLASSES)
        )
        project.close()
        made.append(folder)
    assert set(untitled_of(data, {})) == {made[0], made[2]}
    assert list(untitled_of(data, {"inline": 5})) == [made[1]]
    assert all(is_untitled(folder) for folder in made)
    assert not is_untitled(data)
    data.write_bytes(b"other")
    assert list(untitled_of(data, {})) == []
