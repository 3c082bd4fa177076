"""``outcrop convert craters`` from the command line."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from engine.cli.main import main


def test_masks_are_made_and_rows_that_do_not_fit_are_named(tmp_path, capsys):
    Image.fromarray(np.zeros((30, 30), dtype=np.uint8)).save(tmp_path / "a.png")
    (tmp_path / "a.txt").write_text("X,Y,W,H\n2,2,8,8\n90,2,8,8\n")
    out = tmp_path / "masks"
    assert main(["convert", "craters", str(tmp_path), "--out", str(out)]) == 0
    text, errors = capsys.readouterr()
    assert errors == (
        "warning: a.txt: 1 crater (line 3) outside the image or smaller than a pixel, left out\n"
    )
    assert f"--images {tmp_path} --masks {out}" in text
    assert [path.name for path in out.iterdir()] == ["a.png"]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("", "0 were drawn"),
        ("2,2,8,8\n", "1 was drawn"),
        ("-2,2,8,8\n", "1 was drawn, over the edge of its image"),
        ("2,2,8,8\n-2,2,8,8\n", "2 were drawn, 1 of them over the edge of their image"),
    ],
)
def test_the_summary_counts_in_words_that_fit(rows, words, tmp_path, capsys):
    Image.fromarray(np.zeros((30, 30), dtype=np.uint8)).save(tmp_path / "a.png")
    (tmp_path / "a.txt").write_text(f"X,Y,W,H\n{rows}")
    out = tmp_path / "masks"
    assert main(["convert", "craters", str(tmp_path), "--out", str(out)]) == 0
    first = capsys.readouterr().out.splitlines()[0]
    assert first == f"Wrote 1 mask to {out}: 255 is a crater, {words}"


def test_images_without_a_mask_are_to_be_moved_before_scoring(tmp_path, capsys):
    for name in ("a.png", "b.png"):
        Image.fromarray(np.zeros((30, 30), dtype=np.uint8)).save(tmp_path / name)
    (tmp_path / "a.txt").write_text("X,Y,W,H\n2,2,8,8\n")
    assert main(["convert", "craters", str(tmp_path), "--out", str(tmp_path / "masks")]) == 0
    text, errors = capsys.readouterr()
    assert errors == "warning: 1 image has no table of craters, left out: b.png\n"
    assert "move the images without a mask to another folder, then outcrop evaluate" in text


def test_a_folder_without_tables_ends_in_one_message(tmp_path, capsys):
    assert main(["convert", "craters", str(tmp_path), "--out", str(tmp_path / "masks")]) == 1
    text, errors = capsys.readouterr()
    assert text == ""
    assert "no tables of craters in it" in errors
    assert not list(tmp_path.iterdir())
