"""Pre-stack files are read gather by gather, as segyio reads them."""

from __future__ import annotations

import json
import struct

import numpy as np
import pytest
import segyio
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.cli.main import main
from engine.core.volume import Volume
from engine.errors import ReadError, SettingsError
from engine.readers.detect import open_volume
from engine.readers.segy.sort_key import SORT_KEYS, SortKey
from tests.synthetic import write_segy

_TRACE = 240 + 4 * 12


def write_prestack(path, *, inlines=(1, 2, 3), crosslines=(10, 11), offsets=(100, 200, 300, 400)):
    """Write a pre-stack survey with segyio; each sample tells where it belongs."""
    spec = segyio.spec()
    spec.format, spec.sorting = 5, 2
    spec.samples = np.arange(12) * 4
    spec.ilines, spec.xlines, spec.offsets = inlines, crosslines, offsets
    number = 0
    with segyio.create(str(path), spec) as file:
        for inline in inlines:
            for crossline in crosslines:
                for offset in offsets:
                    file.header[number] = {
                        segyio.su.iline: inline,
                        segyio.su.xline: crossline,
                        segyio.su.offset: offset,
                        segyio.su.cdp: 1000 * inline + crossline,
                        segyio.su.fldr: 7 + number % 5,
                        segyio.su.tracf: 1 + number // 5,
                    }
                    value = 1e4 * inline + 100 * crossline + offset / 100
                    file.trace[number] = (value + np.arange(12)).astype(np.float32)
                    number += 1
        file.bin.update(hdt=4000)


def write_irregular(path):
    """Twelve traces in gathers 5, 6 and 9 by CDP, of three, five and four traces."""
    write_segy(path, coordinates=False)
    raw = bytearray(path.read_bytes())
    for trace, cdp in enumerate([5, 5, 5, 6, 6, 6, 6, 6, 9, 9, 9, 9]):
        struct.pack_into(">i", raw, 3600 + trace * _TRACE + 20, cdp)
        struct.pack_into(">i", raw, 3600 + trace * _TRACE + 36, 1000 - 10 * trace)
    path.write_bytes(raw)


def test_gathers_are_those_of_segyio(tmp_path):
    write_prestack(tmp_path / "a.sgy")
    volume = open_volume(tmp_path / "a.sgy", sort_key="cdp")
    assert isinstance(volume, Volume)
    assert (volume.kind, volume.directions) == ("gathers", ("gather",))
    index = 0
    with segyio.open(tmp_path / "a.sgy") as file:
        for inline in file.ilines:
            for crossline in file.xlines:
                section = volume.section("gather", index)
                expected = np.array(list(file.gather[inline, crossline, :])).T
                np.testing.assert_array_equal(section.data, expected)
                label = f"cdp {1000 * inline + crossline} ({index + 1} of 6)"
                assert section.plane.label == label
                index += 1
    assert volume.axes[0].size == index
    volume.close()
    with pytest.raises(ValueError, match="is closed"):
        volume.section("gather", 0)


@pytest.mark.parametrize("key", ["ffid", "offset", "inline", "crossline", "channel", "21"])
def test_every_key_gathers_the_traces_with_its_number(tmp_path, key):
    write_prestack(tmp_path / "a.sgy")
    byte = SORT_KEYS.get(key, (21,))[0]
    volume = open_volume(tmp_path / "a.sgy", sort_key=key)
    (direction,) = volume.directions
    with segyio.open(tmp_path / "a.sgy", ignore_geometry=True) as file:
        numbers, stored = file.attributes(byte)[:], file.trace.raw[:]
    for index, number in enumerate(np.unique(numbers)):
        data = volume.section(direction, index).data
        present = data[:, ~np.isnan(data).all(axis=0)]
        expected = stored[numbers == number]
        assert sorted(present[0].tolist()) == sorted(expected[:, 0].tolist())
    volume.close()


def test_shots_are_ordered_by_channel_and_others_by_offset(tmp_path):
    write_prestack(tmp_path / "a.sgy")
    with segyio.open(tmp_path / "a.sgy", ignore_geometry=True) as file:
        ffid, channel, offset = (file.attributes(byte)[:] for byte in (9, 13, 37))
        stored = file.trace.raw[:]
    for key, numbers, within in (("ffid", ffid, channel), ("channel", channel, offset)):
        volume = open_volume(tmp_path / "a.sgy", sort_key=key)
        first = np.flatnonzero(numbers == numbers.min())
        order = first[np.argsort(within[first], kind="stable")]
        data = volume.section(key, 0).data
        np.testing.assert_array_equal(data[:, : order.size], stored[order].T)
        volume.close()


def test_short_gathers_are_padded_and_numbers_that_are_not_even_are_told(tmp_path):
    write_irregular(tmp_path / "a.sgy")
    volume = open_volume(tmp_path / "a.sgy", sort_key="cdp")
    assert [axis.name for axis in volume.axes] == ["gather", "trace", "twt"]
    assert volume.axis_along("gather").size == 3
    folds = []
    for index, label in enumerate(["cdp 5 (1 of 3)", "cdp 6 (2 of 3)", "cdp 9 (3 of 3)"]):
        section = volume.section("gather", index)
        assert section.data.shape == (12, 5)
        assert section.plane.label == label
        assert section.plane.number == index + 1
        folds.append(int((~np.isnan(section.data)).all(axis=0).sum()))
    assert folds == [3, 5, 4]
    facts = volume.describe()
    assert facts["geometry"]["gathers"]["even"] is False
    assert facts["traces"]["missing"] == 3
    json.dumps(facts, allow_nan=False)
    volume.close()


def test_bins_of_offset_hold_what_lies_in_them(tmp_path):
    write_irregular(tmp_path / "a.sgy")
    volume = open_volume(tmp_path / "a.sgy", sort_key="offset/50")
    # Offsets run from 1000 down to 890 in steps of 10.
    axis = volume.axis_along("offset")
    assert (axis.first, axis.step, axis.size) == (850, 50, 4)
    assert volume.section("offset", 0).plane.label == "offset 850 to 899 (1 of 4)"
    counts = [int((~np.isnan(volume.section("offset", i).data[0])).sum()) for i in range(4)]
    assert counts == [1, 5, 5, 1]
    volume.close()


def test_receivers_are_told_apart_by_their_coordinates(tmp_path):
    write_segy(tmp_path / "a.sgy")
    raw = bytearray((tmp_path / "a.sgy").read_bytes())
    for trace in range(12):
        place = (10 * (trace % 2), -5 * (trace % 3))
        struct.pack_into(">ii", raw, 3600 + trace * _TRACE + 80, *place)
    (tmp_path / "a.sgy").write_bytes(raw)
    volume = open_volume(tmp_path / "a.sgy", sort_key="receiver")
    assert volume.axis_along("gather").size == 6
    assert volume.section("gather", 0).plane.label == "receiver at 0, -10 (1 of 6)"
    volume.close()


@settings(max_examples=30)
@given(keys=st.lists(st.integers(-5, 5), min_size=12, max_size=12), width=st.integers(1, 4))
def test_every_trace_is_in_exactly_one_gather(tmp_path_factory, keys, width):
    path = tmp_path_factory.mktemp("gathers") / "a.sgy"
    write_segy(path)
    raw = bytearray(path.read_bytes())
    for trace, key in enumerate(keys):
        struct.pack_into(">i", raw, 3600 + trace * _TRACE + 16, key)
    path.write_bytes(raw)
    if len({key // width for key in keys}) == 1:
        return
    volume = open_volume(path, sort_key=f"shot/{width}")
    assert sorted(volume.index.traces.tolist()) == list(range(12))
    for index in range(volume.axes[0].size):
        (number,) = volume.index.numbers[index]
        assert {keys[t] // width * width for t in volume.index.of(index)} == {number}
    volume.close()


@pytest.mark.parametrize("text", ["", "colour", "0", "238", "offset/0", "receiver/5", "21/x", 7.5])
def test_unknown_keys_are_refused(text):
    with pytest.raises(SettingsError, match="unknown sort key"):
        SortKey.parse(text)


def test_a_key_that_is_the_same_for_all_traces_is_refused(tmp_path):
    write_segy(tmp_path / "a.sgy")
    with pytest.raises(ReadError, match="the sort key cdp is the same for all 12 traces") as caught:
        open_volume(tmp_path / "a.sgy", sort_key="cdp")
    assert "--sort-key" in caught.value.hint


def test_a_key_together_with_line_numbers_is_refused(tmp_path):
    write_segy(tmp_path / "a.sgy")
    with pytest.raises(SettingsError, match="a sort key and bytes of line numbers"):
        open_volume(tmp_path / "a.sgy", sort_key="cdp", iline=189, xline=193)


def test_a_pre_stack_file_is_refused_as_a_volume_with_a_hint(tmp_path):
    write_prestack(tmp_path / "a.sgy")
    with pytest.raises(ReadError, match="pre-stack gathers") as caught:
        open_volume(tmp_path / "a.sgy")
    assert "--sort-key cdp" in caught.value.hint


def test_a_sparse_grid_with_offsets_is_taken_for_gathers(tmp_path):
    """Shot and CDP numbers of a 2-D line make a grid of a diagonal band."""
    write_segy(tmp_path / "a.sgy", coordinates=False, inlines=(0,), crosslines=tuple(range(80)))
    raw = bytearray((tmp_path / "a.sgy").read_bytes())
    for trace in range(80):
        shot, channel = divmod(trace, 4)
        struct.pack_into(">i", raw, 3600 + trace * _TRACE + 8, shot)
        struct.pack_into(">ii", raw, 3600 + trace * _TRACE + 188, shot, 2 * shot + channel)
        struct.pack_into(">i", raw, 3600 + trace * _TRACE + 36, 25 * channel)
    (tmp_path / "a.sgy").write_bytes(raw)
    with pytest.raises(ReadError, match="offsets run from 0 to 75") as caught:
        open_volume(tmp_path / "a.sgy")
    assert "--sort-key" in caught.value.hint
    volume = open_volume(tmp_path / "a.sgy", sort_key="ffid")
    assert volume.axes[0].size == 20
    volume.close()
    volume = open_volume(tmp_path / "a.sgy", iline=189, xline=193)
    assert volume.kind == "volume"
    volume.close()


def test_people_read_how_traces_are_gathered(tmp_path, capsys):
    write_irregular(tmp_path / "a.sgy")
    assert main(["info", str(tmp_path / "a.sgy"), "--sort-key", "cdp"]) == 0
    text = capsys.readouterr().out
    assert "Pre-stack gathers, SEG-Y" in text
    assert "Gathered by cdp (byte 21): 3 gathers, 5 to 9, of 3 to 5 traces" in text
    assert "not evenly spaced" in text
