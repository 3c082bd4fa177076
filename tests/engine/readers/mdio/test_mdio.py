"""MDIO stores of both versions open as the volumes they were made of."""

from __future__ import annotations

import json

import numpy as np
import pytest
import zarr

from engine.cli.main import main
from engine.core.axes import Axis
from engine.errors import ReadError, SettingsError
from engine.readers.base import Confidence
from engine.readers.detect import open_volume
from engine.readers.mdio.reader import MdioReader
from tests.mdio_files import SPEC, write_version_0, write_version_1, write_version_1_on_zarr_2
from tests.synthetic import ground

WRITERS = (write_version_0, write_version_1, write_version_1_on_zarr_2)


@pytest.mark.parametrize("write", WRITERS, ids=lambda write: write.__name__)
def test_a_volume_has_its_lines_samples_missing_traces_and_coordinates(write, tmp_path):
    write(tmp_path / "a.mdio")
    volume = open_volume(tmp_path / "a.mdio")
    assert volume.kind == "volume"
    assert volume.axes == (
        Axis("inline", "1", 100.0, 2.0, 3),
        Axis("crossline", "1", 7.0, 1.0, 4),
        Axis("twt", "ms", 0.0, 4.0, 12),
    )
    cube = SPEC.expected()
    for index in range(3):
        section = volume.section("inline", index)
        np.testing.assert_array_equal(section.data, cube[index].T)
        assert section.bad_samples == 0
    np.testing.assert_array_equal(volume.section("crossline", 2).data, cube[:, 2].T)
    np.testing.assert_array_equal(volume.section("twt", 5).data, cube[:, :, 5])
    assert volume.survey.xy(104, 8) == pytest.approx(ground(104, 8))
    facts = volume.describe()
    assert facts["title"].startswith("MDIO ")
    assert "1 places have no trace." in facts["notes"]
    volume.close()


def test_version_0_says_that_it_does_not_tell_time_from_depth(tmp_path):
    write_version_0(tmp_path / "a.mdio")
    volume = open_volume(tmp_path / "a.mdio")
    assert any("time in ms is assumed" in note for note in volume.describe()["notes"])
    assert volume.describe()["text"] == ["C 1 A TEXT HEADER"]
    volume.close()


@pytest.mark.parametrize(
    ("sample", "unit", "axis"),
    [
        ("time", {"time": "s"}, ("twt", "s")),
        ("depth", {"length": "ft"}, ("depth", "ft")),
        ("depth", None, ("depth", "m")),
    ],
)
def test_samples_have_the_unit_that_the_store_tells(tmp_path, sample, unit, axis):
    write_version_1(tmp_path / "a.mdio", sample=sample, unit=unit)
    volume = open_volume(tmp_path / "a.mdio")
    assert (volume.axes[2].name, volume.axes[2].unit) == axis
    volume.close()


def test_a_folder_of_any_name_is_recognised_and_other_stores_are_not(tmp_path):
    write_version_1(tmp_path / "survey")
    assert MdioReader().sniff(tmp_path / "survey") is Confidence.SIGNATURE
    zarr.create_group(tmp_path / "other.mdio").create_array("a", data=np.zeros((2, 3)))
    assert MdioReader().sniff(tmp_path / "other.mdio") is Confidence.NO
    with pytest.raises(ReadError, match="is no MDIO store"):
        MdioReader().open(tmp_path / "other.mdio")


def test_another_array_can_be_named(tmp_path, capsys):
    write_version_1(tmp_path / "a.mdio")
    root = zarr.open_group(tmp_path / "a.mdio")
    names = ("inline", "crossline", "time")
    root.create_array("envelope", data=np.abs(SPEC.expected()), dimension_names=names)
    assert main(["info", str(tmp_path / "a.mdio"), "--dataset", "envelope", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["kind"], facts["array"]["name"]) == ("volume", "envelope")
    assert main(["info", str(tmp_path / "a.mdio")]) == 0
    assert "also holds envelope" in capsys.readouterr().out
    with pytest.raises(ReadError, match="has no array 'none'") as caught:
        open_volume(tmp_path / "a.mdio", dataset="none")
    assert "envelope" in caught.value.hint
    with pytest.raises(SettingsError, match="is no name"):
        open_volume(tmp_path / "a.mdio", dataset=3)


def test_pre_stack_stores_of_four_dimensions_are_refused_with_a_way_out(tmp_path):
    root = zarr.create_group(tmp_path / "a.mdio")
    root.attrs.update({"apiVersion": "1.1.3", "attributes": {}})
    names = ("inline", "crossline", "offset", "time")
    root.create_array("amplitude", data=np.zeros((2, 2, 2, 2)), dimension_names=names)
    with pytest.raises(ReadError, match="inline, crossline, offset, time") as caught:
        open_volume(tmp_path / "a.mdio")
    assert "one offset" in caught.value.hint


@pytest.mark.parametrize("name", ["inline", "trace_mask"])
def test_coordinates_and_marks_that_do_not_fit_are_refused(tmp_path, name):
    write_version_1(tmp_path / "a.mdio")
    root = zarr.open_group(tmp_path / "a.mdio")
    del root[name]
    root.create_array(name, data=np.zeros(9, dtype="i4"), dimension_names=("inline",))
    with pytest.raises(ReadError, match=name):
        open_volume(tmp_path / "a.mdio")


@pytest.mark.parametrize("promise", [[10**9], [10**6, 10**6]])
def test_huge_promises_are_refused_before_anything_is_allocated(tmp_path, promise):
    write_version_1(tmp_path / "a.mdio")
    place = tmp_path / "a.mdio" / "trace_mask" / "zarr.json"
    meta = json.loads(place.read_text())
    meta["shape"], meta["dimension_names"] = promise, None
    meta["chunk_grid"]["configuration"]["chunk_shape"] = promise
    place.write_text(json.dumps(meta))
    with pytest.raises(ReadError, match="trace_mask promises"):
        open_volume(tmp_path / "a.mdio")


def test_a_codec_that_may_run_code_is_refused(tmp_path):
    write_version_1(tmp_path / "a.mdio")
    place = tmp_path / "a.mdio" / "inline" / "zarr.json"
    meta = json.loads(place.read_text())
    meta["codecs"] = [{"name": "numcodecs.pickle"}]
    place.write_text(json.dumps(meta))
    with pytest.raises(ReadError, match="is stored with 'pickle'"):
        open_volume(tmp_path / "a.mdio")
