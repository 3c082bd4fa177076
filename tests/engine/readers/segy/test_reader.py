"""The SEG-Y reader gives back what was written."""

from __future__ import annotations

import threading

import numpy as np
import pytest
import segyio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.core.axes import Axis
from engine.core.volume import Volume
from engine.errors import ReadError, SettingsError
from engine.readers.base import Confidence
from engine.readers.detect import open_volume
from engine.readers.segy import geometry, header_scan, trace_samples
from engine.readers.segy.file_layout import read_layout
from engine.readers.segy.header_scan import HeaderScan
from engine.readers.segy.reader import SegyReader
from tests.synthetic import SegySpec, ground, write_segy


def _cube(volume):
    """Stack all inlines as (inline, crossline, sample)."""
    size = volume.axes[0].size
    return np.stack([volume.section("inline", i).data.T for i in range(size)])


def _assert_all_directions(volume, expected):
    np.testing.assert_array_equal(_cube(volume), expected)
    crosslines = [volume.section("crossline", i).data.T for i in range(volume.axes[1].size)]
    np.testing.assert_array_equal(np.stack(crosslines, axis=1), expected)
    slices = [volume.section(volume.axes[2].name, i).data for i in range(volume.axes[2].size)]
    np.testing.assert_array_equal(np.stack(slices, axis=2), expected)


@pytest.mark.parametrize("sorting", ["inline", "crossline"])
@pytest.mark.parametrize("order", [">", "<"])
@pytest.mark.parametrize("code", [1, 2, 3, 5, 8])
def test_every_format_order_and_sorting_reads_the_same_in_all_directions(
    tmp_path, code, order, sorting
):
    spec = write_segy(tmp_path / "a.sgy", code=code, order=order, sorting=sorting)
    volume = open_volume(tmp_path / "a.sgy")
    assert isinstance(volume, Volume)
    assert volume.kind == "volume"
    assert volume.directions == ("inline", "crossline", "twt")
    _assert_all_directions(volume, spec.expected())
    facts = volume.describe()
    assert facts["geometry"]["sorting"] == sorting
    assert facts["samples"]["code"] == code
    assert facts["samples"]["byte_order"] == {">": "big", "<": "little"}[order]
    volume.close()


@st.composite
def _specs(draw):
    n_rows, n_cols = draw(st.integers(2, 6)), draw(st.integers(3, 6))
    first, step = draw(st.integers(-50, 2000)), draw(st.integers(1, 7))
    places = st.tuples(st.integers(0, n_rows - 1), st.integers(0, n_cols - 1))
    # The corners stay, and so does one row, so that the axes are those drawn.
    gone = {
        (r, c)
        for r, c in draw(st.sets(places, max_size=n_rows * n_cols // 4))
        if r not in {0, n_rows - 1} and c != 0
    }
    dead = draw(st.sets(places, max_size=2)) - gone
    iline, xline = draw(st.sampled_from([(189, 193), (9, 21), (5, 21), (17, 13), (221, 225)]))
    return SegySpec(
        inlines=tuple(first + step * i for i in range(n_rows)),
        crosslines=tuple(range(3000, 3000 + 2 * n_cols, 2)),
        n_samples=draw(st.integers(1, 40)),
        code=draw(st.sampled_from([1, 2, 3, 5, 8])),
        order=draw(st.sampled_from([">", "<"])),
        sorting=draw(st.sampled_from(["inline", "crossline"])),
        missing=frozenset(gone),
        dead=frozenset(dead),
        revision=draw(st.sampled_from([0, 1, 2])),
        interval_us=draw(st.sampled_from([500, 2000, 4000])),
        delay_ms=draw(st.integers(-100, 3000)),
        iline=iline,
        xline=xline,
        coordinates=draw(st.booleans()),
        ebcdic=draw(st.booleans()),
        extended=("more",) * draw(st.integers(0, 2)),
        seed=draw(st.integers(0, 99)),
    )


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(spec=_specs())
def test_any_regular_survey_reads_as_it_was_written(tmp_path, spec):
    path = tmp_path / "a.sgy"
    write_segy(path, spec)
    volume = SegyReader().open(path, domain="time")
    inline, crossline, twt = volume.axes
    assert (inline.first, inline.last, inline.size) == (
        spec.inlines[0],
        spec.inlines[-1],
        len(spec.inlines),
    )
    assert (crossline.first, crossline.last) == (spec.crosslines[0], spec.crosslines[-1])
    assert twt == Axis("twt", "ms", spec.delay_ms, spec.interval_us / 1000, spec.n_samples)
    _assert_all_directions(volume, spec.expected())
    volume.close()


@pytest.mark.parametrize("name", ["parihaka_crop", "f3", "small"])
def test_real_volumes_equal_what_segyio_reads(shared_data, name):
    path = shared_data / "segy" / f"{name}.sgy"
    volume = open_volume(path)
    with segyio.open(path) as file:
        cube = segyio.tools.cube(file)
        np.testing.assert_array_equal(volume.axes[0].values(), file.ilines)
        np.testing.assert_array_equal(volume.axes[1].values(), file.xlines)
        np.testing.assert_array_equal(volume.axes[2].values(), file.samples)
    np.testing.assert_array_equal(_cube(volume), cube)
    for index in (0, cube.shape[1] // 2, cube.shape[1] - 1):
        np.testing.assert_array_equal(volume.section("crossline", index).data.T, cube[:, index])
    for index in (0, cube.shape[2] // 2, cube.shape[2] - 1):
        np.testing.assert_array_equal(volume.section("twt", index).data, cube[:, :, index])
    volume.close()


@pytest.mark.parametrize(
    ("name", "axis", "size"),
    [
        ("volve10r12-full-twt-arb", Axis("twt", "ms", 4, 4, 850), 225),
        ("volve10r12-full-z-il10117sub", Axis("depth", "m", 4, 4, 1125), 202),
    ],
)
def test_real_lines_equal_what_segyio_reads(shared_data, name, axis, size):
    path = shared_data / "segy" / f"{name}.sgy"
    volume = open_volume(path)
    assert volume.kind == "line"
    assert volume.directions == ("line",)
    assert volume.axes == (Axis("cdp", "1", 1, 1, size), axis)
    with segyio.open(path, ignore_geometry=True) as file:
        np.testing.assert_array_equal(volume.section("line", 0).data.T, file.trace.raw[:])
    volume.close()


def test_a_file_that_segyio_wrote_reads_the_same(tmp_path):
    spec = segyio.spec()
    spec.format, spec.sorting, spec.ext_headers = 1, 2, 2
    spec.ilines, spec.xlines, spec.samples = [3, 5, 7], [10, 20], np.arange(9) * 2.0 + 6
    data = np.random.default_rng(1).normal(size=(3, 2, 9)).astype(np.float32)
    path = tmp_path / "a.sgy"
    with segyio.create(path, spec) as file:
        for number, (row, col) in enumerate((r, c) for r in range(3) for c in range(2)):
            file.header[number] = {
                segyio.su.iline: 3 + 2 * row,
                segyio.su.xline: 10 + 10 * col,
                segyio.su.delrt: 6,
            }
            file.trace[number] = data[row, col]
        file.bin.update(tsort=2, hdt=2000)
    volume = open_volume(path)
    with segyio.open(path, ignore_geometry=True) as file:
        stored = file.trace.raw[:].reshape(3, 2, 9)
    np.testing.assert_array_equal(_cube(volume), stored)
    assert volume.axes[2] == Axis("twt", "ms", 6, 2, 9)
    assert len(volume.describe()["extended_text"]) == 2
    volume.close()


def test_absent_lines_are_no_data(tmp_path):
    spec = write_segy(tmp_path / "a.sgy", inlines=(10, 12, 18), crosslines=(1, 2, 3))
    volume = open_volume(tmp_path / "a.sgy")
    assert volume.axes[0] == Axis("inline", "1", 10, 2, 5)
    cube = _cube(volume)
    np.testing.assert_array_equal(cube[[0, 1, 4]], spec.expected())
    assert np.isnan(cube[[2, 3]]).all()
    assert volume.describe()["geometry"]["fill"] == pytest.approx(0.6)
    volume.close()


def test_numbers_that_are_not_finite_are_marked_and_counted(tmp_path):
    write_segy(tmp_path / "a.sgy", dead=frozenset({(0, 1)}))
    raw = bytearray((tmp_path / "a.sgy").read_bytes())
    trace_bytes = 240 + 4 * 12
    for trace, sample, value in ((0, 3, np.nan), (0, 5, np.inf), (1, 4, np.nan), (5, 3, -np.inf)):
        offset = 3600 + trace * trace_bytes + 240 + 4 * sample
        raw[offset : offset + 4] = np.array(value, ">f4").tobytes()
    (tmp_path / "a.sgy").write_bytes(raw)
    volume = open_volume(tmp_path / "a.sgy")
    section = volume.section("inline", 0)
    assert section.bad_samples == 2  # the third lies in a dead trace
    assert np.isnan(section.data[[3, 5], 0]).all()
    assert volume.section("twt", 3).bad_samples == 2
    assert volume.statistics().n_bad == 3
    assert np.isfinite(volume.statistics().maximum)
    volume.close()


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
    _assert_all_directions(volume, spec.expected())
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
    np.testing.assert_array_equal(_cube(volume), spec.expected())
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
    np.testing.assert_array_equal(_cube(volume), spec.expected())
    volume.close()


@pytest.mark.parametrize("pair", [(9, 21), (5, 21), (17, 13), (221, 225)])
def test_line_numbers_are_found_at_other_bytes(tmp_path, pair):
    spec = write_segy(tmp_path / "a.sgy", iline=pair[0], xline=pair[1], missing=frozenset({(1, 2)}))
    volume = open_volume(tmp_path / "a.sgy")
    geometry = volume.describe()["geometry"]
    assert (geometry["iline"], geometry["xline"]) == pair
    assert geometry["source"] == "header scan"
    np.testing.assert_array_equal(_cube(volume), spec.expected())
    volume.close()


def test_given_bytes_are_used(tmp_path):
    spec = write_segy(tmp_path / "a.sgy", iline=41, xline=61)
    volume = open_volume(tmp_path / "a.sgy", iline=41, xline=61)
    assert volume.describe()["geometry"]["source"] == "given"
    assert volume.axes[0].first == 100
    np.testing.assert_array_equal(_cube(volume), spec.expected())
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
    np.testing.assert_array_equal(_cube(volume), spec.expected())
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


def test_statistics_leave_out_padding_and_repeat(tmp_path):
    spec = write_segy(tmp_path / "a.sgy")
    raw = bytearray((tmp_path / "a.sgy").read_bytes())
    raw[3600 + 240 : 3600 + 288] = bytes(48)
    (tmp_path / "a.sgy").write_bytes(raw)
    volume = open_volume(tmp_path / "a.sgy")
    statistics = volume.statistics()
    rest = spec.values().reshape(12, 12)[1:]
    assert statistics.n == rest.size
    assert statistics.mean == pytest.approx(rest.mean(), rel=1e-5)
    assert volume.statistics() is statistics
    volume.close()


def test_many_threads_read_the_same(tmp_path):
    spec = write_segy(tmp_path / "a.sgy", code=1)
    volume = open_volume(tmp_path / "a.sgy")
    expected = spec.expected()
    wrong = []

    def read(row):
        wrong.extend(
            row
            for _ in range(20)
            if not np.array_equal(volume.section("inline", row).data.T, expected[row])
        )

    threads = [threading.Thread(target=read, args=(row,)) for row in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    volume.close()


def test_a_closed_volume_refuses_to_read(tmp_path):
    write_segy(tmp_path / "a.sgy")
    volume = open_volume(tmp_path / "a.sgy")
    volume.close()
    with pytest.raises(ValueError, match="closed"):
        volume.section("inline", 0)


def test_sections_outside_the_axis_are_refused(tmp_path):
    write_segy(tmp_path / "a.sgy")
    volume = open_volume(tmp_path / "a.sgy")
    with pytest.raises(IndexError, match="outside 0 to 2"):
        volume.section("inline", -1)
    with pytest.raises(ValueError, match="no direction"):
        volume.section("depth", 0)
    volume.close()


def test_sniffing_tells_segy_from_other_files(tmp_path):
    write_segy(tmp_path / "a.bin")
    write_segy(tmp_path / "b.bin", text="no card", ebcdic=False)
    (tmp_path / "c.sgy").write_bytes(b"\x89PNG" + bytes(5000))
    (tmp_path / "d.txt").write_text("C code " * 1000)
    reader = SegyReader()
    assert reader.sniff(tmp_path / "a.bin") is Confidence.SIGNATURE
    assert reader.sniff(tmp_path / "b.bin") is Confidence.SIGNATURE
    assert reader.sniff(tmp_path / "c.sgy") is Confidence.EXTENSION
    assert reader.sniff(tmp_path / "d.txt") is Confidence.NO


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"iline": 0, "xline": 5}, "outside the trace header"),
        ({"iline": 189}, "without that of the crossline"),
        ({"geometry": "cube"}, "unknown geometry"),
        ({"domain": "speed"}, "unknown domain"),
        ({"interval": -1.0}, "not between 0 and"),
        ({"colour": 1}, "no option 'colour'"),
    ],
)
def test_options_outside_their_range_are_refused(tmp_path, options, message):
    write_segy(tmp_path / "a.sgy")
    with pytest.raises(SettingsError, match=message):
        open_volume(tmp_path / "a.sgy", **options)


@pytest.mark.parametrize("cold_s", [0.0, 1e9])
def test_scattered_traces_are_the_same_by_one_thread_and_by_four(tmp_path, monkeypatch, cold_s):
    monkeypatch.setattr(trace_samples, "_COLD_S", cold_s)
    inlines = tuple(range(100, 140))
    spec = write_segy(tmp_path / "a.sgy", inlines=inlines, missing=frozenset({(3, 1), (39, 1)}))
    volume = open_volume(tmp_path / "a.sgy")
    expected = spec.expected()
    for index in range(4):
        np.testing.assert_array_equal(volume.section("crossline", index).data.T, expected[:, index])
    volume.close()


def test_a_file_that_shrinks_is_told_by_whichever_thread(tmp_path, monkeypatch):
    monkeypatch.setattr(trace_samples, "_COLD_S", 0.0)
    write_segy(tmp_path / "a.sgy", inlines=tuple(range(100, 140)))
    volume = open_volume(tmp_path / "a.sgy")
    with (tmp_path / "a.sgy").open("r+b") as file:
        file.truncate(3600 + 100 * 288)
    with pytest.raises(ReadError, match="become shorter"):
        volume.section("crossline", 2)
    volume.close()


def test_headers_are_the_same_whether_read_at_one_go_or_by_themselves(tmp_path, monkeypatch):
    spec = write_segy(tmp_path / "a.sgy", inlines=tuple(range(100, 140)), delay_ms=-12)
    with (tmp_path / "a.sgy").open("rb") as file:
        layout = read_layout(tmp_path / "a.sgy", file, (tmp_path / "a.sgy").stat().st_size)
    wanted = [29, 71, 109, 115, 181, 189, 193]
    alone = HeaderScan(layout)
    expecting = HeaderScan(layout, expected=wanted)
    monkeypatch.setattr(header_scan, "_PIECE_BYTES", 1000)
    expecting.columns([29])
    for parts in ({}, {"step": 7}, {"start": 3, "stop": 50}, {"start": 5, "step": 2}):
        one, other = alone.columns(wanted, **parts), expecting.columns(wanted, **parts)
        for byte in wanted:
            np.testing.assert_array_equal(one[byte], other[byte])
    lines = [spec.inlines[row] for row, _ in spec.places()]
    np.testing.assert_array_equal(expecting.columns([189])[189], lines)
    np.testing.assert_array_equal(expecting.columns([109])[109], -12)
