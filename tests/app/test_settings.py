import logging
import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QByteArray

from app.settings import N_RECENT, Settings, SettingsFile, with_recent


def test_what_is_written_is_read_again(tmp_path):
    settings = Settings(
        scheme="dark",
        color_map="grey",
        percentile=97.5,
        opacity=0.3,
        outline=True,
        last_folder="/a",
        brush=40.0,
        fills_labelled=True,
        author="Ann B",
    )
    file = SettingsFile(tmp_path)
    file.write(settings)
    file.write_bytes("geometry", QByteArray(b"\x00\x01"))
    again = SettingsFile(tmp_path)
    assert again.read() == settings
    assert bytes(again.read_bytes("geometry")) == b"\x00\x01"


def test_one_recent_file_stays_a_list(tmp_path):
    SettingsFile(tmp_path).put_first("recent", Path("/only, one.sgy"))
    assert SettingsFile(tmp_path).read().recent == ("/only, one.sgy",)


def test_two_windows_add_to_one_list_of_recent_files(tmp_path):
    first, second = SettingsFile(tmp_path), SettingsFile(tmp_path)
    remembered = first.read(), second.read()
    first.put_first("recent", Path("/a.sgy"))
    assert second.put_first("recent", Path("/b.sgy")) == ("/b.sgy", "/a.sgy")
    assert first.put_first("recent", Path("/c.sgy")) == ("/c.sgy", "/b.sgy", "/a.sgy")
    assert second.drop("recent", Path("/a.sgy")) == ("/c.sgy", "/b.sgy")
    # Both close, and store what they knew when they began.
    for file, settings in zip((first, second), remembered, strict=True):
        file.write(settings)
    assert SettingsFile(tmp_path).read().recent == ("/c.sgy", "/b.sgy")


def test_processes_that_open_files_at_the_same_time_lose_none(tmp_path):
    command = (
        "import sys; from pathlib import Path; from app.settings import SettingsFile\n"
        "file = SettingsFile(Path(sys.argv[1]))\n"
        "for n in range(5): file.put_first('recent', Path(f'/{sys.argv[2]}{n}.sgy'))"
    )
    arguments = [[sys.executable, "-c", command, str(tmp_path), name] for name in "ab"]
    processes = [subprocess.Popen(each) for each in arguments]
    assert [process.wait(60) for process in processes] == [0, 0]
    listed = SettingsFile(tmp_path).read().recent
    assert sorted(listed) == [f"/{name}{n}.sgy" for name in "ab" for n in range(5)]
    assert {path.name for path in tmp_path.iterdir()} == {"outcrop.ini"}


def test_a_folder_that_cannot_be_written_keeps_the_list_of_this_window(tmp_path):
    (tmp_path / "file").write_text("no folder")
    file = SettingsFile(tmp_path / "file" / "settings")
    file.put_first("recent", Path("/a.sgy"))
    assert file.put_first("recent", Path("/b.sgy")) == ("/b.sgy", "/a.sgy")


def test_invalid_values_fall_back_and_are_logged(tmp_path, caplog):
    (tmp_path / "outcrop.ini").write_text(
        "[settings]\npercentile=250\nopacity=much\ncolor_map=rainbow\nscheme=dark\n"
        "outline=perhaps\ndevice=abacus\nbrush=0\n\n[window]\ngeometry=12\n"
    )
    with caplog.at_level(logging.WARNING):
        file = SettingsFile(tmp_path)
        settings = file.read()
    assert settings == Settings(scheme="dark")
    assert len(caplog.records) == 6
    assert file.read_bytes("geometry").isEmpty()


def test_settings_go_to_the_folder_that_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("OUTCROP_CONFIG", str(tmp_path / "here"))
    SettingsFile().write(Settings())
    assert (tmp_path / "here" / "outcrop.ini").is_file()


def test_a_recent_file_goes_first_once_and_old_ones_drop_out():
    recent = ()
    for number in range(15):
        recent = with_recent(recent, Path(f"/{number}.sgy"))
    recent = with_recent(recent, Path("/10.sgy"))
    assert recent[0] == "/10.sgy"
    assert len(recent) == N_RECENT
    assert len(set(recent)) == N_RECENT
