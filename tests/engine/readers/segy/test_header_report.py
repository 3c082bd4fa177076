"""The header detective says what is there, where the geometry is and what does not fit."""

from __future__ import annotations

import json
import struct
from dataclasses import replace

import numpy as np
import pytest
import segyio
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import JobCancelledError, ReadError, SettingsError
from engine.jobs.context import ThrottledContext
from engine.readers.detect import open_volume
from engine.readers.segy.grid_preview import preview_grid
from engine.readers.segy.header_fields import BINARY_FIELDS, TRACE_FIELDS, field_name
from engine.readers.segy.header_report import inspect_headers
from tests.synthetic import SegySpec, write_segy

_TRACE = 240 + 4 * 12


def _report(path, **changes):
    write_segy(path / "a.sgy", **changes)
    return inspect_headers(path / "a.sgy")


def _told(report):
    return " ".join(report.contradictions)


def _patch(path, trace, byte, kind, *values):
    raw = bytearray(path.read_bytes())
    struct.pack_into(kind, raw, 3600 + trace * _TRACE + byte - 1, *values)
    path.write_bytes(raw)


def test_fields_lie_where_segyio_has_them():
    ours = [field.byte for field in TRACE_FIELDS]
    assert len(ours) == len(set(ours)) == 92
    ends = [field.byte + field.n_bytes for field in TRACE_FIELDS]
    assert ends[:-1] == ours[1:]
    assert ends[-1] == 241
    # segyio splits the source's energy direction otherwise; the standard has three of two bytes.
    theirs = {int(field) for field in segyio.TraceField.enums()} - {219, 223}
    assert theirs <= set(ours)
    binary = {int(field) for field in segyio.BinField.enums()}
    assert binary - {3507} <= {field.byte for field in BINARY_FIELDS}


def test_names_of_bytes_are_those_of_the_standard():
    assert field_name(189) == "Inline number"
    assert field_name(190) == "bytes 190 to 193"


@pytest.mark.parametrize(("ebcdic", "encoding"), [(True, "EBCDIC"), (False, "ASCII")])
def test_the_text_header_is_decoded(tmp_path, ebcdic, encoding):
    report = _report(tmp_path, ebcdic=ebcdic, text="C 1 SYNTHETIC\nC 2 INLINE 9")
    assert report.encoding == encoding
    assert report.text[:2] == ("C 1 SYNTHETIC", "C 2 INLINE 9")


@pytest.mark.parametrize("order", [">", "<"])
def test_headers_are_those_that_segyio_reads(tmp_path, order):
    spec = write_segy(tmp_path / "a.sgy", order=order, delay_ms=-12)
    report = inspect_headers(tmp_path / "a.sgy")
    assert report.byte_order == {">": "big", "<": "little"}[order]
    endian = {">": "big", "<": "little"}[order]
    with segyio.open(tmp_path / "a.sgy", endian=endian) as file:
        for field, value in report.binary:
            if field.byte not in (3501, 3502):  # bytes, which segyio takes for a swapped word
                assert value == file.bin[field.byte]
        for column, number in enumerate(report.table.numbers):
            for row, field in enumerate(TRACE_FIELDS):
                if field.byte not in (219, 221, 223):
                    assert report.table.values[row, column] == file.header[number - 1][field.byte]
        inlines = file.attributes(189)[:]
    assert report.table.numbers == (1, 7, 12)
    assert report.table.range_of(189) == (inlines.min(), inlines.max())
    assert report.table.n_scanned == len(spec.places())


@pytest.mark.parametrize("pair", [(189, 193), (9, 21), (233, 237), (197, 17)])
def test_line_numbers_are_ranked_first_where_they_are(tmp_path, pair):
    report = _report(tmp_path, iline=pair[0], xline=pair[1], coordinates=False)
    best = report.lines[0]
    assert best.pair == pair
    assert best.to_json() == {
        "iline": pair[0],
        "xline": pair[1],
        "shape": [3, 4],
        "fill": 1.0,
        "duplicates": 0,
        "inlines": {"first": 100, "last": 104, "step": 2, "size": 3},
        "crosslines": {"first": 7, "last": 10, "step": 1, "size": 4},
    }


@settings(max_examples=20)
@given(
    n_inlines=st.integers(2, 6),
    n_crosslines=st.integers(2, 6),
    step=st.integers(1, 5),
    sorting=st.sampled_from(["inline", "crossline"]),
)
def test_the_grid_is_found_whatever_its_shape(
    tmp_path_factory, n_inlines, n_crosslines, step, sorting
):
    path = tmp_path_factory.mktemp("grid")
    inlines = tuple(range(50, 50 + n_inlines * step, step))
    crosslines = tuple(range(700, 700 + n_crosslines))
    report = _report(path, inlines=inlines, crosslines=crosslines, sorting=sorting)
    best = report.lines[0]
    assert best.pair == (189, 193)
    assert best.to_json()["shape"] == [n_inlines, n_crosslines]
    place = report.coordinates[0]
    assert (place.cdp_x, place.cdp_y) == (181, 185)
    assert place.misfit_bins == pytest.approx(0, abs=0.01)


def test_coordinates_that_follow_the_lines_come_first(tmp_path):
    spec = SegySpec(coordinates=False)
    write_segy(tmp_path / "a.sgy", spec)
    for trace, (row, col) in enumerate(spec.places()):
        _patch(tmp_path / "a.sgy", trace, 181, ">ii", 7 * trace * trace, 99 - trace)
        _patch(tmp_path / "a.sgy", trace, 73, ">ii", 1000 + 250 * col, 5000 + 250 * row)
    report = inspect_headers(tmp_path / "a.sgy")
    assert [(c.cdp_x, c.cdp_y) for c in report.coordinates] == [(73, 77), (181, 185)]
    volume = open_volume(tmp_path / "a.sgy")
    assert volume.describe()["coordinates"]["bytes"] == [73, 77]
    assert volume.survey.xy(100, 8) == pytest.approx((125.0, 500.0))
    volume.close()
    volume = open_volume(tmp_path / "a.sgy", cdp_x=181, cdp_y=185)
    assert volume.describe()["coordinates"]["bytes"] == [181, 185]
    volume.close()


def test_nothing_odd_is_told_of_a_clean_file(tmp_path):
    assert _report(tmp_path).contradictions == ()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"trace_fields": {117: ("H", 2000)}}, "4 in the binary header"),
        ({"binary_fields": {3217: ("h", 0)}}, "gives no sample interval (bytes 3217-3218 say 0)"),
        ({"trace_fields": {117: ("H", 0)}}, "trace headers give no sample interval"),
        ({"trace_fields": {115: ("H", 99)}}, "12 samples a trace (bytes 3221-3222)"),
        ({"trace_fields": {89: ("h", 2), 71: ("h", 100)}}, "said to be arc seconds"),
        ({"trace_fields": {89: ("h", 3)}}, "said to be decimal degrees"),
        ({"binary_fields": {3255: ("h", 0)}}, "metres are assumed"),
        ({"trace_fields": {71: ("h", 10_000)}}, "half way round the earth"),
        (
            {"trace_fields": {71: ("h", 0), 181: ("i", 2_000_000_000)}},
            "2e+09 m (scalar 0, bytes 71-72), more than half way round the earth.",
        ),
        ({"trace_fields": {71: ("h", -10_000)}}, "with the opposite sign within"),
        ({"trace_fields": {71: ("h", -7)}}, "is no power of ten"),
        ({"binary_fields": {3213: ("H", 13)}}, "promises 13 traces, the file has 12"),
        ({"binary_fields": {3229: ("h", 1)}}, "pre-stack, as recorded"),
        (
            {"text": "C 1 DEPTH RANGE: 0 TO 100", "binary_fields": {3255: ("h", 0)}},
            "does not tell metres from feet",
        ),
    ],
)
def test_contradictions_are_told_in_a_sentence(tmp_path, changes, words):
    report = _report(tmp_path, **changes)
    assert words in _told(report)
    assert all(
        sentence[0].isupper() and sentence.endswith(".") for sentence in report.contradictions
    )


def test_scalars_and_delays_that_differ_are_told(tmp_path):
    write_segy(tmp_path / "a.sgy")
    _patch(tmp_path / "a.sgy", 5, 71, ">h", 10)
    _patch(tmp_path / "a.sgy", 6, 109, ">h", 8)
    told = _told(inspect_headers(tmp_path / "a.sgy"))
    assert "differs from trace to trace, -10 to 10" in told
    assert "begin at different times, 0 to 8 ms" in told


def test_a_file_that_is_cut_short_still_tells_its_headers(tmp_path):
    write_segy(tmp_path / "a.sgy")
    (tmp_path / "a.sgy").write_bytes((tmp_path / "a.sgy").read_bytes()[:-100])
    report = inspect_headers(tmp_path / "a.sgy")
    assert "Ends in the middle of trace 12" in _told(report)
    assert report.layout.n_traces == 11
    assert report.lines[0].pair == (189, 193)


def test_a_file_without_usable_traces_still_tells_text_and_binary_header(tmp_path):
    report = _report(tmp_path, binary_fields={3225: ("h", 77)})
    assert "Unknown sample format code 77" in _told(report)
    assert report.text[0] == "C 1 SYNTHETIC"
    assert {field.byte: value for field, value in report.binary}[3225] == 77
    assert report.table is None
    json.dumps(report.to_json(), allow_nan=False)


def test_what_is_no_segy_is_refused(tmp_path):
    (tmp_path / "a.sgy").write_bytes(b"text " * 2000)
    with pytest.raises(ReadError, match="is not SEG-Y"):
        inspect_headers(tmp_path / "a.sgy")
    with pytest.raises(ReadError, match="there is no such file"):
        inspect_headers(tmp_path / "absent.sgy")
    with pytest.raises(ReadError, match="is a folder, not a file"):
        inspect_headers(tmp_path)


def test_damaged_headers_never_give_anything_but_a_report_or_a_read_error(tmp_path):
    write_segy(tmp_path / "good.sgy", revision=2)
    good = (tmp_path / "good.sgy").read_bytes()
    rng = np.random.default_rng(1)
    for _ in range(150):
        raw = bytearray(good)
        for position in rng.integers(3200, 3600 + 3 * _TRACE, 8):
            raw[position] = rng.integers(0, 256)
        (tmp_path / "bad.sgy").write_bytes(raw)
        try:
            report = inspect_headers(tmp_path / "bad.sgy")
            json.dumps(report.to_json(), allow_nan=False)
            preview_grid(tmp_path / "bad.sgy", {})
        except ReadError:
            continue


def test_the_scan_can_be_cancelled(tmp_path):
    write_segy(tmp_path / "a.sgy")
    job = ThrottledContext(lambda *_: None)
    job.cancel()
    with pytest.raises(JobCancelledError):
        inspect_headers(tmp_path / "a.sgy", job)


def test_a_preview_shows_where_traces_are(tmp_path):
    write_segy(tmp_path / "a.sgy", missing=frozenset({(1, 2)}))
    preview = preview_grid(tmp_path / "a.sgy", {})
    assert preview.problem == ""
    expected = np.ones((3, 4))
    expected[1, 2] = 0
    np.testing.assert_array_equal(preview.share, expected)
    assert (preview.rows.first, preview.rows.step, preview.cols.first) == (100, 2, 7)
    assert preview.xy.shape == (11, 2)
    facts = dict(preview.facts)
    assert facts["Inlines"] == "100 to 104, step 2 (3)"
    assert facts["Grid filled"] == "91.7%; 1 places without a trace"
    assert facts["Distance of numbers"] == "25 x 25 m"


def test_a_preview_of_wrong_bytes_says_why_and_shows_what_is_there(tmp_path):
    write_segy(tmp_path / "a.sgy")
    preview = preview_grid(tmp_path / "a.sgy", {"iline": 189, "xline": 189})
    assert preview.problem.startswith("9 duplicate traces: traces 1 and 2 both lie at")
    assert preview.share.shape == (3, 3)
    assert preview.share[0, 0] == 4
    with pytest.raises(SettingsError, match="outside the trace header"):
        preview_grid(tmp_path / "a.sgy", {"iline": 0, "xline": 1})


def test_a_large_grid_is_counted_in_blocks(tmp_path):
    spec = replace(SegySpec(), inlines=tuple(range(601)), crosslines=(1, 2), n_samples=1)
    write_segy(tmp_path / "a.sgy", spec)
    preview = preview_grid(tmp_path / "a.sgy", {})
    assert preview.share.shape == (201, 2)
    np.testing.assert_array_equal(preview.share, 1)
    assert preview.rows.step == 3


def test_a_preview_of_gathers_tells_their_folds(tmp_path):
    write_segy(tmp_path / "a.sgy", missing=frozenset({(1, 2)}))
    preview = preview_grid(tmp_path / "a.sgy", {"sort_key": "inline"})
    assert preview.folds.tolist() == [4, 3, 4]
    assert dict(preview.facts)["Traces in each"] == "3 to 4, short ones padded"


@pytest.mark.parametrize("name", ["f3", "small", "parihaka_crop"])
def test_real_volumes_are_found_at_their_bytes(shared_data, name):
    report = inspect_headers(shared_data / "segy" / f"{name}.sgy")
    assert report.lines[0].pair == (189, 193)
    assert report.lines[0].regularity.fill == 1.0


def test_the_real_f3_contradicts_itself_about_its_samples(shared_data):
    report = inspect_headers(shared_data / "segy" / "f3.sgy")
    assert report.contradictions == (
        "The binary header says 75 samples a trace (bytes 3221-3222), the trace headers 462 "
        "(bytes 115-116).",
    )
    assert report.coordinates[0].misfit_bins < 0.01
