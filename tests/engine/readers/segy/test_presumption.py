"""Large files open by some of their headers, and all of them confirm the grid or correct it."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import JobCancelledError, ReadError
from engine.jobs.context import ThrottledContext
from engine.readers.detect import open_at_once, open_volume
from engine.readers.segy import header_sample, presumption, reader
from engine.readers.segy.confirmation import confirm
from tests.synthetic import write_segy

_TRACE = 240 + 4 * 12
_LARGE = {"inlines": tuple(range(100, 140, 2)), "crosslines": tuple(range(7, 22))}


@pytest.fixture
def at_once(monkeypatch):
    """Take small files for large ones."""
    monkeypatch.setattr(presumption, "AT_ONCE_BYTES", 0)


@pytest.fixture
def few_headers(at_once, monkeypatch):
    """Look at few headers, so that most of a small file stays unknown."""
    monkeypatch.setattr(header_sample, "_AT_EACH_END", 2)
    monkeypatch.setattr(header_sample, "_SPREAD", 4)
    monkeypatch.setattr(presumption, "_N_ENDS", 2)


def _assert_same(one, other):
    assert one.axes == other.axes
    assert one.sorting == other.sorting
    assert one.describe()["geometry"]["fill"] == other.describe()["geometry"]["fill"]
    np.testing.assert_array_equal(one.traces, other.traces)
    np.testing.assert_array_equal(one.grid.cells, other.grid.cells)
    for direction in one.directions:
        index = one.axis_along(direction).size // 2
        np.testing.assert_array_equal(
            one.section(direction, index).data, other.section(direction, index).data
        )


def _opened(open_file, path):
    """Open a file, or return the message with which it is refused."""
    try:
        return open_file(path)
    except ReadError as error:
        return str(error)


def _patch_header(path, trace, byte, code, value):
    with path.open("r+b") as file:
        file.seek(3600 + trace * _TRACE + byte - 1)
        file.write(struct.pack(">" + code, value))


@pytest.mark.parametrize("sorting", ["inline", "crossline"])
@pytest.mark.parametrize("step", [2, -2])
@pytest.mark.parametrize("cross_step", [1, -1])
@pytest.mark.parametrize("pair", [(189, 193), (9, 21)])
def test_a_regular_file_opens_by_some_headers_as_by_all(
    tmp_path, few_headers, sorting, step, cross_step, pair
):
    path = tmp_path / "a.sgy"
    write_segy(
        path,
        inlines=tuple(range(100, 140, 2))[:: step // 2],
        crosslines=tuple(range(7, 22))[::cross_step],
        sorting=sorting,
        iline=pair[0],
        xline=pair[1],
    )
    volume, exact = open_at_once(path), open_volume(path)
    assert (volume.presumed, exact.presumed) == (True, False)
    assert volume.describe()["geometry"]["source"] == "sampled headers"
    assert "of 300 trace headers" in volume.describe()["notes"][0]
    _assert_same(volume, exact)
    if exact.survey is not None:
        here, there = volume.survey.xy(101, 8), exact.survey.xy(101, 8)
        assert here == pytest.approx(there, abs=0.05)
    found = confirm(volume)
    assert (found.same_axes, found.surprise, found.volume.presumed) == (True, "", False)


def test_only_some_headers_are_read(tmp_path, few_headers, monkeypatch):
    write_segy(tmp_path / "a.sgy", **_LARGE)
    monkeypatch.delattr(reader, "HeaderScan")
    assert open_at_once(tmp_path / "a.sgy").presumed


def test_a_small_file_is_opened_by_all_headers(tmp_path):
    write_segy(tmp_path / "a.sgy", **_LARGE)
    assert not open_at_once(tmp_path / "a.sgy").presumed


def test_named_bytes_are_looked_at_and_no_others(tmp_path, few_headers):
    write_segy(tmp_path / "a.sgy", **_LARGE, iline=41, xline=61)
    volume = open_at_once(tmp_path / "a.sgy", iline=41, xline=61)
    assert volume.presumed
    assert volume.axes[0].first == 100
    _assert_same(volume, open_volume(tmp_path / "a.sgy", iline=41, xline=61))


@pytest.mark.parametrize(
    "options", [{"geometry": "line"}, {"sort_key": "inline"}, {"xline": 1, "geometry": "line"}]
)
def test_lines_and_gathers_are_opened_by_all_headers(tmp_path, few_headers, options):
    write_segy(tmp_path / "a.sgy", **_LARGE)
    volume = open_at_once(tmp_path / "a.sgy", **options)
    assert volume.axes == open_volume(tmp_path / "a.sgy", **options).axes
    assert not getattr(volume, "presumed", False)


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    n_rows=st.integers(1, 6),
    n_cols=st.integers(2, 7),
    gone=st.sets(st.tuples(st.integers(1, 4), st.integers(1, 5)), max_size=3),
    sorting=st.sampled_from(["inline", "crossline"]),
    data=st.data(),
)
def test_what_the_sample_shows_to_be_irregular_is_opened_by_all_headers(
    tmp_path, at_once, n_rows, n_cols, gone, sorting, data
):
    """Of so small a file the sample has every header, and can be wrong about none."""
    numbers = st.lists(st.integers(0, 500), min_size=n_cols, max_size=n_cols, unique=True)
    spec = {
        "inlines": tuple(range(10, 10 + 3 * n_rows, 3)),
        "crosslines": tuple(data.draw(numbers)),
        "missing": frozenset((r, c) for r, c in gone if r < n_rows - 1 and c < n_cols),
        "sorting": sorting,
    }
    path = tmp_path / "a.sgy"
    write_segy(path, **spec)
    exact, found = _opened(open_volume, path), _opened(open_at_once, path)
    if isinstance(exact, str):
        assert found == exact
    else:
        _assert_same(found, exact)


def test_traces_that_are_marked_dead_are_found_by_and_by(tmp_path, few_headers):
    path = tmp_path / "a.sgy"
    spec = write_segy(path, **_LARGE, dead=frozenset({(7, 3), (12, 4)}))
    volume = open_at_once(path)
    found = confirm(volume)
    assert found.same_axes
    assert found.surprise == "a.sgy: 2 more traces are marked dead."
    np.testing.assert_array_equal(found.volume.section("inline", 7).data.T, spec.expected()[7])


def test_traces_that_lie_elsewhere_are_told_of(tmp_path, few_headers):
    path = tmp_path / "a.sgy"
    write_segy(path, **_LARGE)
    here, there = 3 * 15 + 4, 3 * 15 + 5
    _patch_header(path, here, 193, "i", 7 + 5)
    _patch_header(path, there, 193, "i", 7 + 4)
    volume = open_at_once(path)
    assert volume.presumed
    found = confirm(volume)
    assert found.same_axes
    assert "lie elsewhere" in found.surprise
    assert found.volume.traces[3, 4] == there


def test_another_grid_is_told_of(tmp_path, few_headers):
    path = tmp_path / "a.sgy"
    write_segy(path, **_LARGE)
    _patch_header(path, 3 * 15 + 4, 193, "i", 30)
    found = confirm(open_at_once(path))
    assert not found.same_axes
    assert found.surprise == (
        "a.sgy: all trace headers together make a volume of 20 x 24 x 12 with 180 missing traces, "
        "not of 20 x 15 x 12."
    )


def test_a_place_taken_twice_is_a_read_error_when_it_is_found(tmp_path, few_headers):
    path = tmp_path / "a.sgy"
    write_segy(path, **_LARGE)
    _patch_header(path, 3 * 15 + 4, 193, "i", 7 + 5)
    volume = open_at_once(path)
    with pytest.raises(ReadError, match="1 duplicate trace"):
        confirm(volume)


def test_confirming_can_be_cancelled(tmp_path, few_headers):
    write_segy(tmp_path / "a.sgy", **_LARGE)
    job = ThrottledContext(lambda *_: None)
    job.cancel()
    with pytest.raises(JobCancelledError):
        confirm(open_at_once(tmp_path / "a.sgy"), job)


def test_a_file_cut_short_while_it_is_sampled_is_a_read_error(tmp_path, few_headers, monkeypatch):
    path = tmp_path / "a.sgy"
    write_segy(path, **_LARGE)
    raw, sampled = path.read_bytes(), header_sample.HeaderSample

    def cut_first(layout):
        path.write_bytes(raw[:5000])
        return sampled(layout)

    monkeypatch.setattr(reader, "HeaderSample", cut_first)
    with pytest.raises(ReadError, match="has become shorter"):
        open_at_once(path)


def test_a_real_volume_opens_by_some_headers_as_by_all(shared_data, few_headers):
    path = shared_data / "segy" / "parihaka_crop.sgy"
    volume = open_at_once(path)
    assert volume.presumed
    _assert_same(volume, open_volume(path))
    assert confirm(volume).surprise == ""
