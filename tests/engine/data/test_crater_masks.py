"""Tables of crater boxes become masks that training and evaluation take."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from engine.data.crater_masks import convert_craters, draw_craters
from engine.data.crater_table import TableCrater, TableImage, _of_box, read_crater_table
from engine.data.folder import scan_folder
from engine.data.folder_source import FolderSource
from engine.errors import DataError, ReadError, WriteError
from tests.rasters import write_raster
from tests.synthetic import write_segy

_HEADER = "ID,X,Y,W,H,C_X,CY"
_IMAGE = TableImage((40, 60))


@pytest.fixture
def folder(tmp_path):
    """One image of 40 x 60 pixels with a table of one box."""
    images = tmp_path / "images"
    images.mkdir()
    Image.fromarray(np.arange(2400, dtype=np.uint8).reshape(40, 60)).save(images / "a.png")
    (images / "a.txt").write_text(f"{_HEADER}\n0,10,5,20,10,20,10\n")
    return images


def _box(line, *sides):
    return TableCrater(line, _of_box(*sides))


def _mask(path):
    with Image.open(path) as picture:
        return np.asarray(picture)


def test_a_table_may_be_separated_by_commas_tabs_and_semicolons(tmp_path):
    (tmp_path / "a.txt").write_text("\ufeffID\tx;Y,W,H\r\n1\t2;3,4,5\n\n2,-0.0\t7.5,8,9\n", "utf-8")
    table = read_crater_table(tmp_path / "a.txt", _IMAGE)
    assert table.craters == (_box(2, 2, 3, 4, 5), _box(4, 0, 7.5, 8, 9))
    assert table.problems == ()


def test_rows_that_are_no_boxes_are_named(tmp_path):
    rows = ["1,x,2,3,4,5,6", "2,3", "3,1,1,0,5,1,1", "4,nan,1,2,2,1,1", "5,1,1,2,2,2,2"]
    (tmp_path / "a.txt").write_text("\n".join([_HEADER, *rows]))
    table = read_crater_table(tmp_path / "a.txt", _IMAGE)
    assert [crater.line for crater in table.craters] == [6]
    assert table.problems == (
        "line 2 is no crater: '1,x,2,3,4,5,6'",
        "line 3 is no crater: '2,3'",
        "line 4 has no size: '3,1,1,0,5,1,1'",
        "line 5 has no place or size: '4,nan,1,2,2,1,1'",
    )


@pytest.mark.parametrize("content", [b"", b"ID,X,Y,W\n1,2,3,4\n", b"\xff\xfe\xfa", b"1,2,3,4\n"])
def test_other_texts_are_refused(content, tmp_path):
    (tmp_path / "a.txt").write_bytes(content)
    with pytest.raises(ReadError) as caught:
        read_crater_table(tmp_path / "a.txt", _IMAGE)
    assert caught.value.hint


def test_an_ellipse_touches_the_four_sides_of_its_box():
    mask = draw_craters([_box(2, 10, 5, 20, 10)], (40, 60)).mask
    rows, cols = np.nonzero(mask)
    assert (rows.min(), rows.max(), cols.min(), cols.max()) == (5, 14, 10, 29)
    assert np.count_nonzero(mask) == pytest.approx(np.pi * 10 * 5, rel=0.03)
    assert set(np.unique(mask)) == {0, 255}


@given(st.floats(-30, 80), st.floats(-30, 60), st.floats(0.5, 50), st.floats(0.5, 50))
def test_a_box_over_the_edge_is_drawn_as_far_as_it_is_inside(left, top, width, height):
    box = _box(2, left, top, width, height)
    small = draw_craters([box], (40, 60))
    moved = _box(2, left + 100, top + 100, width, height)
    large = draw_craters([moved], (300, 300)).mask
    np.testing.assert_array_equal(small.mask, large[100:140, 100:160])
    assert bool(small.outside) == (not small.mask.any())


def test_masks_pair_with_their_images_and_hold_two_classes(folder, tmp_path):
    report = convert_craters(folder, tmp_path / "masks")
    assert report.masks == (tmp_path / "masks" / "a.png",)
    assert (report.n_craters, report.n_over_edge, report.warnings) == (1, 0, ())
    assert _mask(report.masks[0]).shape == (40, 60)
    found = scan_folder(FolderSource(folder, tmp_path / "masks"), 2)
    assert found.class_pixels[0, 1] == np.count_nonzero(_mask(report.masks[0]))


def test_boxes_outside_the_image_are_left_out_and_named(folder, tmp_path):
    rows = "\n".join(["1,100,5,5,5,0,0", "2,-3,5,6,6,0,8", "3,oops"])
    (folder / "a.txt").write_text(f"{_HEADER}\n{rows}\n")
    report = convert_craters(folder, tmp_path / "masks")
    assert report.n_craters == report.n_over_edge == 1
    assert report.warnings == (
        "a.txt: line 4 is no crater: '3,oops'",
        "a.txt: 1 crater (line 2) outside the image or smaller than a pixel, left out",
    )


def test_images_may_lie_elsewhere(folder, tmp_path):
    (tmp_path / "tables").mkdir()
    (folder / "a.txt").rename(tmp_path / "tables" / "a.csv")
    report = convert_craters(tmp_path / "tables", tmp_path / "masks", images=folder)
    assert len(report.masks) == 1


def test_images_without_a_table_are_left_out_and_told_once(folder, tmp_path):
    (tmp_path / "tables").mkdir()
    (folder / "a.txt").rename(tmp_path / "tables" / "a.txt")
    for number in range(10):
        Image.new("L", (5, 5)).save(folder / f"b{number}.png")
    report = convert_craters(tmp_path / "tables", tmp_path / "masks", images=folder)
    assert [path.name for path in (tmp_path / "masks").iterdir()] == ["a.png"]
    assert report.n_without_table == 10
    shown = ", ".join(f"b{number}.png" for number in range(8))
    assert report.warnings == (f"10 images have no table of craters, left out: {shown}, ...",)


def test_a_table_of_the_first_line_alone_makes_an_empty_mask(folder, tmp_path):
    (folder / "a.txt").write_text(_HEADER)
    report = convert_craters(folder, tmp_path / "masks")
    assert (report.n_craters, report.warnings) == (0, ())
    assert not _mask(report.masks[0]).any()


def test_a_catalogue_may_hold_no_crater_of_the_image(tmp_path):
    write_raster(tmp_path / "a.tif")
    (tmp_path / "a.csv").write_text("lon,lat,diameter_km\n100,-80,5\n200,5,1\nx\n")
    report = convert_craters(tmp_path, tmp_path / "masks")
    assert report.n_craters == 0
    assert report.warnings == (
        "a.csv: line 4 is no crater: 'x'",
        "a.csv: 2 craters (lines 2, 3) outside the image or smaller than a pixel, left out",
    )
    (tmp_path / "a.csv").write_text("lon,lat,diameter_km\nx\n")
    with pytest.raises(DataError, match="none of its rows"):
        convert_craters(tmp_path, tmp_path / "other")


def test_craters_that_cover_no_centre_of_a_pixel_are_not_counted():
    boxes = [_box(2, 5.1, 5.1, 0.3, 0.3), _box(3, 5.4, 5.4, 0.2, 0.2), _box(4, 8, 8, 1e-300, 9)]
    drawn = draw_craters([*boxes, _box(5, -0.4, 3, 0.5, 4)], (40, 60))
    assert (drawn.outside, drawn.over_edge) == ((2, 4, 5), ())
    assert np.count_nonzero(drawn.mask) == 1


def _alone(folder):
    (folder / "b.txt").write_text(_HEADER)


def _segy(folder):
    write_segy(folder / "b.tif")
    (folder / "b.txt").write_text(_HEADER)


def _twice(folder):
    (folder / "a.csv").write_text(_HEADER)


def _empty(folder):
    (folder / "a.txt").unlink()


def _unread(folder):
    (folder / "a.txt").write_text(f"{_HEADER}\n0,a,5,20,10\n1,2\n")


def _elsewhere(folder):
    (folder / "a.txt").write_text(f"{_HEADER}\n0,700,5,20,10\n1,8,900,9,9\n")


def _fractions(folder):
    (folder / "a.txt").write_text(f"{_HEADER}\n0,0.2,0.2,0.1,0.1\n")


def _gone(folder):
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (_alone, "there is no image of that name"),
        (_unread, r"a.txt: none of its rows is a crater on a.png of 40 x 60 pixels; line 2 is no"),
        (_elsewhere, r"none of its rows is a crater .* 2 craters \(lines 2, 3\) outside the image"),
        (
            _fractions,
            r"none of its rows is a crater .* 1 crater \(line 2\) .* smaller than a pixel",
        ),
        (_segy, "is no image"),
        (_twice, "has the same name"),
        (_empty, "no tables of craters in it"),
        (_gone, "no such folder"),
    ],
)
def test_folders_that_do_not_pair_up_are_refused_and_nothing_is_written(
    harm, words, folder, tmp_path
):
    harm(folder)
    with pytest.raises(DataError, match=words) as caught:
        convert_craters(folder, tmp_path / "masks")
    assert caught.value.hint
    assert [path.name for path in tmp_path.iterdir()] in ([], ["images"])


def test_an_existing_folder_is_never_touched(folder, tmp_path):
    (tmp_path / "masks").mkdir()
    with pytest.raises(WriteError, match="exists"):
        convert_craters(folder, tmp_path / "masks")
    with pytest.raises(WriteError, match="cannot be written"):
        convert_craters(folder, tmp_path / "none" / "masks")


def test_real_tables_are_drawn_and_the_rows_out_of_range_are_named(shared_data, tmp_path):
    report = convert_craters(shared_data / "lunar_nac", tmp_path / "masks")
    assert len(report.masks) == 12
    (warning,) = report.warnings
    assert warning == (
        "M1275410097_mosaic_train_small.txt: 4 craters (lines 1075, 1079, 1117, 1146) "
        "outside the image or smaller than a pixel, left out"
    )
