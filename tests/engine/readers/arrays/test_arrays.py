"""Plain arrays are read on the axes that the user names, whatever the format."""

from __future__ import annotations

import json
import os

import h5py
import numpy as np
import pytest
import zarr
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.cli.main import main
from engine.core.axes import Axis
from engine.core.volume import Volume
from engine.errors import ReadError, SettingsError
from engine.readers.arrays.options import ArrayOptions
from engine.readers.arrays.stored_array import check_array
from engine.readers.detect import open_volume

_AXES = "inline::100:2,crossline::300,twt:ms:20:4"
_CUBE = np.random.default_rng(3).normal(size=(4, 5, 6)).astype(np.float32)


def write_npy(path, data=_CUBE):
    np.save(path / "a.npy", data)
    return path / "a.npy"


def write_hdf5(path, data=_CUBE):
    with h5py.File(path / "a.h5", "w") as file:
        file.create_dataset("group/amplitude", data=data, chunks=(2,) * data.ndim)
        file["name"] = "a survey"
    return path / "a.h5"


def write_zarr(path, data=_CUBE, **options):
    options = {"zarr_format": 3} | options
    root = zarr.create_group(path / "a.zarr", zarr_format=options["zarr_format"])
    root.create_array("amplitude", data=data, chunks=(2,) * data.ndim)
    return path / "a.zarr"


def write_zarr_2(path, data=_CUBE):
    return write_zarr(path, data, zarr_format=2)


FORMATS = (write_npy, write_hdf5, write_zarr, write_zarr_2)


@pytest.fixture(params=FORMATS, ids=lambda write: write.__name__)
def write(request):
    return request.param


def test_sections_are_planes_of_the_array_with_samples_downwards(write, tmp_path):
    volume = open_volume(write(tmp_path), reader="array", axes=_AXES)
    assert isinstance(volume, Volume)
    assert volume.kind == "volume"
    assert volume.axes == (
        Axis("inline", "1", 100.0, 2.0, 4),
        Axis("crossline", "1", 300.0, 1.0, 5),
        Axis("twt", "ms", 20.0, 4.0, 6),
    )
    np.testing.assert_array_equal(volume.section("inline", 1).data, _CUBE[1].T)
    np.testing.assert_array_equal(volume.section("crossline", 2).data, _CUBE[:, 2].T)
    np.testing.assert_array_equal(volume.section("twt", 3).data, _CUBE[:, :, 3])
    assert volume.section("twt", 3).plane.number == 32.0
    json.dumps(volume.describe(), allow_nan=False)
    volume.close()
    with pytest.raises(ValueError, match="closed"):
        volume.section("inline", 0)


@settings(max_examples=25)
@given(order=st.permutations(["inline::1", "crossline::7:2", "depth:m:0:5"]))
def test_axes_may_come_in_any_order(tmp_path_factory, order):
    path = write_npy(tmp_path_factory.mktemp("order"))
    volume = open_volume(path, reader="array", axes=",".join(order))
    assert volume.kind == "volume"
    assert [axis.name for axis in volume.axes] == ["inline", "crossline", "depth"]
    names = [text.split(":")[0] for text in order]
    cube = np.transpose(_CUBE, [names.index(axis.name) for axis in volume.axes])
    np.testing.assert_array_equal(volume.section("inline", 0).data, cube[0].T)
    np.testing.assert_array_equal(volume.section("crossline", 1).data, cube[:, 1].T)
    np.testing.assert_array_equal(volume.section("depth", 2).data, cube[:, :, 2])
    volume.close()


def test_an_array_without_named_axes_is_counted(write, tmp_path):
    volume = open_volume(write(tmp_path))
    assert volume.kind == "array"
    assert volume.directions == ("axis 0", "axis 1", "axis 2")
    np.testing.assert_array_equal(volume.section("axis 1", 2).data, _CUBE[:, 2])
    assert "counted from 0" in volume.describe()["notes"][0]
    volume.close()


def test_two_axes_make_one_section(write, tmp_path):
    path = write(tmp_path, _CUBE[0])
    volume = open_volume(path, reader="array", axes="trace::1,twt::0:2")
    assert (volume.kind, volume.directions) == ("line", ("line",))
    np.testing.assert_array_equal(volume.section("line", 0).data, _CUBE[0].T)
    volume.close()
    volume = open_volume(path)
    assert (volume.kind, volume.directions) == ("array", ("section",))
    np.testing.assert_array_equal(volume.section("section", 0).data, _CUBE[0])
    volume.close()


@pytest.mark.parametrize("dtype", ["i2", ">i4", "u1", ">f4", "f8", "?"])
def test_any_real_samples_become_float32(tmp_path, dtype):
    data = np.arange(24).reshape(2, 3, 4).astype(dtype)
    volume = open_volume(write_npy(tmp_path, data))
    section = volume.section("axis 0", 1)
    assert section.data.dtype == np.float32
    np.testing.assert_array_equal(section.data, data[1].astype(np.float32))
    volume.close()


def test_samples_that_are_not_finite_are_no_data(tmp_path):
    data = _CUBE.astype(np.float64)
    data[1, 2, 3], data[1, 0, 0] = np.inf, 1e300
    volume = open_volume(write_npy(tmp_path, data))
    section = volume.section("axis 0", 1)
    assert section.bad_samples == 2
    assert np.isnan(section.data[2, 3])
    volume.close()


def test_an_array_in_fortran_order_reads_the_same(tmp_path):
    volume = open_volume(write_npy(tmp_path, np.asfortranarray(_CUBE)))
    np.testing.assert_array_equal(volume.section("axis 2", 5).data, _CUBE[:, :, 5])
    volume.close()


def test_a_file_beside_it_names_the_axes(write, tmp_path):
    path = write(tmp_path)
    axes = [
        {"name": "inline", "first": 10},
        {"name": "crossline", "first": 1, "step": 3},
        {"name": "twt", "unit": "ms", "step": 2},
    ]
    value = {"format": "outcrop-geometry", "version": 1, "options": {"axes": axes}}
    path.with_name(f"{path.name}.json").write_text(json.dumps(value))
    volume = open_volume(path)
    assert volume.kind == "volume"
    assert [axis.first for axis in volume.axes] == [10, 1, 0]
    volume.close()
    path.with_name(f"{path.name}.json").write_text("{")
    with pytest.raises(ReadError, match="is not JSON"):
        open_volume(path)


def test_one_of_several_arrays_is_named(tmp_path):
    path = write_hdf5(tmp_path)
    with h5py.File(path, "a") as file:
        file["other"] = _CUBE[:2]
    store = write_zarr(tmp_path)
    zarr.open_group(store).create_array("other", data=_CUBE[:2])
    for place in (path, store):
        with pytest.raises(ReadError, match="holds 2 arrays") as caught:
            open_volume(place)
        assert "--dataset" in caught.value.hint
        volume = open_volume(place, reader="array", dataset="other")
        assert volume.axes[0].size == 2
        volume.close()
        with pytest.raises(ReadError, match="has no array 'none'") as caught:
            open_volume(place, reader="array", dataset="none")
        assert "other" in caught.value.hint


@pytest.mark.parametrize(
    ("axes", "words"),
    [
        ("inline,crossline", "2 axes are named, the array has 3 (4 x 5 x 6)"),
        ("inline,inline,twt", "two axes have one name"),
        ("inline,,twt", "is no axis"),
        ("inline::x,crossline,twt", "could not convert"),
        ("inline::0:0,crossline,twt", "step 0"),
        ("inline::nan,crossline,twt", "first nan"),
        ("a:b:1:2:3,crossline,twt", "more than four parts"),
        ("a" * 50, "no name or unit"),
        ([1, 2, 3], "is no axis"),
        ([{"name": "a", "colour": 1}], "is no axis"),
        (7, "are no list"),
    ],
)
def test_axes_that_cannot_be_are_refused(tmp_path, axes, words):
    path = write_npy(tmp_path)
    with pytest.raises(SettingsError) as caught:
        open_volume(path, reader="array", axes=axes)
    assert words in str(caught.value)
    assert caught.value.hint


def test_unknown_options_and_readers_are_refused(tmp_path):
    path = write_npy(tmp_path)
    with pytest.raises(SettingsError, match="arrays have no option --iline"):
        open_volume(path, iline=189)
    with pytest.raises(SettingsError, match="holds only one"):
        open_volume(path, reader="array", dataset="a")
    with pytest.raises(SettingsError, match="there is no reader 'colour'"):
        open_volume(path, reader="colour")
    with pytest.raises(SettingsError, match="is no name"):
        ArrayOptions(dataset=3)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (np.zeros(5), "an array of shape 5"),
        (np.zeros((2, 2, 2, 2)), "shape 2 x 2 x 2 x 2"),
        (np.zeros((0, 2)), "has no samples"),
        (np.zeros((2, 2), dtype="c8"), "are no amplitudes"),
        (np.zeros((2, 2), dtype="U3"), "are no amplitudes"),
    ],
)
def test_arrays_that_are_no_sections_are_refused(tmp_path, data, words):
    with pytest.raises(ReadError, match=words):
        open_volume(write_npy(tmp_path, data))


class _Trap:
    """Tells when it is unpickled."""

    def __reduce__(self):
        return (os.abort, ())


def test_nothing_is_unpickled(tmp_path):
    np.save(tmp_path / "a.npy", np.array([[_Trap()]], dtype=object), allow_pickle=True)
    with pytest.raises(ReadError, match="is no array that can be read"):
        open_volume(tmp_path / "a.npy")


@pytest.mark.parametrize("version", [2, 3])
def test_a_codec_that_may_run_code_is_refused(tmp_path, version):
    store = write_zarr(tmp_path, zarr_format=version)
    name, key = ((".zarray", "filters"), ("zarr.json", "codecs"))[version - 2]
    path = store / "amplitude" / name
    value = json.loads(path.read_text())
    value[key] = [{"id": "pickle"}] if version == 2 else [{"name": "numcodecs.pickle"}]
    path.write_text(json.dumps(value))
    with pytest.raises(ReadError, match="is stored with 'pickle', which is not read"):
        open_volume(store)


def test_links_and_virtual_arrays_of_hdf5_are_refused(tmp_path):
    secret = tmp_path / "secret.h5"
    with h5py.File(secret, "w") as file:
        file["data"] = _CUBE
    (tmp_path / "raw.bin").write_bytes(_CUBE.tobytes())
    layout = h5py.VirtualLayout(shape=_CUBE.shape, dtype="f4")
    layout[:] = h5py.VirtualSource(str(secret), "data", shape=_CUBE.shape)
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["link"] = h5py.ExternalLink(str(secret), "data")
        file["soft"] = h5py.SoftLink("/link")
        file.create_virtual_dataset("virtual", layout)
        where = [(str(tmp_path / "raw.bin"), 0, h5py.h5f.UNLIMITED)]
        file.create_dataset("outside", _CUBE.shape, dtype="f4", external=where)
    for name, words in (
        ("link", "is a link to somewhere else"),
        ("soft", "is a link to somewhere else"),
        ("virtual", "are in other files"),
        ("outside", "are in other files"),
    ):
        with pytest.raises(ReadError, match=words):
            open_volume(tmp_path / "a.h5", reader="array", dataset=name)


def test_huge_sections_and_blocks_are_refused_before_anything_is_allocated(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_dataset("wide", (3, 10**6, 10**6), dtype="f4", chunks=(1, 1000, 1000))
        file.create_dataset("block", (10**3, 10**3, 10**3), dtype="f4", chunks=(600, 600, 600))
        file.create_dataset("many", (10**4, 10**4), dtype="f4", chunks=(1, 2))
    for name in ("wide", "block", "many"):
        with pytest.raises(ReadError, match=f"{name} promises [0-9]+ bytes in a file of"):
            open_volume(tmp_path / "a.h5", reader="array", dataset=name)


@pytest.mark.parametrize(
    ("shape", "chunks", "told"),
    [
        ((3, 10**6, 10**6), (1, 1000, 1000), "sections of more than 2 GiB"),
        ((10**3, 10**3, 10**3), (600, 600, 600), "is stored in blocks of"),
        ((10**4, 10**4), (1, 2), "is stored in blocks of"),
    ],
)
def test_sections_and_blocks_of_any_format_have_a_limit(tmp_path, shape, chunks, told):
    with pytest.raises(ReadError, match=told):
        check_array(tmp_path / "a", shape, np.dtype("f4"), chunks)


def test_paths_that_leave_the_store_are_refused(tmp_path):
    store = write_zarr(tmp_path)
    (tmp_path / "outside").mkdir()
    zarr.create_array(tmp_path / "outside" / "b", data=_CUBE)
    with pytest.raises(ReadError, match="has no array"):
        open_volume(store, reader="array", dataset="../outside/b")


@pytest.mark.parametrize("write", [write_npy, write_hdf5])
def test_damaged_files_never_give_anything_but_a_read_error(tmp_path, write):
    good = write(tmp_path).read_bytes()
    path = tmp_path / f"bad{write(tmp_path).suffix}"
    rng = np.random.default_rng(5)
    for case in range(120):
        raw = bytearray(good)
        for position in rng.integers(6 if case % 2 else 8, min(len(raw), 600), 4):
            raw[position] = rng.integers(0, 256)
        path.write_bytes(raw[: rng.integers(20, len(raw))] if case % 3 == 0 else raw)
        try:
            volume = open_volume(path)
            for direction in volume.directions:
                volume.section(direction, 0)
            volume.describe()
            volume.close()
        except ReadError:
            continue


def test_damaged_stores_never_give_anything_but_a_read_error(tmp_path):
    store = write_zarr(tmp_path)
    metadata = store / "amplitude" / "zarr.json"
    good = metadata.read_bytes()
    rng = np.random.default_rng(6)
    for _ in range(60):
        raw = bytearray(good)
        for position in rng.integers(0, len(raw), 3):
            raw[position] = rng.integers(32, 127)
        metadata.write_bytes(raw)
        try:
            volume = open_volume(store)
            volume.section(volume.directions[0], 0)
            volume.close()
        except ReadError:
            continue


def test_a_file_that_shrinks_while_open_gives_a_message(tmp_path):
    path = write_npy(tmp_path)
    volume = open_volume(path)
    os.truncate(path, 200)
    with pytest.raises(ReadError, match="become shorter"):
        volume.section("axis 0", 3)
    volume.close()


def test_the_command_line_opens_arrays_and_folders(write, tmp_path, capsys):
    path = write(tmp_path)
    assert main(["info", "--json", str(path), "--axes", _AXES]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["kind"], facts["shape"]) == ("volume", [4, 5, 6])
    assert {"name": "float32", "bytes": 4, "byte_order": "little"}.items() <= facts[
        "samples"
    ].items()
    assert main(["info", str(path)]) == 0
    assert "4 x 5 x 6 as stored" in capsys.readouterr().out


def test_the_published_shots_open_with_their_axes(shared_data):
    volume = open_volume(
        shared_data / "fwi" / "openfwi_style_shots.npy", axes="shot::1,time:s:0:0.001,channel"
    )
    assert volume.kind == "array"
    stored = np.load(shared_data / "fwi" / "openfwi_style_shots.npy")
    section = volume.section("shot", 2)
    np.testing.assert_array_equal(section.data, stored[2])
    assert (section.rows.name, section.cols.name) == ("time", "channel")
    volume.close()
