"""Images that are larger than what is read at once: overview, detail, a part segmented."""

import numpy as np
import pytest
import rasterio
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QMessageBox

from app.actions import figures
from app.composition import compose
from app.views.placing import grid_axes, section_rect
from app.workers.figures import FigureChoice
from engine.core.image_window import ImageWindow
from engine.errors import ReadError
from tests.app.fakes import ReadingWork
from tests.rasters import write_raster

N_ROWS, N_COLS = 5000, 3600


@pytest.fixture
def large_window(qtbot, qapp, tmp_path):
    """The window on 5000 x 3600 pixels that tell their row and column, five metres each."""
    rows, cols = np.indices((N_ROWS, N_COLS), dtype=np.uint16)
    path = tmp_path / "large.tif"
    write_raster(path, rows * 10 + cols % 10, tiled=True)
    with rasterio.open(path, "r+") as file:
        file.build_overviews([2, 4], rasterio.enums.Resampling.average)
    work = ReadingWork()
    window = compose(qapp, work)
    qtbot.addWidget(window)
    window.resize(1300, 800)
    window.show()
    window.reading = work
    window.files.open_path(path)
    view = window.pane.view
    qtbot.waitUntil(lambda: view.shown is not None, timeout=60_000)
    qtbot.waitUntil(lambda: window.session.model is not None, timeout=60_000)
    yield window
    work.gate.set()
    window.close()


def look(qtbot, window, rows, cols):
    """Show some pixels and wait for them."""
    view, frame = window.pane.view, window.pane._active
    northing, easting = view.shown.request.volume.axes
    with qtbot.waitSignal(view.scale_changed):
        view.view_box.setRange(
            xRange=[easting.value(n) for n in cols],
            yRange=[northing.value(n) for n in rows],
            padding=0,
        )
    qtbot.waitUntil(lambda: not frame._windows.busy, timeout=60_000)


def point(window, row, col):
    northing, easting = window.pane.view.shown.request.volume.axes
    return QPointF(easting.value(col), northing.value(row))


def test_a_large_image_is_one_section_without_a_slider(large_window):
    view = large_window.pane.view
    assert large_window.session.opened.volume.directions == ("image",)
    assert view.shown.section.data.shape == (1667, 1200)
    assert view.detail.shown is None
    assert not large_window.pane._navigator.isVisible()


def test_what_one_zooms_into_is_read_and_lies_in_its_place(qtbot, large_window):
    view = large_window.pane.view
    look(qtbot, large_window, (1000, 1100), (2000, 2150))
    section = view.detail.shown.section
    assert view.detail.isVisible()
    assert view.detail.shown.request.window.step == 1
    northing, easting = view.shown.request.volume.axes
    top, left = northing.index(section.rows.first), easting.index(section.cols.first)
    assert section.data[0, 0] == top * 10 + left % 10
    assert (
        view.detail.mapRectToParent(view.detail.boundingRect())
        == section_rect(section).normalized()
    )


def test_small_moves_read_nothing_and_the_overview_is_enough_for_all_of_it(qtbot, large_window):
    view = large_window.pane.view
    look(qtbot, large_window, (1000, 1100), (2000, 2150))
    there = view.detail.shown
    look(qtbot, large_window, (1002, 1102), (2003, 2153))
    assert view.detail.shown is there
    look(qtbot, large_window, (0, N_ROWS), (0, N_COLS))
    assert view.detail.shown is None
    assert not view.detail.isVisible()


def test_the_newest_request_wins_and_the_old_picture_stays_until_then(qtbot, large_window):
    window, view = large_window, large_window.pane.view
    look(qtbot, window, (1000, 1100), (2000, 2150))
    old = view.detail.shown
    volume, hold = window.session.opened.volume, window.reading.gate
    hold.clear()
    read, asked = volume.window, []

    def slow(*part):
        asked.append(part)
        assert hold.wait(60)
        return read(*part)

    volume.window = slow
    northing, easting = volume.axes
    for first in (2000, 2500, 3000):
        view.view_box.setRange(
            xRange=[easting.value(n) for n in (first, first + 150)],
            yRange=[northing.value(n) for n in (first, first + 100)],
            padding=0,
        )
        qtbot.waitUntil(window.pane._active._windows._pause.isActive, timeout=3000)
        qtbot.waitUntil(lambda: not window.pane._active._windows._pause.isActive(), timeout=3000)
    assert view.detail.shown is old
    qtbot.waitUntil(lambda: "reading this part" in window.pane._active._badge.text(), timeout=3000)
    hold.set()
    qtbot.waitUntil(lambda: not window.pane._active._windows.busy, timeout=60_000)
    assert len(asked) == 2  # the one under way, and the newest
    assert view.detail.shown.request.window.holds(ImageWindow(slice(3010, 3090), slice(3010, 3140)))
    assert window.pane._active._badge.text() == ""


def test_other_colours_are_made_of_what_was_read(qtbot, large_window):
    window, view = large_window, large_window.pane.view
    look(qtbot, window, (1000, 1100), (2000, 2150))
    there = view.detail.shown
    window._model.change_gain(6.0)
    qtbot.waitUntil(lambda: view.detail.shown is not there, timeout=60_000)
    assert view.detail.shown.section is there.section
    assert (view.detail.shown.image != there.image).any()
    window._model.set_color_map("viridis")
    np.testing.assert_array_equal(view.detail.lut, view._image.lut)


def test_the_readout_is_exact_where_detail_is_drawn(qtbot, large_window):
    window, view = large_window, large_window.pane.view
    look(qtbot, window, (1000, 1100), (2000, 2150))
    view.scene().sigMouseMoved.emit(view.view_box.mapViewToScene(point(window, 1047, 2083)))
    northing, easting = window.session.opened.volume.axes
    text = window._readout.text
    assert f"Northing {northing.value(1047):.1f} m" in text
    assert f"Easting {easting.value(2083):.1f} m" in text
    assert "Amplitude 10473" in text
    part = view.visible_part
    assert part.section is view.detail.shown.section
    assert 9000 < part.data.min() < 10_000


def test_the_visible_part_is_segmented_at_full_resolution_and_drawn_in_place(qtbot, large_window):
    window, view = large_window, large_window.pane.view
    look(qtbot, window, (1000, 1300), (2000, 2400))
    window._actions.actions["segment"].trigger()
    qtbot.waitUntil(lambda: window.pane.prediction is not None, timeout=60_000)
    prediction = window.pane.prediction
    rows, cols = prediction.window.rows, prediction.window.cols
    assert prediction.mask.shape == prediction.window.shape
    assert rows.start <= 1000 < 1300 <= rows.stop
    assert cols.start <= 2000 < 2400 <= cols.stop
    northing, easting = window.session.opened.volume.axes
    classes = view.overlay._images[0]
    drawn = classes.mapRectToParent(classes.boundingRect())
    assert drawn.left() == pytest.approx(easting.value(cols.start - 0.5))
    assert drawn.bottom() == pytest.approx(northing.value(rows.start - 0.5))
    view.scene().sigMouseMoved.emit(view.view_box.mapViewToScene(point(window, 1100, 2100)))
    assert "fault (90%)" in window._readout.text
    look(qtbot, window, (3000, 3300), (2000, 2400))
    view.scene().sigMouseMoved.emit(view.view_box.mapViewToScene(point(window, 3100, 2100)))
    assert "fault" not in window._readout.text
    window._actions.actions["segment"].trigger()
    qtbot.waitUntil(lambda: window.pane.prediction is not prediction, timeout=60_000)
    assert window.pane.prediction.window.rows.start <= 3000


def test_what_was_segmented_is_not_segmented_again_when_one_zooms_in(qtbot, large_window):
    window = large_window
    look(qtbot, window, (1000, 1300), (2000, 2400))
    window._model.set_live(True)
    qtbot.waitUntil(lambda: window.pane.prediction is not None, timeout=60_000)
    look(qtbot, window, (1100, 1200), (2100, 2200))
    window._actions.actions["segment"].trigger()
    assert not window._predictions.busy
    assert len(window.reading.segmented) == 1
    look(qtbot, window, (2000, 2100), (2100, 2200))
    qtbot.waitUntil(lambda: len(window.reading.segmented) == 2, timeout=60_000)


def test_of_a_part_that_is_too_large_the_middle_is_segmented(qtbot, large_window, monkeypatch):
    monkeypatch.setattr("app.views.prediction_loader.LONGEST_WINDOW", 200)
    look(qtbot, large_window, (1000, 2000), (1000, 3000))
    large_window._actions.actions["segment"].trigger()
    qtbot.waitUntil(lambda: large_window.pane.prediction is not None, timeout=60_000)
    window = large_window.pane.prediction.window
    assert window.shape == (200, 200)
    assert abs((window.rows.start + window.rows.stop) / 2 - 1500) <= 1


def test_before_anything_is_zoomed_or_beside_the_image_the_overview_is_never_segmented(
    qtbot, large_window
):
    window, view = large_window, large_window.pane.view
    whole = ImageWindow(slice(0, N_ROWS), slice(0, N_COLS))
    window._predictions._seen = None
    window._predictions.follow_slice(view.shown)
    assert window._predictions._seen == whole
    look(qtbot, window, (1000, 1100), (2000, 2150))
    seen = window._predictions._seen
    view.view_box.setRange(xRange=(1e9, 1e9 + 1000), yRange=(1e9, 1e9 + 1000), padding=0)
    qtbot.waitUntil(lambda: not window.pane._active._windows.busy, timeout=60_000)
    window._predictions.segment()
    qtbot.waitUntil(lambda: window.pane.prediction is not None, timeout=60_000)
    assert window.pane.prediction.window == seen


def test_a_figure_takes_classes_of_a_part_to_the_pixels_that_are_drawn(
    qtbot, large_window, tmp_path
):
    window = large_window
    look(qtbot, window, (1000, 1300), (2000, 2400))
    window._predictions.segment()
    qtbot.waitUntil(lambda: window.pane.prediction is not None, timeout=60_000)
    assert isinstance(window.figures, figures.FigureCommands)
    for whole, shape in ((True, (1667, 1200)), (False, None)):
        source = window.figures._picture("", (True, False), whole=whole)
        choice = FigureChoice(tmp_path / "a.png", 100, 100, 100, whole)
        fields = source.fields(whole=choice.whole)
        assert fields["mask"].shape == fields["section"].data.shape
        assert shape in {None, fields["mask"].shape}
        assert set(np.unique(fields["mask"])) == ({1, 255} if whole else {1})


def test_a_part_that_cannot_be_read_is_told_and_the_overview_stays(qtbot, large_window):
    window, view = large_window, large_window.pane.view
    volume = window.session.opened.volume

    def broken(*part):
        raise ReadError(volume.path, "rows 0 to 9 cannot be read", hint="Copy it again.")

    volume.window = broken
    with qtbot.waitSignal(window.pane.read_failed, timeout=60_000):
        look(qtbot, window, (1000, 1100), (2000, 2150))
    assert view.detail.shown is None
    assert view.shown is not None
    window.findChild(QMessageBox).close()


def test_opening_something_else_takes_the_detail_away(qtbot, large_window, tmp_path):
    window, view = large_window, large_window.pane.view
    look(qtbot, window, (1000, 1100), (2000, 2150))
    write_raster(tmp_path / "small.tif")
    window.files.open_path(tmp_path / "small.tif")
    qtbot.waitUntil(
        lambda: view.shown is not None and view.shown.section.data.shape == (60, 80),
        timeout=60_000,
    )
    assert view.detail.shown is None
    assert grid_axes(view.shown) == (view.shown.section.rows, view.shown.section.cols)
