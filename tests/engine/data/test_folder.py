"""Scanning of whole folders."""

import numpy as np
import pytest

from engine.data.folder import scan_folder
from engine.data.folder_source import FolderSource
from engine.data.image_file import RawLayout
from engine.data.mask_encoding import MaskEncoding
from engine.errors import DataError, JobCancelledError, ReadError
from engine.jobs.context import ThrottledContext


def test_masks_of_0_and_255_mean_the_second_of_two_classes(filled):
    scanned = scan_folder(filled.source, 2)
    assert scanned.encoding is MaskEncoding.BINARY
    for i in range(len(scanned)):
        expected = (scanned.image(i) > 128).astype(np.uint8)
        assert np.array_equal(scanned.labels(i), expected)


def test_255_is_not_labelled_once_a_1_occurs_in_any_mask(filled):
    filled.png("21", np.zeros((20, 30)), np.ones((20, 30)))
    scanned = scan_folder(filled.source, 2)
    assert scanned.encoding is MaskEncoding.CLASS_IDS
    assert set(np.unique(scanned.labels(0))) == {0, 255}


def test_255_is_not_labelled_with_more_than_two_classes(filled):
    scanned = scan_folder(filled.source, 3)
    assert set(np.unique(scanned.labels(0))) == {0, 255}


def test_class_ids_are_taken_as_they_are(folder):
    ids = np.arange(12).reshape(3, 4) % 6
    folder.npy("a", np.arange(12.0).reshape(3, 4), ids)
    assert np.array_equal(scan_folder(folder.source, 6).labels(0), ids)


def test_statistics_are_of_all_images_together(folder):
    rng = np.random.default_rng(1)
    data = rng.normal(3, 7, (4, 30, 40)).astype(np.float32)
    for i, image in enumerate(data):
        folder.npy(str(i), image, np.zeros((30, 40), dtype=np.uint8))
    statistics = scan_folder(folder.source, 2).statistics
    assert statistics.n == data.size
    assert statistics.mean == pytest.approx(data.mean(), rel=1e-5)
    assert statistics.std == pytest.approx(data.std(), rel=1e-5)


def test_large_images_are_sampled_evenly(folder):
    ramp = np.tile(np.arange(2048, dtype=np.float32), (2048, 1))
    folder.npy("a", ramp, np.zeros(ramp.shape, dtype=np.uint8))
    statistics = scan_folder(folder.source, 2).statistics
    assert statistics.n < ramp.size
    assert statistics.mean == pytest.approx(1023.5, rel=1e-3)


def test_images_beyond_the_memory_budget_are_read_again(filled, monkeypatch):
    kept = scan_folder(filled.source, 2)
    monkeypatch.setattr("engine.data.folder._KEEP_BYTES", 0)
    reread = scan_folder(filled.source, 2)
    for i in range(6):
        assert np.array_equal(kept.image(i), reread.image(i))
        assert np.array_equal(kept.labels(i), reread.labels(i))


def test_raw_folders_are_read_with_the_given_size(folder):
    rng = np.random.default_rng(2)
    image = rng.normal(size=(6, 4)).astype("<f4")
    label = rng.integers(0, 2, (6, 4)).astype(np.int8)
    image.tofile(folder.images / "0.dat")
    label.tofile(folder.masks / "0.dat")
    scanned = scan_folder(FolderSource(folder.images, folder.masks, RawLayout(6, 4)), 2)
    assert np.array_equal(scanned.image(0), image)
    assert np.array_equal(scanned.labels(0), label)


def test_different_sizes_name_the_image_and_both_sizes(filled):
    filled.png("21", np.zeros((20, 30)), np.zeros((30, 20)))
    message = r"images.21\.png: 20 x 30 pixels, but its mask 21\.png has 30 x 20"
    with pytest.raises(DataError, match=message):
        scan_folder(filled.source, 2)


@pytest.mark.parametrize(("value", "n_classes"), [(2, 2), (254, 2), (6, 6), (7, 3)])
def test_unknown_mask_values_name_the_file(folder, value, n_classes):
    mask = np.zeros((4, 4))
    mask[1, 2] = value
    folder.png("b", np.eye(4), mask)
    with pytest.raises(DataError, match=rf"b\.png: mask values {value} are no class"):
        scan_folder(folder.source, n_classes)


def test_negative_and_huge_mask_values_do_not_wrap(folder):
    folder.npy("a", np.eye(3), np.array([[0, 1, -1], [0, 0, 256], [0, 0, 257]]))
    with pytest.raises(DataError, match="mask values -1, 256, 257"):
        scan_folder(folder.source, 2)


def test_a_folder_without_any_variation_is_refused(folder):
    for name in "ab":
        folder.png(name, np.full((4, 4), 9), np.zeros((4, 4)))
    with pytest.raises(DataError, match="every amplitude is 9"):
        scan_folder(folder.source, 2)


def test_single_flat_images_are_accepted(filled):
    filled.png("21", np.zeros((20, 30)), np.zeros((20, 30)))
    assert len(scan_folder(filled.source, 2)) == 7


def test_an_image_with_nan_is_named(folder):
    folder.npy("a", np.array([[0.0, np.nan]]), np.array([[0, 1]]))
    with pytest.raises(ReadError, match=r"a\.npy: 1 of 2 samples"):
        scan_folder(folder.source, 2)


def test_scanning_can_be_cancelled(filled):
    job = ThrottledContext(lambda *_: None)
    job.cancel()
    with pytest.raises(JobCancelledError):
        scan_folder(filled.source, 2, job=job)


def test_the_real_salt_set_is_read(shared_data):
    source = FolderSource(shared_data / "salt" / "images", shared_data / "salt" / "masks", limit=40)
    scanned = scan_folder(source, 2)
    assert scanned.encoding is MaskEncoding.BINARY
    assert set(scanned.shapes) == {(101, 101)}


@pytest.mark.parametrize("n_classes", [2, 3])
def test_masks_that_are_255_everywhere_are_refused_and_not_taken_for_a_class(folder, n_classes):
    for name in ("a", "b"):
        folder.png(name, np.eye(20), np.full((20, 20), 255))
    with pytest.raises(DataError, match="no pixel is labelled, all are 255") as caught:
        scan_folder(folder.source, n_classes)
    assert caught.value.hint
