"""Reading of single images and masks against arrays that were written."""

import pickle

import numpy as np
import pytest
from PIL import Image

from engine.data.image_file import RawLayout, read_image, read_mask
from engine.errors import ReadError

_RNG = np.random.default_rng(0)
_FLOATS = (_RNG.normal(size=(7, 5)) * 1e4).astype(np.float32)


def test_float_tiff_keeps_its_values(tmp_path):
    path = tmp_path / "a.tif"
    Image.fromarray(_FLOATS).save(path)
    assert np.array_equal(read_image(path), _FLOATS)


def test_sixteen_bit_png_keeps_its_values(tmp_path):
    data = _RNG.integers(0, 65535, (7, 5)).astype(np.uint16)
    Image.fromarray(data).save(tmp_path / "a.png")
    assert np.array_equal(read_image(tmp_path / "a.png"), data.astype(np.float32))


def test_eight_bit_png_keeps_its_values(tmp_path):
    data = _RNG.integers(0, 255, (7, 5)).astype(np.uint8)
    Image.fromarray(data).save(tmp_path / "a.png")
    image = read_image(tmp_path / "a.png")
    assert image.dtype == np.float32
    assert np.array_equal(image, data)


@pytest.mark.parametrize("dtype", ["float64", ">f4", "int16", "uint8", "bool", "float16"])
def test_npy_of_any_real_type_becomes_float32(tmp_path, dtype):
    data = (_FLOATS / 100).astype(dtype)
    np.save(tmp_path / "a.npy", data)
    assert np.array_equal(read_image(tmp_path / "a.npy"), data.astype(np.float32))


def test_npy_in_fortran_order_and_with_a_last_axis_of_one_is_read(tmp_path):
    np.save(tmp_path / "a.npy", np.asfortranarray(_FLOATS))
    np.save(tmp_path / "b.npy", _FLOATS[..., None])
    assert np.array_equal(read_image(tmp_path / "a.npy"), _FLOATS)
    assert np.array_equal(read_image(tmp_path / "b.npy"), _FLOATS)


def test_raw_files_are_row_by_row(tmp_path):
    _FLOATS.astype("<f4").tofile(tmp_path / "0.dat")
    assert np.array_equal(read_image(tmp_path / "0.dat", RawLayout(7, 5)), _FLOATS)


def test_raw_masks_are_signed_bytes_where_minus_one_is_not_labelled(tmp_path):
    np.array([[0, 1, 2], [5, -1, 0]], dtype=np.int8).tofile(tmp_path / "0.dat")
    assert read_mask(tmp_path / "0.dat", RawLayout(2, 3)).tolist() == [[0, 1, 2], [5, 255, 0]]


def test_colour_pictures_become_luminance_and_lose_their_transparency(tmp_path):
    colour = np.zeros((2, 2, 4), dtype=np.uint8)
    colour[..., 0], colour[..., 1], colour[..., 2], colour[..., 3] = 200, 100, 50, 7
    Image.fromarray(colour).save(tmp_path / "a.png")
    expected = 0.299 * 200 + 0.587 * 100 + 0.114 * 50
    assert read_image(tmp_path / "a.png") == pytest.approx(np.full((2, 2), expected), rel=1e-5)


@pytest.mark.parametrize(("mode", "name"), [("P", "a.png"), ("P", "a.bmp"), ("CMYK", "a.tif")])
def test_pictures_of_palettes_and_inks_give_what_they_show(tmp_path, mode, name):
    ramp = np.repeat(np.arange(0, 256, 5, dtype=np.uint8)[None, ::-1, None], 3, axis=2)
    Image.fromarray(ramp).convert(mode).save(tmp_path / name)
    with Image.open(tmp_path / name) as written:
        assert written.mode == mode
    # The web palette has six greys, 51 apart, which are dithered.
    assert read_image(tmp_path / name) == pytest.approx(ramp[..., 0].astype(float), abs=51)
    assert np.ptp(read_image(tmp_path / name)) > 200


def test_palette_masks_give_their_indices(tmp_path):
    picture = Image.fromarray(np.array([[0, 1], [2, 1]], dtype=np.uint8))
    picture.putpalette([10, 20, 30, 200, 0, 0, 0, 200, 0])
    picture.save(tmp_path / "a.png")
    assert read_mask(tmp_path / "a.png").tolist() == [[0, 1], [2, 1]]


def test_grey_masks_saved_in_colour_are_read_and_real_colours_refused(tmp_path):
    grey = np.repeat(np.array([[0, 255], [255, 0]], dtype=np.uint8)[..., None], 3, axis=2)
    Image.fromarray(grey).save(tmp_path / "a.png")
    assert read_mask(tmp_path / "a.png").tolist() == [[0, 255], [255, 0]]
    grey[0, 0, 1] = 9
    Image.fromarray(grey).save(tmp_path / "b.png")
    with pytest.raises(ReadError, match=r"b\.png: a colour picture"):
        read_mask(tmp_path / "b.png")


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_amplitudes_that_are_not_finite_are_counted_and_refused(tmp_path, bad):
    data = _FLOATS.copy()
    data[2, 3] = data[4, 4] = bad
    np.save(tmp_path / "a.npy", data)
    with pytest.raises(ReadError, match=r"a\.npy: 2 of 35 samples are NaN, infinite"):
        read_image(tmp_path / "a.npy")


def test_amplitudes_beyond_float32_are_refused(tmp_path):
    np.save(tmp_path / "a.npy", np.array([[1e300, 0.0]]))
    with pytest.raises(ReadError, match="too large for 32 bits"):
        read_image(tmp_path / "a.npy")


def test_a_raw_file_of_another_size_states_both(tmp_path):
    (tmp_path / "0.dat").write_bytes(bytes(10))
    with pytest.raises(ReadError, match=r"10 bytes; 7 x 5 samples of 4 bytes are 140"):
        read_image(tmp_path / "0.dat", RawLayout(7, 5))


def test_a_raw_file_without_a_layout_says_what_to_give(tmp_path):
    (tmp_path / "0.dat").write_bytes(bytes(10))
    with pytest.raises(ReadError) as caught:
        read_image(tmp_path / "0.dat")
    assert "--raw-size" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.png", b""),
        ("a.png", b"no picture at all"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(40)),
        ("a.npy", b""),
        ("a.npy", b"no array"),
        ("a.tif", b"II*\x00"),
    ],
)
def test_damaged_files_are_named(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ReadError, match=r"a\.\w+: ") as caught:
        read_image(tmp_path / name)
    assert caught.value.hint


def test_a_truncated_picture_is_refused(tmp_path):
    path = tmp_path / "a.png"
    Image.fromarray(_RNG.integers(0, 255, (64, 64)).astype(np.uint8)).save(path)
    path.write_bytes(path.read_bytes()[:-1500])
    with pytest.raises(ReadError, match=r"a\.png: cannot be read"):
        read_image(path)


def test_a_truncated_array_is_refused(tmp_path):
    path = tmp_path / "a.npy"
    np.save(path, _FLOATS)
    path.write_bytes(path.read_bytes()[:-8])
    with pytest.raises(ReadError, match=r"a\.npy: cannot be read"):
        read_image(path)


def test_nothing_is_unpickled(tmp_path):
    path = tmp_path / "a.npy"
    path.write_bytes(pickle.dumps(_FLOATS))
    with pytest.raises(ReadError):
        read_image(path)
    np.save(path, np.array([[{}]], dtype=object), allow_pickle=True)
    with pytest.raises(ReadError):
        read_image(path)


@pytest.mark.parametrize("shape", [(3,), (2, 3, 4), (0, 4)])
def test_arrays_that_are_no_plane_are_refused(tmp_path, shape):
    np.save(tmp_path / "a.npy", np.zeros(shape, dtype=np.float32))
    with pytest.raises(ReadError, match=r"shape") as caught:
        read_image(tmp_path / "a.npy")
    assert caught.value.hint


def test_complex_amplitudes_are_refused(tmp_path):
    np.save(tmp_path / "a.npy", np.zeros((2, 2), dtype=np.complex64))
    with pytest.raises(ReadError, match="complex64"):
        read_image(tmp_path / "a.npy")


def test_a_file_of_many_pages_is_refused(tmp_path):
    pages = [Image.fromarray(np.full((4, 4), i, dtype=np.uint8)) for i in range(3)]
    pages[0].save(tmp_path / "a.tif", save_all=True, append_images=pages[1:])
    with pytest.raises(ReadError, match="3 pages"):
        read_image(tmp_path / "a.tif")


def test_a_mask_of_fractions_is_refused(tmp_path):
    np.save(tmp_path / "a.npy", np.array([[0.0, 0.5]]))
    with pytest.raises(ReadError, match="no integers") as caught:
        read_mask(tmp_path / "a.npy")
    assert "class ids" in caught.value.hint


def test_a_mask_of_whole_floats_is_read(tmp_path):
    np.save(tmp_path / "a.npy", np.array([[0.0, 1.0]]))
    assert read_mask(tmp_path / "a.npy").tolist() == [[0, 1]]


def test_a_mask_with_nan_is_refused(tmp_path):
    np.save(tmp_path / "a.npy", np.array([[0.0, np.nan]]))
    with pytest.raises(ReadError, match="no integers"):
        read_mask(tmp_path / "a.npy")


def test_what_is_no_array_is_not_taken_for_a_pickle(tmp_path):
    (tmp_path / "a.npy").write_bytes(b"no array")
    with pytest.raises(ReadError, match=r"a\.npy: not an array") as caught:
        read_image(tmp_path / "a.npy")
    assert "pickle" not in f"{caught.value} {caught.value.hint}"


def test_an_archive_of_arrays_is_named_as_one(tmp_path):
    with (tmp_path / "a.npy").open("wb") as file:
        np.savez(file, a=_FLOATS)
    with pytest.raises(ReadError, match="an archive, not one array"):
        read_image(tmp_path / "a.npy")
