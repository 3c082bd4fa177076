"""Fault sticks and polylines come back from the formats of other programs."""

from __future__ import annotations

import numpy as np
import pytest

from engine.session.edits import Pick
from engine.session.exchange.base import apply_labels
from tests.engine.session.exchange.round_trips import (
    BY_KEY,
    SCHEME,
    close,
    new_document,
    round_trip,
    sticks,
)


def test_fault_sticks_come_back_and_look_like_those_of_charisma(volume, tmp_path):
    labels = new_document(volume)
    for pick in sticks(volume):
        labels.add_pick(pick)
    path = tmp_path / "out.dat"
    back, imported = round_trip(labels, volume, "charisma", path)
    close(imported.picks, sticks(volume)[:2], ["North_1", "Big_fault"])
    assert [pick.class_id for pick in imported.picks] == [2, 2]
    assert {pick.author for pick in back.all_picks()} == {"Bea"}
    words = path.read_text().splitlines()[0].split()
    inline, crossline = volume.axis_along("inline"), volume.axis_along("crossline")
    assert words[0] == "INLINE-"
    assert float(words[1]) == inline.value(2)
    assert float(words[2]) == crossline.value(0)
    x, y = volume.survey.xy(inline.value(2), crossline.value(0))
    assert (float(words[3]), float(words[4])) == pytest.approx((x, y), abs=1e-3)
    assert words[6:] == ["North_1", "1"]


@pytest.mark.parametrize(
    "line",
    [
        "INLINE- {0} {1} {2} {3} {4} F 1",
        "INLINE-\t0\t0\t{2}\t{3}\t{4}\tF\t1",
        "{0} {1} {2} {3} {4} F 1",
    ],
)
def test_fault_sticks_of_other_programs_are_read(volume, tmp_path, line):
    inline, crossline = volume.axis_along("inline"), volume.axis_along("crossline")
    z = volume.axes[2]
    rows = []
    for col, row in ((0, 1), (1, 4)):
        place = inline.value(1), crossline.value(col)
        rows.append(line.format(*place, *volume.survey.xy(*place), z.value(row)))
    path = tmp_path / "sticks.dat"
    path.write_text("# a comment\n" + "\n".join(rows) + "\n")
    (pick,) = BY_KEY["charisma"].read(path, volume, SCHEME).picks
    assert (pick.direction, pick.index, pick.name) == ("inline", 1, "F")
    assert np.allclose(pick.nodes, [(0, 1), (1, 4)], atol=1e-6)


def test_a_stick_across_lines_is_told_and_left(volume, tmp_path):
    path = tmp_path / "sticks.dat"
    path.write_text("INLINE- 1.3 20 0 0 0 F 1\nINLINE- 4.7 22 0 0 9 F 1\n")
    imported = BY_KEY["charisma"].read(path, volume, SCHEME)
    assert imported.picks == ()
    assert "F 1 lies on no single section" in imported.notes[0]


def test_polylines_come_back_with_the_separators_of_irap(volume, tmp_path):
    labels = new_document(volume)
    for pick in sticks(volume):
        labels.add_pick(pick)
    path = tmp_path / "out.pol"
    _, imported = round_trip(labels, volume, "irap", path)
    expected = [Pick(p.id, "polyline", p.direction, p.index, p.nodes, 0) for p in sticks(volume)]
    close(imported.picks, expected, ["", "", ""])
    rows = [[float(word) for word in line.split()] for line in path.read_text().splitlines()]
    assert [n for n, row in enumerate(rows) if row == [999.0] * 3] == [2, 5, 8]


def test_importing_the_same_picks_twice_adds_them_once(volume, tmp_path):
    labels = new_document(volume)
    labels.add_pick(sticks(volume)[0])
    back, imported = round_trip(labels, volume, "charisma", tmp_path / "out.dat")
    assert apply_labels(back, imported, "Bea") == 0
