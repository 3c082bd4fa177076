"""Figures of a section, read back as files."""

import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.contour import ContourSet
from PIL import Image

from engine.core.axes import Axis
from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.core.drawn_labels import DrawnLabels
from engine.core.levels import Levels
from engine.core.section import Section
from engine.errors import SettingsError, WriteError
from engine.evaluation.figures.section_figure import (
    FigureFile,
    SectionPicture,
    draw_section,
    write_section_figure,
)

CLASSES = ClassScheme(
    (SegmentationClass("rock", "#888888", background=True), SegmentationClass("salt", "#ff00ff"))
)


def picture(**changes):
    rows, cols = Axis("twt", "ms", 100.0, 4.0, 60), Axis("crossline", "1", 40.0, -2.0, 50)
    data = np.random.default_rng(2).normal(size=(60, 50)).astype(np.float32)
    data[:, 3] = np.nan
    table = np.full((256, 4), 255, np.uint8)
    table[:, 0] = np.arange(256)
    values = {
        "section": Section(data, rows, cols),
        "title": "Line 7",
        "colors": table,
        "levels": Levels(-2.0, 2.0),
        "notes": ("peak +", "trough −", "SEG\nnormal"),
        "lengths": (12.5, 1.25),
        "velocity_m_s": 2500.0,
    }
    return SectionPicture(**(values | changes))


def texts(path):
    return " | ".join(
        "".join(node.itertext()) for node in ET.parse(path).iter() if node.tag.endswith("}text")
    )


@pytest.mark.parametrize("drawing", ["density", "wiggles", "both"])
def test_a_png_has_the_chosen_resolution_and_size(tmp_path, drawing):
    path = tmp_path / "a.png"
    write_section_figure(picture(drawing=drawing), FigureFile(path, 127.0, 101.6, 150))
    with Image.open(path) as image:
        assert image.info["dpi"] == pytest.approx((150, 150), abs=0.1)
        assert image.width == pytest.approx(5 * 150, rel=0.1)
        assert image.height == pytest.approx(4 * 150, rel=0.1)
        assert len(image.convert("L").getcolors()) > 30
    assert [item.name for item in tmp_path.iterdir()] == ["a.png"]


def test_an_svg_names_axes_title_ends_of_the_bar_classes_and_scale(tmp_path):
    mask = np.zeros((60, 50), np.uint8)
    mask[10:20] = 1
    path = tmp_path / "a.svg"
    source = picture(classes=CLASSES, mask=mask)
    write_section_figure(source, FigureFile(path, 120.0, 90.0, 100))
    found = texts(path)
    for part in ("Line 7", "Crossline", "TWT (ms)", "peak +", "trough −", "salt", "200 m"):
        assert part in found
    assert "Vertical exaggeration" in found
    assert "at 2500 m/s" in found
    assert "rock" not in found


def test_wiggles_tell_what_is_filled(tmp_path):
    path = tmp_path / "a.svg"
    write_section_figure(
        picture(drawing="wiggles", flipped=True, lengths=None), FigureFile(path, 120.0, 90.0, 100)
    )
    assert "trough − filled, SEG normal" in texts(path)


def test_stated_proportions_are_kept():
    figure = draw_section(picture(exaggeration=2.0), 150, 150)
    figure.draw_without_rendering()
    box = figure.axes[0].get_window_extent()
    metres_across, metres_down = 50 * 2 * 12.5, 60 * 4 * 1.25
    assert (box.height / metres_down) / (box.width / metres_across) == pytest.approx(2, rel=1e-3)


@pytest.mark.parametrize("name", ["twt", "inline"])
def test_times_grow_downwards_and_line_numbers_upwards_and_to_the_right(name):
    rows = Axis(name, "ms" if name == "twt" else "1", 100.0, 4.0, 60)
    source = picture()
    axes = draw_section(
        picture(section=Section(source.section.data, rows, source.section.cols)), 100, 100
    ).axes[0]
    assert axes.get_xlim()[0] < axes.get_xlim()[1]
    assert axes.yaxis_inverted() == (name == "twt")
    image = axes.images[0]
    left, right, bottom, top = image.get_extent()
    assert (left, right) == (41.0, -59.0)
    assert (bottom, top) == (338.0, 98.0)


@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_a_file_that_cannot_be_written_leaves_what_was_there(tmp_path, suffix, monkeypatch):
    path = tmp_path / f"a{suffix}"
    path.write_text("before")

    def refuse(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(WriteError, match="No space left"):
        write_section_figure(picture(), FigureFile(path, 100.0, 80.0, 80))
    assert path.read_text() == "before"
    assert [item.name for item in tmp_path.iterdir()] == [path.name]


def test_other_kinds_of_files_and_too_many_pixels_are_refused(tmp_path):
    with pytest.raises(SettingsError, match="PNG or SVG"):
        FigureFile(tmp_path / "a.jpg", 100.0, 100.0, 100)
    with pytest.raises(SettingsError, match="million pixels"):
        FigureFile(tmp_path / "a.png", 1200.0, 1200.0, 1200)


def test_a_record_on_its_side_has_time_to_the_right_and_distance_downwards():
    rows, cols = Axis("utc", "s", 1679486400.0, 0.01, 60), Axis("distance", "m", 10.0, 2.0, 50)
    data = np.random.default_rng(2).normal(size=(60, 50)).astype(np.float32)
    mask = np.zeros((60, 50), np.uint8)
    mask[10:20, 5] = 1
    source = picture(
        section=Section(data, rows, cols),
        mask=mask,
        classes=CLASSES,
        drawing="both",
        swapped=True,
        lengths=None,
        velocity_m_s=None,
    )
    figure = draw_section(source, 120.0, 90.0)
    axes = figure.axes[0]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("UTC 2023-03-22", "Distance (m)")
    assert axes.get_ylim() == (109.0, 9.0)
    assert axes.get_xlim() == pytest.approx((1679486399.995, 1679486400.595))
    amplitudes, ink, classes = axes.get_images()
    np.testing.assert_array_equal(amplitudes.get_array(), data.T)
    assert classes.get_array().shape[:2] == (50, 60)
    assert ink.get_array().shape[1] > ink.get_array().shape[0]
    ticks = [label.get_text() for label in axes.get_xticklabels()]
    assert "12:00:00.2" in ticks


def labels(**changes):
    ids = np.full((60, 50), 255, np.uint8)
    ids[10:30, 10:30] = 1
    ids[40:50, 10:30] = 254
    certainty = np.where(ids == 255, 0, 3).astype(np.uint8)
    certainty[20:30] = np.where(ids[20:30] == 255, 0, 1)
    values = {"classes": LABELS, "hidden": frozenset(), "opacity": 0.8}
    return DrawnLabels(ids=ids, certainty=certainty, **(values | changes))


LABELS = ClassScheme((SegmentationClass("mud", "#00ff00"), SegmentationClass("dome", "#0000ff")))


def test_labels_are_drawn_by_certainty_with_a_legend_of_what_is_there(tmp_path):
    drawn = labels()
    colors = drawn.rgba()
    assert colors[12, 12].tolist() == [0, 0, 255, 204]
    assert 0 < colors[22, 12, 3] < 204
    assert colors[0, 0, 3] == 0
    assert drawn.entries == (("dome", "#0000ff"), ("left out", "#606060"))
    hidden = labels(hidden=frozenset({1}))
    assert hidden.rgba()[12, 12, 3] == 0
    assert hidden.entries == (("left out", "#606060"),)
    path = tmp_path / "a.svg"
    write_section_figure(picture(labels=drawn), FigureFile(path, 120, 90, 100))
    assert "dome" in texts(path)
    assert "mud" not in texts(path)
    assert "Labels" not in texts(path)  # the only colours there are


def test_labels_and_predicted_classes_have_a_legend_each(tmp_path):
    mask = np.zeros((60, 50), np.uint8)
    mask[:, 25:] = 1
    path = tmp_path / "a.svg"
    both = picture(classes=CLASSES, mask=mask, labels=labels())
    write_section_figure(both, FigureFile(path, 180, 110, 100))
    for word in ("Predicted", "salt", "Labels", "dome", "left out"):
        assert texts(path).count(word) == 1


def test_colours_of_labels_and_of_a_prediction_below_them_can_both_be_read():
    mask = np.ones((60, 50), np.uint8)
    ids, certainty = np.full((60, 50), 255, np.uint8), np.full((60, 50), 3, np.uint8)
    ids[20:40, 15:35] = 1
    drawn = replace(labels(), ids=ids, certainty=certainty)
    images = []
    for changes in ({}, {"labels": drawn}):
        figure = draw_section(picture(classes=CLASSES, mask=mask, lengths=None, **changes), 120, 90)
        figure.canvas.draw()
        images.append(np.asarray(figure.canvas.buffer_rgba())[..., :3].astype(int))
        box = figure.axes[0].get_window_extent()
    middle = images[0].shape[0] - int((box.y0 + box.y1) / 2), int((box.x0 + box.x1) / 2)
    around = tuple(slice(place - 8, place + 8) for place in middle)
    below, above = (image[around].mean(axis=(0, 1)) for image in images)
    blue = np.array([0, 0, 255])
    # Inside, the colour of the prediction is nearer than that of the label.
    assert 0 < np.abs(above - below).max() < np.abs(above - blue).max() / 2
    outline = (np.abs(images[1] - blue).max(axis=2) < 40).sum()
    assert outline > 50
    assert (np.abs(images[0] - blue).max(axis=2) < 40).sum() == 0


def test_a_line_stands_where_one_model_ends_and_another_begins():
    figure = draw_section(picture(swipe=310.5, lengths=None), 120, 90)
    lines = [line.get_xdata()[0] for line in figure.axes[0].lines]
    assert lines == [310.5, 310.5]  # with a dark edge
    turned = draw_section(picture(swipe=310.5, lengths=None, swapped=True), 120, 90)
    assert turned.axes[0].lines[0].get_ydata()[0] == 310.5


def test_labels_turn_with_the_axes():
    figure = draw_section(picture(labels=labels(), swapped=True, lengths=None), 120, 90)
    images = figure.axes[0].get_images()
    assert images[-1].get_array().shape == (50, 60, 4)


def test_labels_have_an_outline_where_they_end_and_predictions_none(tmp_path):
    def outlines(shown):
        figure = draw_section(shown, 120, 90)
        (axes, *_) = figure.axes
        return [c for c in axes.collections if isinstance(c, ContourSet)]

    drawn = labels()
    dome, left_out = (c.get_paths()[0].get_extents() for c in outlines(picture(labels=drawn)))
    down, across = picture().section.rows, picture().section.cols
    edges = sorted(across.value(place) for place in (9.5, 29.5))
    assert [dome.x0, dome.x1] == [left_out.x0, left_out.x1] == pytest.approx(edges)
    assert [dome.y0, dome.y1] == pytest.approx([down.value(place) for place in (9.5, 29.5)])
    assert left_out.y1 == pytest.approx(down.value(49.5))
    mask = np.zeros(drawn.ids.shape, dtype=np.uint8)
    mask[:3] = 1
    assert not outlines(picture(classes=CLASSES, mask=mask))
