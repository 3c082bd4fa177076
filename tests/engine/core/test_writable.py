"""A place that cannot be written to is found out, whatever its permissions say."""

import errno
from pathlib import Path

import pytest

from engine.core.writable import try_place
from engine.errors import WriteError


def test_nothing_stays_where_something_can_be_written(tmp_path):
    try_place(tmp_path / "new" / "folder" / "file.json")
    assert not list(tmp_path.iterdir())


def test_a_place_below_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(WriteError, match=r"below: .*file cannot be written to \(Not a directory\)"):
        try_place(tmp_path / "file" / "below")


def test_a_place_that_refuses_in_spite_of_its_permissions_is_named(tmp_path, monkeypatch):
    def refuse(_self):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(WriteError, match=r"cannot be written to .Read-only file system") as caught:
        try_place(tmp_path / "model")
    assert caught.value.hint


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="this system has no /proc")
def test_a_folder_of_the_system_is_refused_even_to_its_owner():
    with pytest.raises(WriteError, match="/proc cannot be written to"):
        try_place(Path("/proc/model"))
