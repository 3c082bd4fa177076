"""Line numbers make the grid, wherever they lie."""

from __future__ import annotations

import numpy as np
import pytest

from engine.core.axes import Axis
from engine.readers.detect import open_volume
from engine.readers.segy import geometry
from tests.engine.readers.segy.cubes import whole_cube
from tests.synthetic import write_segy


def test_absent_lines_are_no_data(tmp_path):
    spec = write_segy(tmp_path / "a.sgy", inlines=(10, 12, 18), crosslines=(1, 2, 3))
    volume = open_volume(tmp_path / "a.sgy")
    assert volume.axes[0] == Axis("inline", "1", 10, 2, 5)
    cube = whole_cube(volume)
    np.testing.assert_array_equal(cube[[0, 1, 4]], spec.expected())
    assert np.isnan(cube[[2, 3]]).all()
    assert volume.describe()["geometry"]["fill"] == pytest.approx(0.6)
    volume.close()


@pytest.mark.parametrize("pair", [(9, 21), (5, 21), (17, 13), (221, 225)])
def test_line_numbers_are_found_at_other_bytes(tmp_path, pair):
    spec = write_segy(tmp_path / "a.sgy", iline=pair[0], xline=pair[1], missing=frozenset({(1, 2)}))
    volume = open_volume(tmp_path / "a.sgy")
    geometry = volume.describe()["geometry"]
    assert (geometry["iline"], geometry["xline"]) == pair
    assert geometry["source"] == "header scan"
    np.testing.assert_array_equal(whole_cube(volume), spec.expected())
    volume.close()


def test_given_bytes_are_used(tmp_path):
    spec = write_segy(tmp_path / "a.sgy", iline=41, xline=61)
    volume = open_volume(tmp_path / "a.sgy", iline=41, xline=61)
    assert volume.describe()["geometry"]["source"] == "given"
    assert volume.axes[0].first == 100
    np.testing.assert_array_equal(whole_cube(volume), spec.expected())
    volume.close()


def test_numbers_counted_along_each_line_do_not_hide_missing_traces(tmp_path):
    """Field record and trace within it fill their grid although the survey has gaps."""
    path = tmp_path / "a.sgy"
    spec = write_segy(path, missing=frozenset({(0, 0), (1, 0), (2, 3)}))
    raw = bytearray(path.read_bytes())
    seen = {}
    for number, (row, _) in enumerate(spec.places()):
        seen[row] = seen.get(row, 0) + 1
        offset = 3600 + number * 288
        raw[offset + 8 : offset + 16] = np.array([row, seen[row]], ">i4").tobytes()
    path.write_bytes(raw)
    volume = open_volume(path)
    geometry = volume.describe()["geometry"]
    assert (geometry["iline"], geometry["xline"]) == (189, 193)
    assert (9, 13) in {(a["iline"], a["xline"]) for a in geometry["alternatives"]}
    volume.close()


@pytest.mark.parametrize("pair", [(189, 193), (9, 21)])
def test_large_files_give_the_same_grid(tmp_path, monkeypatch, pair):
    monkeypatch.setattr(geometry, "MANY_TRACES", 1)
    spec = write_segy(tmp_path / "a.sgy", iline=pair[0], xline=pair[1])
    volume = open_volume(tmp_path / "a.sgy")
    assert volume.describe()["geometry"]["iline"] == pair[0]
    np.testing.assert_array_equal(whole_cube(volume), spec.expected())
    volume.close()


def test_given_bytes_of_one_inline_with_a_gap_make_a_line(tmp_path):
    write_segy(tmp_path / "a.sgy", inlines=(5,), crosslines=(1, 2, 4, 5), coordinates=False)
    volume = open_volume(tmp_path / "a.sgy", iline=189, xline=193)
    assert (volume.kind, volume.axes[0].size) == ("line", 5)
    volume.close()


def test_a_volume_can_be_read_as_a_line(tmp_path):
    spec = write_segy(tmp_path / "a.sgy")
    volume = open_volume(tmp_path / "a.sgy", geometry="line")
    assert volume.kind == "line"
    data = volume.section("line", 0).data
    np.testing.assert_array_equal(data.T, spec.expected().reshape(12, 12))
    volume.close()


def test_one_inline_is_a_line_numbered_by_its_crosslines(tmp_path):
    write_segy(tmp_path / "a.sgy", inlines=(100,), crosslines=(7, 9, 13), coordinates=False)
    volume = open_volume(tmp_path / "a.sgy")
    assert volume.kind == "line"
    assert volume.axes[0].size == 4
    assert volume.axes[0].last == 13
    assert volume.section("line", 0).no_data[:, 2].all()
    volume.close()


def test_one_inline_can_be_read_as_a_volume(tmp_path):
    write_segy(tmp_path / "a.sgy", inlines=(100,))
    volume = open_volume(tmp_path / "a.sgy", iline=189, xline=193, geometry="volume")
    assert [axis.size for axis in volume.axes] == [1, 4, 12]
    volume.close()
