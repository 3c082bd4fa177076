"""Pairing of files by name."""

import shutil

import pytest

from engine.data.pairs import pair_folders
from engine.errors import DataError


def test_pairs_come_in_natural_order(filled):
    pairs = pair_folders(filled.images, filled.masks)
    assert [pair.name for pair in pairs] == ["1", "2", "3", "10", "11", "20"]
    assert all(pair.image.stem == pair.mask.stem == pair.name for pair in pairs)


def test_a_limit_takes_the_first_pairs(filled):
    pairs = pair_folders(filled.images, filled.masks, limit=2)
    assert [pair.name for pair in pairs] == ["1", "2"]


def test_other_files_are_left_alone(filled):
    (filled.images / "README.txt").write_text("about")
    (filled.images / ".hidden.png").write_bytes(b"")
    (filled.masks / "more").mkdir()
    assert len(pair_folders(filled.images, filled.masks)) == 6


def test_formats_of_image_and_mask_may_differ(filled):
    (filled.masks / "2.png").rename(filled.masks / "2.tif")
    assert pair_folders(filled.images, filled.masks)[1].mask.name == "2.tif"


def test_the_first_image_without_a_mask_is_named(filled):
    (filled.masks / "10.png").unlink()
    (filled.masks / "3.png").unlink()
    with pytest.raises(DataError, match=r"3\.png: has no mask in .*masks \(2 of 6 files\)"):
        pair_folders(filled.images, filled.masks)


def test_the_first_mask_without_an_image_is_named(filled):
    (filled.images / "11.png").unlink()
    with pytest.raises(DataError, match=r"masks.11\.png: has no image in .*images$"):
        pair_folders(filled.images, filled.masks)


def test_two_files_of_one_name_are_refused(filled):
    shutil.copy(filled.images / "1.png", filled.images / "1.tif")
    with pytest.raises(DataError, match=r"1\.tif: 1\.png has the same name"):
        pair_folders(filled.images, filled.masks)


@pytest.mark.parametrize("which", ["images", "masks"])
def test_a_missing_folder_is_named(filled, which, tmp_path):
    folders = {"images": filled.images, "masks": filled.masks, which: tmp_path / "absent"}
    with pytest.raises(DataError, match=f"absent: no such folder of {which}"):
        pair_folders(**folders)


def test_an_empty_folder_is_named(folder):
    with pytest.raises(DataError, match=r"images: no images in it"):
        pair_folders(folder.images, folder.masks)


def test_one_folder_for_both_is_refused(filled):
    with pytest.raises(DataError, match="the same folder"):
        pair_folders(filled.images, filled.images)
