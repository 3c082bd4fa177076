"""ProdML files are read without DASCore, which is the reference for what they hold."""

from __future__ import annotations

import subprocess
import sys

import dascore
import h5py
import numpy as np
import pytest

from engine.core.utc import iso_utc
from engine.readers.das.dascore_source import DascoreSource, open_with_dascore
from engine.readers.das.prodml import source_of_prodml
from tests.records import samples, write_prodml


def _as_dascore_reads(path):
    (patch,) = dascore.read(path, file_format="PRODML")
    return patch.transpose("time", "distance")


@pytest.mark.parametrize("name", ["iDAS005_hdf5_example.626.h5", "prodml_2.0.h5", "written.h5"])
def test_samples_times_and_places_are_those_of_dascore(request, tmp_path, name):
    if name == "written.h5":
        path = tmp_path / name
        write_prodml(path, spacing_m=1.0209519863128662, rate_hz=400.0)
    else:
        path = request.getfixturevalue("shared_data") / "das" / name
    source, patch = source_of_prodml(path), _as_dascore_reads(path)
    facts = source.facts
    np.testing.assert_array_equal(source.read(0, facts.n_samples), patch.data)
    times = patch.get_array("time").astype(np.int64)
    own = facts.start_ns + np.round(facts.step_ns * np.arange(facts.n_samples)).astype(np.int64)
    assert np.abs(own - times).max() <= 1000
    np.testing.assert_allclose(facts.channels.values(), patch.get_array("distance"), rtol=1e-12)
    assert facts.gauge_length_m == patch.attrs["gauge_length"]
    assert facts.quantity.replace(" ", "_") == patch.attrs["data_type"]
    assert facts.sample_type == str(patch.data.dtype)


def test_channels_may_come_first(tmp_path):
    data = samples()
    write_prodml(tmp_path / "a.h5", data)
    with h5py.File(tmp_path / "a.h5", "a") as file:
        raw = file["Acquisition/Raw[0]"]
        attributes = dict(raw["RawData"].attrs)
        del raw["RawData"]
        raw["RawData"] = data.T
        raw["RawData"].attrs.update(attributes | {"Dimensions": [b"locus", b"time"]})
    source = source_of_prodml(tmp_path / "a.h5")
    assert source.transposed
    np.testing.assert_array_equal(source.read(10, 30), data[10:30])


def test_of_several_raw_records_the_largest_is_shown(tmp_path):
    write_prodml(tmp_path / "a.h5")
    with h5py.File(tmp_path / "a.h5", "a") as file:
        acquisition = file["Acquisition"]
        acquisition.copy("Raw[0]", "Raw[1]")
        for name in ("RawData", "RawDataTime"):
            raw = acquisition["Raw[1]"]
            attributes, part = dict(raw[name].attrs), raw[name][:20]
            del raw[name]
            raw[name] = part
            raw[name].attrs.update(attributes)
        acquisition.create_group("Processed")
    facts = source_of_prodml(tmp_path / "a.h5").facts
    assert facts.n_samples == 60
    assert facts.notes == (
        "The file holds 2 raw records; the largest is shown.",
        "The file holds processed records too, which are not shown.",
    )


@pytest.mark.parametrize("offset", ["+00:00", "+02:00", "-09:30", "Z", ""])
def test_times_are_utc_whatever_the_offset(tmp_path, offset):
    write_prodml(tmp_path / "a.h5", offset=offset)
    hours = {"+02:00": 10, "-09:30": 21.5}.get(offset, 12)
    expected = f"2023-03-22T{int(hours):02d}:{int(hours % 1 * 60):02d}:00.000000000Z"
    assert iso_utc(source_of_prodml(tmp_path / "a.h5").facts.start_ns) == expected


def _without(path, name):
    with h5py.File(path, "a") as file:
        del file[name]


@pytest.mark.parametrize(
    "missing",
    ["Acquisition", "Acquisition/Raw[0]/RawDataTime", "Acquisition/Raw[0]/RawData"],
)
def test_what_is_no_raw_record_is_left_to_dascore(tmp_path, missing):
    write_prodml(tmp_path / "a.h5")
    _without(tmp_path / "a.h5", missing)
    assert source_of_prodml(tmp_path / "a.h5") is None


@pytest.mark.parametrize(
    ("place", "name", "value"),
    [
        ("Acquisition", "NumberOfLoci", 8),
        ("Acquisition/Raw[0]/RawData", "Dimensions", [b"time", b"frequency"]),
        ("Acquisition/Raw[0]/RawDataTime", "PartStartTime", b"noon"),
        ("Acquisition/Raw[0]/RawDataTime", "PartEndTime", b"2023-03-22T12:00:00"),
    ],
)
def test_what_contradicts_itself_is_left_to_dascore(tmp_path, place, name, value):
    write_prodml(tmp_path / "a.h5")
    with h5py.File(tmp_path / "a.h5", "a") as file:
        file[place].attrs[name] = value
    assert source_of_prodml(tmp_path / "a.h5") is None


def test_dascore_is_not_loaded_for_them(tmp_path):
    write_prodml(tmp_path / "a.h5")
    script = (
        "import sys; from pathlib import Path; from engine.readers.detect import open_volume\n"
        "open_volume(Path(sys.argv[1])).section('window', 0)\n"
        "assert 'dascore' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script, tmp_path / "a.h5"], check=True)


def test_what_dascore_reads_has_its_offset_taken_off_too(tmp_path):
    write_prodml(tmp_path / "a.h5", offset="+02:00")
    source = open_with_dascore(tmp_path / "a.h5", ("PRODML",))
    assert isinstance(source, DascoreSource)
    assert iso_utc(source.facts.start_ns) == "2023-03-22T10:00:00.000000000Z"
    own = source_of_prodml(tmp_path / "a.h5")
    np.testing.assert_array_equal(source.read(5, 25), own.read(5, 25))
