"""Resizing and cropping."""

import numpy as np
import pytest
import torch
from PIL import Image

from engine.data.fitting import (
    Fit,
    Window,
    choose_fit,
    crop_image,
    crop_labels,
    random_window,
    resize_image,
    resize_labels,
    training_zoom,
    windows,
)
from engine.errors import SettingsError


@pytest.mark.parametrize(
    ("shapes", "size", "expected"),
    [
        ([(101, 101)], (224, 224), Fit.RESIZE),  # the salt set
        ([(1006, 782)], (1008, 784), Fit.RESIZE),  # the facies set
        ([(1022, 1022)], (1022, 1022), Fit.RESIZE),  # nothing to do either way
        ([(951, 462)], (896, 896), Fit.RESIZE),
        ([(951, 462)], (448, 448), Fit.CROP),
        ([(1200, 1200)], (518, 518), Fit.CROP),
        ([(1200, 1200), (300, 300)], (518, 518), Fit.RESIZE),
    ],
)
def test_the_automatic_choice(shapes, size, expected):
    assert choose_fit("auto", shapes, size, patch=14) is expected


def test_the_user_decides_otherwise():
    assert choose_fit("crop", [(20, 20)], (28, 28), patch=14) is Fit.CROP
    with pytest.raises(SettingsError):
        choose_fit("squeeze", [(20, 20)], (28, 28), patch=14)


@pytest.mark.parametrize("shape", [(10, 10), (28, 56), (29, 100), (97, 28), (1200, 1201)])
def test_windows_cover_every_pixel_and_stay_inside(shape):
    seen = np.zeros(shape, dtype=int)
    for window in windows(shape, (28, 28)):
        seen[window.top : window.top + 28, window.left : window.left + 28] += 1
        assert window.top + 28 <= max(28, shape[0])
        assert window.left + 28 <= max(28, shape[1])
    assert seen.min() == 1


def test_random_windows_lie_inside_and_reach_both_ends():
    rng = np.random.default_rng(0)
    drawn = [random_window((31, 20), (28, 28), rng) for _ in range(200)]
    assert {w.top for w in drawn} == {0, 1, 2, 3}
    assert {w.left for w in drawn} == {0}


def test_crops_equal_slices_and_mark_the_outside():
    data = np.arange(30, dtype=np.float32).reshape(5, 6)
    assert torch.equal(
        crop_image(data, Window(1, 2), (2, 3))[0], torch.from_numpy(data[1:3, 2:5].copy())
    )
    beyond = crop_labels(np.ones((2, 3), dtype=np.uint8), Window(0, 0), (3, 4))
    assert beyond.tolist() == [[1, 1, 1, 255], [1, 1, 1, 255], [255] * 4]
    assert crop_image(data[:2, :2], Window(0, 0), (3, 3))[0, 2].tolist() == [0, 0, 0]


def test_enlarging_agrees_with_pillow():
    data = np.random.default_rng(1).normal(size=(101, 101)).astype(np.float32)
    expected = np.asarray(Image.fromarray(data).resize((224, 224), Image.Resampling.BILINEAR))
    ours = resize_image(data, (224, 224))[0].numpy()
    assert np.abs(ours - expected).max() < 1e-4


def test_shrinking_averages_instead_of_skipping():
    stripes = np.tile(np.array([1.0, -1.0], dtype=np.float32), (56, 28))
    small = resize_image(stripes, (28, 28))[0]
    assert small[4:-4, 4:-4].abs().max() < 0.1


def test_resizing_to_the_same_size_is_a_copy():
    data = np.zeros((28, 28), dtype=np.float32)
    out = resize_image(data, (28, 28))
    out += 1
    assert data.max() == 0


def test_masks_are_resized_without_new_values():
    labels = np.array([[0, 5], [255, 1]], dtype=np.uint8)
    assert resize_labels(labels, (4, 4)).tolist() == [
        [0, 0, 5, 5],
        [0, 0, 5, 5],
        [255, 255, 1, 1],
        [255, 255, 1, 1],
    ]
    assert set(resize_labels(labels, (7, 9)).unique().tolist()) == {0, 1, 5, 255}


@pytest.mark.parametrize("across", [False, True])
def test_image_and_mask_stay_aligned_when_enlarged(across):
    labels = np.zeros((101, 101), dtype=np.uint8)
    labels[30:70] = 1
    labels = labels.T if across else labels
    image = resize_image(labels.astype(np.float32), (224, 224))[0]
    mask = resize_labels(labels, (224, 224))
    assert torch.equal(image > 0.5, mask == 1)


def test_the_zoom_is_that_of_the_usual_image():
    shapes = [(101, 112), (101, 112), (50, 50)]
    assert training_zoom(Fit.RESIZE, shapes, (224, 224)) == (224 / 101, 2.0)
    assert training_zoom(Fit.CROP, shapes, (224, 224)) == (1.0, 1.0)


@pytest.mark.parametrize("shape", [(10, 200), (224 * 17, 200)])
def test_images_that_would_be_resized_too_much_are_refused_with_a_way_out(shape):
    with pytest.raises(SettingsError, match="times downwards") as caught:
        training_zoom(Fit.RESIZE, [shape], (224, 224))
    assert "--size" in caught.value.hint
