"""What every registered reader must do; a plugin adds its sample to SAMPLES and runs this."""

from __future__ import annotations

import json

import numpy as np
import pytest

from engine.core.gradual import GradualVolume
from engine.core.section import Section
from engine.core.volume import Volume
from engine.errors import ReadError, SettingsError
from engine.jobs.context import NULL_JOB
from engine.readers.base import Confidence, QuickReader
from engine.readers.detect import open_volume
from engine.readers.registry import readers
from tests import mdio_files, netcdf_files
from tests.rasters import write_raster
from tests.records import write_prodml
from tests.synthetic import write_array, write_segy
from tests.zgy_files import write_zgy

FACTS = {
    "array": {"samples", "array"},
    "volume": {"samples"},
    "line": {"samples"},
    "gathers": {"samples", "geometry"},
    "record": {"samples", "geometry"},
    "image": {"driver", "data_type", "georeference", "values"},
}
"""Kind of a volume -> what its description holds at least."""

SAMPLES = {
    "segy": (("a.sgy", write_segy),),
    "das": (("a.h5", write_prodml),),
    "raster": (("a.tif", write_raster),),
    "array": (("a.npy", write_array),),
    "netcdf": (
        ("volume.nc", netcdf_files.write_volume),
        ("classic.nc", netcdf_files.write_classic_volume),
        ("record.nc", netcdf_files.write_record),
    ),
    "zgy": (("a.zgy", write_zgy),),
    "mdio": (
        ("version-0.mdio", mdio_files.write_version_0),
        ("version-1.mdio", mdio_files.write_version_1),
    ),
}
"""Name of a reader -> (file name, function that writes a sample there) of each kind of file."""

KINDS = {
    "segy": ({}, {"geometry": "line"}, {"sort_key": "inline"}),
    "array": ({"axes": "inline::1,crossline::1,twt::0:4"},),
}
"""Name of a reader -> options that open its samples as each kind that it reads."""

KEPT = {"zgy": 200}
"""Bytes that are left of a damaged file, where the end of a whole one is only filling."""

STORED = ("amplitude/zarr.json", "data/chunked_012/.zarray")

_FILES = [(name, file) for name in readers().names() for file in SAMPLES.get(name, (None,))]


def _id(reader, file, options=()):
    return "-".join([reader, *([file[0]] if file else []), *map(str, options)])


def _write(reader, file, folder):
    """Write a sample; skip where a plugin brings none."""
    if file is None:
        pytest.skip(f"no sample file for the reader {reader}")
    name, write = file
    write(folder / name)
    return folder / name


@pytest.fixture(params=_FILES, ids=lambda given: _id(*given))
def sample(request, tmp_path):
    """A reader and a file of its format."""
    return readers().load(request.param[0])(), _write(*request.param, tmp_path)


@pytest.fixture(
    params=[
        pytest.param((name, file, options), id=_id(name, file, options.values()))
        for name, file in _FILES
        for options in KINDS.get(name, ({},))
    ]
)
def volume(request, tmp_path):
    """A sample of each kind, opened."""
    reader, file, options = request.param
    opened = readers().load(reader)().open(_write(reader, file, tmp_path), **options)
    yield opened
    opened.close()


def test_the_shape_of_a_section_is_known_before_it_is_read(volume):
    for direction in volume.directions:
        for index in (0, volume.axis_along(direction).size - 1):
            shape = volume.section_shape(direction, index)
            assert shape == volume.section(direction, index).data.shape
            assert all(type(n) is int for n in shape)


def test_the_reader_says_what_it_is_for(sample):
    info = sample[0].info
    assert info.name
    assert info.title
    assert all(e.startswith(".") and e == e.lower() for e in info.extensions)


def test_the_reader_knows_its_own_files_and_no_others(sample, tmp_path):
    reader, path = sample
    assert reader.sniff(path) is Confidence.SIGNATURE
    (tmp_path / "other.bin").write_bytes(bytes(range(256)) * 40)
    assert reader.sniff(tmp_path / "other.bin") is Confidence.NO


def test_detection_finds_the_reader(sample):
    opened = open_volume(sample[1])
    assert opened.path == sample[1]
    opened.close()


def test_a_file_that_is_opened_at_once_is_the_same_volume(sample):
    reader, path = sample
    if not isinstance(reader, QuickReader):
        pytest.skip("it opens in one way")
    soon, exact = reader.open_at_once(path, NULL_JOB), reader.open(path)
    assert (soon.kind, soon.axes, soon.directions) == (exact.kind, exact.axes, exact.directions)
    with pytest.raises(SettingsError):
        reader.open_at_once(path, NULL_JOB, no_such_option=1)
    soon.close()
    exact.close()


def test_a_section_that_is_read_bit_by_bit_ends_as_one_that_is_read_at_once(volume):
    for direction in volume.directions if isinstance(volume, GradualVolume) else ():
        reading = volume.section_gradually(direction, 0)
        while reading is not None and not reading.done:
            section = reading.advance(0.0)
            if reading.done:
                exact = volume.section(direction, 0)
                np.testing.assert_array_equal(section.data, exact.data)


def test_an_opened_file_is_a_volume(volume):
    assert isinstance(volume, Volume)
    assert volume.kind in FACTS
    assert len(volume.axes) == (3 if volume.kind in {"volume", "gathers"} else 2)
    assert volume.axes[-1].is_samples == (volume.kind != "image")


def test_sections_fit_the_axes(volume):
    for direction in volume.directions:
        axis = volume.axis_along(direction)
        for index in {0, axis.size - 1}:
            section = volume.section(direction, index)
            assert isinstance(section, Section)
            assert section.data.dtype == np.float32
            assert section.plane.direction == direction
            assert section.plane.index == index
            assert section.plane.number == axis.value(index)
            assert not np.isinf(section.data).any()


def test_sections_of_different_directions_agree_where_they_cross(volume):
    if volume.kind != "volume":
        pytest.skip("there is one direction")
    inline = volume.section("inline", 1).data
    crossline = volume.section("crossline", 2).data
    slice_ = volume.section(volume.directions[2], 3).data
    assert inline[3, 2] == crossline[3, 1] == slice_[1, 2]


def test_directions_and_indices_outside_are_refused(volume):
    for ask in (volume.axis_along, lambda direction: volume.section(direction, 0)):
        with pytest.raises(ValueError, match="no direction 'sideways' among"):
            ask("sideways")
    direction = volume.directions[0]
    if direction != "line":
        with pytest.raises(IndexError):
            volume.section(direction, volume.axis_along(direction).size)


def test_statistics_are_finite_and_repeat(volume):
    statistics = volume.statistics()
    assert statistics.n > 0
    assert np.isfinite([statistics.minimum, statistics.maximum, statistics.std]).all()
    assert volume.statistics() == statistics


def test_the_description_is_json_and_names_the_format(volume):
    facts = json.loads(json.dumps(volume.describe(), allow_nan=False))
    assert facts["format"]
    assert FACTS[volume.kind] <= facts.keys()


def test_a_damaged_file_is_a_read_error(sample):
    reader, path = sample
    # Of a store, the file that says where its samples lie.
    places = [path, *(path / name for name in STORED)]
    harmed = next(place for place in places if place.is_file())
    harmed.write_bytes(harmed.read_bytes()[: KEPT.get(reader.info.name, -3)])
    with pytest.raises(ReadError) as caught:
        reader.open(path)
    assert str(path) in str(caught.value)


def test_an_unknown_option_is_a_settings_error(sample):
    reader, path = sample
    with pytest.raises(SettingsError):
        reader.open(path, no_such_option=1)
