"""The display panel with seismic data and with an image."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QComboBox

from app.composition import compose
from app.widgets.elided_label import ElidedLabel
from app.workers.work import Opened
from engine.core.axes import Axis
from engine.core.section import Plane, Section
from tests.app.fakes import FakeVolume, FakeWork


class FakeImage(FakeVolume):
    """An image of 60 x 80 pixels, all brighter than 40."""

    kind = "image"
    directions = ("band",)

    def __init__(self):
        super().__init__()
        self.axes = (Axis("row", "px", 0.0, 1.0, 60), Axis("column", "px", 0.0, 1.0, 80))
        self.survey = None
        self.data = np.random.default_rng(9).uniform(40, 240, (60, 80)).astype(np.float32)

    def axis_along(self, direction):
        return Axis("band", "1", 1.0, 1.0, 1)

    def section(self, direction, index):
        return Section(self.data, *self.axes, Plane("band", 0, 1.0))


class ImageWork(FakeWork):
    """Opens an image where the name says so."""

    def open_file(self, path, options, job):
        if path.suffix != ".tif":
            return super().open_file(path, options, job)
        volume = FakeImage()
        volume.path = path
        self.volumes.append(volume)
        return Opened(volume, volume.statistics(), volume.describe())


@pytest.fixture
def work():
    return ImageWork()


def colors(window):
    return next(b for b in window.findChildren(QComboBox) if b.accessibleName() == "Colours")


def open_image(qtbot, window):
    window.files.open_path(Path("/survey/moon.tif"))
    qtbot.waitUntil(
        lambda: (
            window.pane.view.shown is not None
            and window.pane.view.shown.request.volume.kind == "image"
        ),
        timeout=3000,
    )


def test_an_image_is_grey_stretched_from_low_to_high_and_never_distorted(qtbot, opened):
    open_image(qtbot, opened)
    levels = opened.pane.view.shown.request.levels
    data = opened.session.opened.volume.data
    assert (levels.low, levels.high) == pytest.approx(np.percentile(data, [1, 99]), rel=0.02)
    assert colors(opened).currentData() == "grey"
    assert opened.pane.view.exaggeration == pytest.approx(1.0)
    assert opened.findChild(ElidedLabel, "scale").text() == "proportions 1"


def test_images_and_amplitudes_keep_colour_maps_of_their_own(qtbot, qapp, opened):
    box = colors(opened)
    box.setCurrentIndex(box.findData("red-white-black"))
    open_image(qtbot, opened)
    box.setCurrentIndex(box.findData("cividis"))
    opened.files.open_path(Path("/survey/fake.sgy"))
    qtbot.waitUntil(lambda: opened.session.opened.volume.kind == "volume", timeout=3000)
    assert box.currentData() == "red-white-black"
    opened.close()
    again = compose(qapp, ImageWork())
    qtbot.addWidget(again)
    try:
        display = again.session.display
        assert (display.color_map, display.image_color_map) == ("red-white-black", "cividis")
    finally:
        again.close()
