"""``outcrop copies`` makes, lists and removes display copies."""

from __future__ import annotations

import json

import pytest

from engine.cli.main import main
from tests.synthetic import write_segy


def _copies(capsys, *arguments):
    assert main(["copies", "--json", *map(str, arguments)]) == 0
    return json.loads(capsys.readouterr().out)


def test_copies_are_made_listed_and_removed(tmp_path, capsys):
    write_segy(tmp_path / "a.sgy")
    assert _copies(capsys)["copies"] == []
    facts = _copies(capsys, tmp_path / "a.sgy")
    assert [copy["source"] for copy in facts["copies"]] == [str(tmp_path / "a.sgy")]
    assert 0 < facts["used_bytes"] < facts["limit_bytes"] == 20_000_000_000
    assert main(["copies"]) == 0
    text = capsys.readouterr().out
    assert str(tmp_path / "a.sgy") in text
    assert "of 20 GB" in text
    assert _copies(capsys, "--clear")["copies"] == []


def test_a_copy_beyond_the_limit_is_explained(tmp_path, capsys):
    write_segy(tmp_path / "a.sgy")
    assert main(["copies", str(tmp_path / "a.sgy"), "--limit-gb", "1e-9"]) == 1
    assert "display copies may take" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["copies", "--limit-gb", "-1"])
