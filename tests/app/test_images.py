"""A georeferenced image in the window: place, grey levels, craters."""

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QComboBox, QFileDialog, QLabel
from rasterio.transform import from_origin

from app.composition import compose
from app.dialogs.export_report import ExportReportDialog
from app.panels.class_table import ALL, HERE, ClassTable
from app.panels.data_panel import DataPanel
from app.panels.display_panel import DisplayPanel
from app.tools.similar_bar import SimilarBar
from app.views.color_bar import amplitude_text
from app.views.readout import read_out
from app.views.section_words import section_word
from tests.app.fakes import ReadingWork
from tests.rasters import LONGLAT, write_raster


@pytest.fixture
def raster_form():
    """How the image of the window is written, beside the usual way."""
    return {}


@pytest.fixture
def image_window(qtbot, qapp, tmp_path, raster_form):
    """The window on an image near the Moon's south pole."""
    write_raster(tmp_path / "a.tif", **raster_form)
    work = ReadingWork()
    window = compose(qapp, work)
    window.reading = work
    qtbot.addWidget(window)
    window.show()
    window.files.open_path(tmp_path / "a.tif")
    qtbot.waitUntil(lambda: window.pane.view.shown is not None, timeout=60_000)
    yield window
    window.close()


def test_the_readout_tells_latitude_and_longitude_as_the_georeference_has_them(image_window):
    volume = image_window.session.opened.volume
    section = image_window.pane.view.shown.section
    longitude, latitude = volume.georeference.geographic(7, 3)
    told = read_out(section, 7, 3, volume=volume, prediction=None).coordinates
    assert latitude < 0 < longitude
    assert told == f"{-latitude:.5f}° S   {longitude:.5f}° E"


@pytest.mark.parametrize(
    "raster_form", [{"crs": LONGLAT, "affine": from_origin(30.0, 60.3, 0.01, 0.01)}]
)
def test_a_map_in_degrees_is_drawn_as_it_lies_at_its_middle_latitude(image_window):
    view = image_window.pane.view
    width, height = view.view_box.viewPixelSize()  # degrees in a pixel of the screen
    assert height / width == pytest.approx(0.5, rel=1e-3)  # the cosine of 60 degrees
    assert view.exaggeration == pytest.approx(1.0)


def test_traces_and_polarity_are_not_offered_for_an_image(image_window):
    panel = image_window.findChild(DisplayPanel)
    boxes = {box.accessibleName(): box for box in panel.findChildren(QComboBox)}
    assert boxes["Colours"].currentData() == "grey"
    assert not boxes["Traces"].isEnabled()
    assert not boxes["Polarity"].isEnabled()
    image_window._model.set_display(drawing="wiggles", flipped=True)
    shown = image_window.session.shown_display
    assert (shown.drawing, shown.flipped) == ("density", False)


def test_nothing_is_called_a_slice_where_there_are_none(image_window):
    header = image_window.findChild(ClassTable).headerItem()
    words = [header.toolTip(column) for column in (HERE, ALL)]
    bar = image_window.findChild(SimilarBar)
    bar.show_share(0.25, section_word(image_window.session))
    words += [label.text() for label in bar.findChildren(QLabel)]
    assert "25.0% of the image" in words
    actions = image_window._actions.actions.values()
    words += [f"{a.text()} {a.statusTip()}" for a in actions if a.isEnabled()]
    known = {"Principal components, the same for all slices", "every slice as SEG-Y"}
    left = [text for text in words if "slice" in text and not any(k in text for k in known)]
    assert left == []


def test_amplitudes_of_one_sign_are_told_by_their_range(image_window):
    root = image_window.findChild(DataPanel).topLevelItem(0)
    parts = {root.child(k).text(0): root.child(k) for k in range(root.childCount())}
    found = parts["Amplitudes"]
    told = {found.child(k).text(0): found.child(k).text(1) for k in range(found.childCount())}
    statistics = image_window.session.opened.statistics
    assert statistics.minimum >= 0
    low, high = (amplitude_text(statistics.quantile(percent)) for percent in (1, 99))
    assert told["1st–99th percentile"] == f"{low} to {high}"
    assert not any("±" in text for text in told.values())


@pytest.mark.parametrize(
    ("name_filter", "typed", "written"),
    [("gpkg", "found", "found.gpkg"), ("scc", "found", "found.scc"), ("gpkg", "a.shp", "a.shp")],
)
def test_exporting_an_image_asks_for_a_file_of_craters(
    qtbot, image_window, tmp_path, name_filter, typed, written
):
    window = image_window
    qtbot.waitUntil(lambda: window.session.model is not None, timeout=3000)
    window._actions.actions["export"].trigger()
    dialog = window.findChild(QFileDialog)
    assert dialog.selectedFiles()[0].endswith("a-faults-craters.gpkg")
    dialog.selectNameFilter(next(f for f in dialog.nameFilters() if name_filter in f))
    dialog.fileSelected.emit(str(tmp_path / typed))
    dialog.reject()
    qtbot.waitUntil(lambda: window.findChild(ExportReportDialog) is not None, timeout=60_000)
    assert window.reading.choice.content == "craters"
    assert window.reading.choice.path == tmp_path / written
    window.findChild(ExportReportDialog).close()


def test_where_the_pointer_is_off_the_section_nothing_is_read(image_window):
    view = image_window.pane.view
    section = view.shown.section
    inside = QPointF(section.cols.value(3), section.rows.value(7))
    view.scene().sigMouseMoved.emit(view.view_box.mapViewToScene(inside))
    assert "° S" in image_window._readout.text
    view.scene().sigMouseMoved.emit(view.view_box.mapViewToScene(QPointF(-1e9, -1e9)))
    assert image_window._readout.text == ""
