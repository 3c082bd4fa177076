"""What the headers tell of coordinates, times and texts."""

from __future__ import annotations

import numpy as np
import pytest

from engine.core.axes import Axis
from engine.readers.detect import open_volume
from tests.engine.readers.segy.cubes import assert_all_directions, whole_cube
from tests.synthetic import ground, write_segy


def test_survey_maps_line_numbers_to_coordinates(tmp_path):
    write_segy(tmp_path / "a.sgy")
    volume = open_volume(tmp_path / "a.sgy")
    assert volume.survey.xy(104, 9) == pytest.approx(ground(104, 9), abs=0.05)
    assert volume.describe()["coordinates"]["scalar"] == -10
    volume.close()


@pytest.mark.parametrize(("scalar", "factor"), [(0, 1.0), (1, 1.0), (100, 100.0), (-100, 0.01)])
def test_the_coordinate_scalar_multiplies_or_divides(tmp_path, scalar, factor):
    write_segy(tmp_path / "a.sgy", trace_fields={71: ("h", scalar)})
    volume = open_volume(tmp_path / "a.sgy")
    x, _ = ground(100, 7)
    assert volume.survey.xy(100, 7)[0] == pytest.approx(10 * x * factor)
    volume.close()


def test_delay_is_scaled_by_the_time_scalar(tmp_path):
    write_segy(tmp_path / "a.sgy", delay_ms=5005, trace_fields={215: ("h", -10)})
    volume = open_volume(tmp_path / "a.sgy")
    assert volume.axes[2].first == pytest.approx(500.5)
    volume.close()


def test_delays_that_differ_are_mentioned(tmp_path):
    write_segy(tmp_path / "a.sgy")
    raw = bytearray((tmp_path / "a.sgy").read_bytes())
    raw[3600 + 288 + 108 : 3600 + 288 + 110] = b"\0\x08"
    (tmp_path / "a.sgy").write_bytes(raw)
    volume = open_volume(tmp_path / "a.sgy")
    assert "different times (0 to 8 ms)" in volume.describe()["notes"][0]
    volume.close()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("C 1 X\nC 2 Depth min: -4502.00 max: -2.00", "depth"),
        ("C 1 DOMAIN: DEPTH", "depth"),
        ("C 1 X\nC 2 Time min: -3402.00 max: -2.00\nC 3 Trace start time/depth", "twt"),
        ("C 1 WATER DEPTH RANGE 100-300 M", "twt"),
        ("C 1 X\nC 2 SAMPLE DEPTH (M) MIN: 0", "depth"),
    ],
)
def test_the_text_tells_depth_from_time(tmp_path, text, name):
    write_segy(tmp_path / "a.sgy", text=text)
    volume = open_volume(tmp_path / "a.sgy")
    assert volume.axes[2].name == name
    assert volume.directions[2] == name
    volume.close()


def test_depth_is_in_feet_where_the_header_says_so(tmp_path):
    write_segy(tmp_path / "a.sgy", binary_fields={3255: ("h", 2)})
    volume = open_volume(tmp_path / "a.sgy", domain="depth")
    assert volume.axes[2] == Axis("depth", "ft", 0, 4, 12)
    volume.close()


def test_the_interval_can_be_given(tmp_path):
    write_segy(tmp_path / "a.sgy", interval_us=0)
    volume = open_volume(tmp_path / "a.sgy", interval=2.5)
    assert volume.axes[2].step == 2.5
    volume.close()


def test_revision_2_fields_are_honoured(tmp_path):
    spec = write_segy(
        tmp_path / "a.sgy",
        revision=2,
        order="<",
        extended=("one", "two"),
        extra_trace_headers=2,
        gap_bytes=64,
        n_trailers=1,
        binary_fields={3221: ("H", 0), 3217: ("h", 0), 3273: ("d", 333.25)},
    )
    volume = open_volume(tmp_path / "a.sgy")
    assert volume.axes[2].step == pytest.approx(0.33325)
    assert volume.describe()["revision"] == "2.0"
    assert_all_directions(volume, spec.expected())
    volume.close()


@pytest.mark.parametrize("filler", [0x40, 0x20, 0xFF])
def test_free_bytes_of_revision_0_may_hold_anything(tmp_path, filler):
    spec = write_segy(
        tmp_path / "a.sgy",
        revision=0,
        binary_fields=dict.fromkeys(range(3261, 3601), ("B", filler)),
    )
    volume = open_volume(tmp_path / "a.sgy")
    assert volume.describe()["revision"] == "0.0"
    np.testing.assert_array_equal(whole_cube(volume), spec.expected())
    volume.close()


@pytest.mark.parametrize(("order", "word"), [("<", 0x0100), (">", 0x0001)])
def test_a_revision_written_as_a_swapped_word_is_understood(tmp_path, order, word):
    write_segy(tmp_path / "a.sgy", revision=0, order=order, binary_fields={3501: ("H", word)})
    volume = open_volume(tmp_path / "a.sgy")
    assert volume.describe()["revision"] == "1.0"
    volume.close()


@pytest.mark.parametrize("revision", [1, 2])
def test_extended_text_of_unknown_count_ends_at_its_stanza(tmp_path, revision):
    spec = write_segy(
        tmp_path / "a.sgy",
        revision=revision,
        extended=("first", "second", "((SEG: EndText))"),
        extended_count=-1,
    )
    volume = open_volume(tmp_path / "a.sgy")
    assert [t[0] for t in volume.describe()["extended_text"]] == list(spec.extended)
    np.testing.assert_array_equal(whole_cube(volume), spec.expected())
    volume.close()
