"""Traces that repeat the line numbers of an earlier one are counted, and two of them named."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import ReadError
from engine.readers.detect import open_volume
from engine.readers.segy.repeats import find_repeats
from tests.synthetic import write_segy

_TRACE = 240 + 12 * 4

_COLUMN = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=40)


@given(_COLUMN)
def test_repeats_are_those_that_a_plain_search_finds(places):
    inlines, crosslines = np.array(places, dtype=np.int32).T
    repeats = find_repeats(inlines, crosslines)
    count = len(places) - len(set(places))
    if count == 0:
        assert repeats is None
    else:
        smallest = min(place for place in places if places.count(place) > 1)
        found = [k for k, place in enumerate(places) if place == smallest][:2]
        assert (repeats.count, list(repeats.first)) == (count, found)


def _renumber(path, trace, crossline):
    raw = bytearray(path.read_bytes())
    struct.pack_into(">i", raw, 3600 + trace * _TRACE + 192, crossline)
    path.write_bytes(raw)


def test_a_line_with_a_repeated_number_is_refused_naming_two_traces(tmp_path):
    path = tmp_path / "line.sgy"
    write_segy(path, inlines=(1,), crosslines=tuple(range(1, 20)), coordinates=False)
    _renumber(path, 5, 4)
    told = "1 of 19 traces repeats the number of an earlier one: traces 4 and 6 are both 4"
    with pytest.raises(ReadError, match=told) as caught:
        open_volume(path)
    assert "--geometry line" in caught.value.hint
    with pytest.raises(ReadError, match=f"traces of a line apart: {told}"):
        open_volume(path, xline=193)


def test_traces_that_are_only_counted_tell_of_repeated_numbers(tmp_path):
    path = tmp_path / "a.sgy"
    write_segy(path)
    volume = open_volume(path, geometry="line")
    assert volume.describe()["notes"] == []
    volume.close()
    _renumber(path, 1, 7)
    volume = open_volume(path, geometry="line")
    assert volume.describe()["notes"] == [
        "1 of 12 traces has the line numbers of an earlier one: traces 1 and 2 both lie at "
        "inline 100, crossline 7 (bytes 189 and 193)"
    ]
    volume.close()


def test_numbers_that_are_all_equal_are_none(tmp_path):
    path = tmp_path / "a.sgy"
    write_segy(path, coordinates=False, trace_fields={189: ("i", 0), 193: ("i", 0)})
    volume = open_volume(path, geometry="line")
    assert volume.describe()["notes"] == []
    volume.close()
