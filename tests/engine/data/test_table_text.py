"""Tables are read as the programs that make them write text."""

from __future__ import annotations

import pytest

from engine.data.table_text import Cells, read_lines
from engine.errors import ReadError


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_texts_of_any_usual_encoding_are_read(encoding, end, tmp_path):
    lines = ["x,y,w,h,class", "1,2,3,4,Größe\x85", "", "5"]
    (tmp_path / "a.csv").write_bytes(end.join(lines).encode(encoding))
    assert read_lines(tmp_path / "a.csv") == lines


@pytest.mark.parametrize(
    "content", [b"x,y,w,h\n1,2,3,4\0\n", "x,y,w,h\n".encode("utf-32"), b"\xff\xfex\0,\0\n"]
)
def test_what_is_no_text_is_refused(content, tmp_path):
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(ReadError, match="is no text") as caught:
        read_lines(tmp_path / "a.csv")
    assert caught.value.hint


@pytest.mark.parametrize(
    ("header", "line", "words"),
    [
        ("a;b", '1,5;"2;3"', ["1,5", "2;3"]),
        ("a,b", '1,5;"2,3"', ["1", "5", "2,3"]),
        ("a\tb", '"1\t5"\t2,3;4', ["1\t5", "2,3", "4"]),
    ],
)
def test_cells_in_quotes_stay_as_they_are(header, line, words):
    assert Cells.of(header).split(line) == words


def test_a_comma_is_a_decimal_sign_only_where_it_parts_no_cells():
    assert Cells.of("a;b").number(" 1,5 ") == 1.5
    with pytest.raises(ValueError, match="could not convert"):
        Cells.of("a,b").number("1,5")
