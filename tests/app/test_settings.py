import logging
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
        recent=("/a/b.sgy", "/c d/e,f.sgy"),
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
    SettingsFile(tmp_path).write(Settings(recent=("/only.sgy",)))
    assert SettingsFile(tmp_path).read().recent == ("/only.sgy",)


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
