"""``outcrop headers``, and geometry that is handed on and remembered."""

from __future__ import annotations

import json

import pytest

from engine.cli.main import main
from tests.synthetic import write_segy


def _info(capsys, *arguments):
    assert main(["info", "--json", *map(str, arguments)]) == 0
    return json.loads(capsys.readouterr().out)


def _odd(path):
    """Write a file whose line numbers lie at bytes the reader does not look at."""
    return write_segy(path, iline=233, xline=237, coordinates=False)


def test_json_has_headers_candidates_and_contradictions(tmp_path, capsys):
    write_segy(tmp_path / "a.sgy", trace_fields={117: ("H", 2000)})
    assert main(["headers", "--json", str(tmp_path / "a.sgy")]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["text"][0] == "C 1 SYNTHETIC"
    assert {"byte": 3217, "name": "Sample interval", "value": 4000} in facts["binary"]
    assert facts["trace_headers"]["traces"] == [1, 7, 12]
    assert facts["lines"][0]["iline"] == 189
    assert facts["coordinates"][0]["bytes"] == [181, 185]
    assert len(facts["contradictions"]) == 1


def test_people_read_the_same(tmp_path, capsys):
    _odd(tmp_path / "a.sgy")
    assert main(["headers", str(tmp_path / "a.sgy")]) == 0
    text = capsys.readouterr().out
    for words in (
        "C 1 SYNTHETIC",
        "12 traces of 12 samples",
        "3 x 4",
        "Sample interval",
        "taken twice",
    ):
        assert words in text


def test_an_exported_geometry_opens_the_file_and_others_like_it(tmp_path, capsys):
    _odd(tmp_path / "a.sgy")
    write_segy(tmp_path / "b.sgy", iline=233, xline=237, coordinates=False, seed=3)
    named = ["--iline", "233", "--xline", "237"]
    geometry = tmp_path / "g.json"
    assert main(["headers", str(tmp_path / "a.sgy"), *named, "--export", str(geometry)]) == 0
    capsys.readouterr()
    assert main(["info", str(tmp_path / "b.sgy")]) == 1
    capsys.readouterr()
    facts = _info(capsys, tmp_path / "b.sgy", "--geometry-file", geometry)
    assert facts["shape"] == [3, 4, 12]
    assert facts["axes"][0]["first"] == 100
    facts = _info(capsys, tmp_path / "b.sgy", "--geometry-file", geometry, "--interval", "2")
    assert facts["axes"][2]["step"] == 2


def test_a_remembered_geometry_is_used_until_it_is_forgotten(tmp_path, capsys):
    _odd(tmp_path / "a.sgy")
    path = str(tmp_path / "a.sgy")
    assert main(["headers", path, "--iline", "233", "--xline", "237", "--remember"]) == 0
    capsys.readouterr()
    assert _info(capsys, path)["shape"] == [3, 4, 12]
    assert main(["headers", path, "--forget"]) == 0
    capsys.readouterr()
    assert main(["info", path]) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--export", "a.sgy"], "is the data file itself"),
        (["--geometry-file", "a.sgy", "--export", "g.json"], "is not JSON"),
        (["--cdp-x", "181", "--export", "g.json"], "without the other"),
        (["--sort-key", "colour", "--export", "g.json"], "unknown sort key"),
    ],
)
def test_wrong_options_are_explained(tmp_path, capsys, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    write_segy(tmp_path / "a.sgy")
    assert main(["headers", "a.sgy", *arguments]) == 1
    assert words in capsys.readouterr().err
    assert not (tmp_path / "g.json").exists()


def test_a_folder_is_told_from_a_broken_file(tmp_path, capsys):
    assert main(["headers", str(tmp_path)]) == 1
    message, hint = capsys.readouterr().err.splitlines()
    assert message.endswith("is a folder, not a file")
    assert hint == "Name a file in it."
    assert main(["headers", str(tmp_path / "missing.sgy")]) == 1
    assert "there is no such file" in capsys.readouterr().err
