"""The SEG-Y reader gives back what was written."""

from __future__ import annotations

import numpy as np
import pytest
import segyio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.core.axes import Axis
from engine.core.volume import Volume
from engine.errors import SettingsError
from engine.readers.base import Confidence
from engine.readers.detect import open_volume
from engine.readers.segy.reader import SegyReader
from tests.engine.readers.segy.cubes import assert_all_directions, whole_cube
from tests.synthetic import SegySpec, write_segy


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
    assert_all_directions(volume, spec.expected())
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
    assert_all_directions(volume, spec.expected())
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
    np.testing.assert_array_equal(whole_cube(volume), cube)
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
    np.testing.assert_array_equal(whole_cube(volume), stored)
    assert volume.axes[2] == Axis("twt", "ms", 6, 2, 9)
    assert len(volume.describe()["extended_text"]) == 2
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
        ({"colour": 1}, "no option --colour"),
    ],
)
def test_options_outside_their_range_are_refused(tmp_path, options, message):
    write_segy(tmp_path / "a.sgy")
    with pytest.raises(SettingsError, match=message):
        open_volume(tmp_path / "a.sgy", **options)
