"""``outcrop convert craters`` from the command line."""

from __future__ import annotations

import numpy as np
from PIL import Image

from engine.cli.main import main


def test_masks_are_made_and_rows_that_do_not_fit_are_named(tmp_path, capsys):
    Image.fromarray(np.zeros((30, 30), dtype=np.uint8)).save(tmp_path / "a.png")
    (tmp_path / "a.txt").write_text("X,Y,W,H\n2,2,8,8\n90,2,8,8\n")
    out = tmp_path / "masks"
    assert main(["convert", "craters", str(tmp_path), "--out", str(out)]) == 0
    text, errors = capsys.readouterr()
    assert errors == "warning: a.txt: 1 crater (line 3) outside the image, left out\n"
    assert f"--images {tmp_path} --masks {out}" in text
    assert [path.name for path in out.iterdir()] == ["a.png"]


def test_a_folder_without_tables_ends_in_one_message(tmp_path, capsys):
    assert main(["convert", "craters", str(tmp_path), "--out", str(tmp_path / "masks")]) == 1
    text, errors = capsys.readouterr()
    assert text == ""
    assert "no tables of craters in it" in errors
    assert not list(tmp_path.iterdir())
